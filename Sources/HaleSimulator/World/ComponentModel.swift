public import HaleEngine
public import HaleModel

/// How one component of the invented world behaves, beside how Hale is told to look after it.
public struct ComponentModel: Hashable, Sendable {
    public var policy: ComponentPolicy
    /// How long answers to checks take. Default: half of them 20 ms, 99 of 100 up to 80 ms.
    public var latency = Latency(median: .milliseconds(20))
    /// From the start of the program until it answers. Default 1 s.
    public var warmUp: TimeSpan = .seconds(1)
    /// From the stop signal to the end. Default 200 ms.
    public var stopTakes: TimeSpan = .milliseconds(200)
    /// How long a command remedy runs. Default 3 s.
    public var remedyTakes: TimeSpan = .seconds(3)
    /// The share of command remedies that report success, and of those, the share that really help. Defaults 0.9, 0.7.
    public var remedyReports = 0.9
    public var remedyHelps = 0.7
    /// Share of answers without a verdict, and of degraded ones. Default 0.
    public var inconclusive = 0.0
    public var degraded = 0.0
    /// Whether the loss of a dependency really takes it down. Default false.
    public var needsDependencies = false
    /// How often it sends a heartbeat, if it does, while it works.
    public var beatEvery: TimeSpan?
    /// The share of its heartbeats that never arrive. Default 0.
    public var beatsLost = 0.0
    /// How it fails by itself, if it does.
    public var failures: FailureModel?
    public var leak: LeakModel?

    public init(_ policy: ComponentPolicy) { self.policy = policy }
}

/// Failures that come by themselves, at random.
public struct FailureModel: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// A program ends, and ends again after each start until what ails it is over; a service refuses.
        case crash
        /// A program lives and answers nothing; a service refuses.
        case hang
    }

    /// The mean of the times between failures, which are exponentially distributed.
    public var every: TimeSpan
    /// The mean of the times until it mends by itself, exponentially distributed; `nil`: a program's failure is over when
    /// it is started again, a service's when a remedy helps.
    public var lasting: TimeSpan?
    /// Default `crash`.
    public var kind: Kind

    public init(every: TimeSpan, lasting: TimeSpan? = nil, kind: Kind = .crash) {
        self.every = every
        self.lasting = lasting
        self.kind = kind
    }
}

/// Memory that grows from start to start, and is reported as a metric; at the limit the program is killed, or the service
/// fails until a remedy helps.
public struct LeakModel: Hashable, Sendable {
    public var metric: String
    public var atStart: Double
    public var perMinute: Double
    public var limit: Double

    public init(metric: String, atStart: Double, perMinute: Double, limit: Double) {
        self.metric = metric
        self.atStart = atStart
        self.perMinute = perMinute
        self.limit = limit
    }
}
