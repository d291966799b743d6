public import HaleModel

/// What goes wrong. Components are named by their place in the scenario.
public enum Fault: Hashable, Sendable {
    case crash(component: Int, instance: Int, ProcessExit.Reason)
    /// The program lives and answers nothing.
    case hang(component: Int)
    /// Programs end soon after each start.
    case crashLoop(component: Int, for: TimeSpan)
    case startFailures(component: Int, for: TimeSpan)
    case keeperLost(component: Int, instance: Int)
    /// A service without processes of its own fails, and mends by itself, unless a remedy helps before.
    case serviceFails(component: Int, for: TimeSpan)
    /// Answers take so long, or much longer than usual.
    case slow(component: Int, latency: TimeSpan?, for: TimeSpan)
    /// A share of answers and heartbeats is lost.
    case lostAnswers(component: Int, share: Double, for: TimeSpan)
    case lostBeats(component: Int, share: Double, for: TimeSpan)
    /// The component works, and nothing gets through to it or from it.
    case cutOff(component: Int, for: TimeSpan)

    /// Hale's machine loses its network: what is remote, references too, can't be reached and does not arrive.
    case networkLost(for: TimeSpan)
    case errors(component: Int, share: Double, for: TimeSpan)
    /// Its last heartbeat says that it stops.
    case saysGoodbye(component: Int)
    case unreadableBeat(component: Int)
    /// Somebody else owns it for a while.
    case owned(component: Int, for: TimeSpan)

    /// Hale is killed at a point of its work: of the next batch, or of the next that touches a program or a service.
    case killHale(at: CrashPoint, whenHealing: Bool, downFor: TimeSpan)
    /// Power is lost: processes and what was not flushed are gone.
    case reboot(downFor: TimeSpan, wallStep: TimeSpan)
    case wallStep(TimeSpan)
    case storeTrouble(for: TimeSpan)
    /// Hale is killed, and its database is found damaged.
    case storeLost(downFor: TimeSpan)
    /// Hale stands still.
    case stall(TimeSpan)
    /// The machine sleeps: Hale and everything on it stand still.
    case sleep(TimeSpan)
    case order(OperatorOrder)
    /// From Hale's next start on the component is configured, or not.
    case configured(component: Int, Bool)
}

/// A fault and when it strikes, counted from the beginning.
public struct PlannedFault: Hashable, Sendable {
    public var at: TimeSpan
    public var fault: Fault
    /// It strikes again and again, so often.
    public var every: TimeSpan?
    /// And not after this; `nil`: as long as there are faults.
    public var until: TimeSpan?

    public init(_ at: TimeSpan, _ fault: Fault, every: TimeSpan? = nil, until: TimeSpan? = nil) {
        self.at = at
        self.fault = fault
        self.every = every
        self.until = until
    }

    /// When it strikes next, having struck at a time.
    func next(after time: TimeSpan) -> TimeSpan? {
        guard let every, time + every <= until ?? .longest else { return nil }
        return time + every
    }
}
