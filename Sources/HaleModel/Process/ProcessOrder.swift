/// What the engine wants of a keeper. Every order is idempotent by its launch.
public enum ProcessOrder: Hashable, Codable, Sendable {
    /// Fork, set up, write down what was forked, then run the program.
    case spawn(InstanceID, launch: UInt64)
    /// Signal, wait, kill: the whole group.
    case stop(InstanceID, launch: UInt64, signal: Int32, timeout: TimeSpan)
    /// End the process if there is one, and the keeper: nobody wants this instance any more.
    case retire(InstanceID)

    public var instance: InstanceID {
        switch self {
        case .spawn(let instance, _), .stop(let instance, _, _, _), .retire(let instance):
            instance
        }
    }
}
