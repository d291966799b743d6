public import HaleEngine
public import HaleModel

/// How one component of the invented world behaves, beside how Hale is told to look after it.
public struct ComponentModel: Sendable {
    public var policy: ComponentPolicy
    /// The usual answer of a check, and by how much an answer may exceed it.
    public var latency: TimeSpan = .milliseconds(20)
    public var latencySpread: TimeSpan = .milliseconds(60)
    /// From the start of the program until it answers.
    public var warmUp: TimeSpan = .seconds(1)
    /// From the stop signal to the end.
    public var stopTakes: TimeSpan = .milliseconds(200)
    public var remedyTakes: TimeSpan = .seconds(3)
    /// The share of command remedies that report success, and of those, the share that really help.
    public var remedyReports = 0.9
    public var remedyHelps = 0.7
    /// Share of answers without a verdict, and of degraded ones.
    public var inconclusive = 0.0
    public var degraded = 0.0
    /// Whether the loss of a dependency really takes it down.
    public var needsDependencies = false

    /// How often it sends a heartbeat, if it does, while it works.
    public var beatEvery: TimeSpan?

    public init(_ policy: ComponentPolicy) { self.policy = policy }
}
