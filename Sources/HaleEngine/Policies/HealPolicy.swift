public import HaleModel
public import HaleResilience

/// How one component is healed: the ladder and the guards.
public struct HealPolicy: Hashable, Codable, Sendable {
    /// One step of the ladder.
    public struct Rung: Hashable, Codable, Sendable {
        public enum Remedy: Hashable, Codable, Sendable {
            /// Restart the component's own program.
            case program
            /// An argument vector; exit 0 = done. Around it the component's own program, if any, is stopped and started.
            case command([String], timeout: TimeSpan)
            /// What the program that embeds Hale does itself; not throwing = done.
            case handler(timeout: TimeSpan)

            public var name: String {
                switch self {
                case .program: "restart"
                case .command(let words, _): "command \(words[0])"
                case .handler: "handler"
                }
            }

            /// How long it may take; `nil` for what keepers do.
            public var timeout: TimeSpan? {
                switch self {
                case .program: nil
                case .command(_, let timeout), .handler(let timeout): timeout
                }
            }
        }

        public var remedy: Remedy
        /// Attempts before the next rung. Default 5.
        public var retries: Int
        public var backoff: BackoffStateMachine.Configuration
        /// Between stop and start. Default 2 s; 0 for programs of Hale's own, whose end is known for certain.
        public var settle: TimeSpan
        /// From the end of the remedy until evidence is asked for. Default 3 s.
        public var verifyAfter: TimeSpan

        public init(
            _ remedy: Remedy, retries: Int = 5, backoff: BackoffStateMachine.Configuration = .init(),
            settle: TimeSpan? = nil, verifyAfter: TimeSpan = .seconds(3)
        ) {
            self.remedy = remedy
            self.retries = retries
            self.backoff = backoff
            self.settle = settle ?? (remedy == .program ? .zero : .seconds(2))
            self.verifyAfter = verifyAfter
        }
    }

    /// At most `count` attempts in each sliding `window` (H3).
    public struct Limit: Hashable, Codable, Sendable {
        public var count: Int
        public var window: TimeSpan

        public init(count: Int, window: TimeSpan) {
            self.count = count
            self.window = window
        }
    }

    public var rungs: [Rung]
    /// From a successful heal to the next episode (H2). Default 5 min; none for `run:`.
    public var cooldown: TimeSpan
    /// Default 3 per hour; none for `run:`.
    public var limit: Limit?
    /// Healthy for this long, attempts are forgiven. Default 10 min.
    public var stableFor: TimeSpan
    /// After giving up, one remedy is tried again this often; `nil`: never. Default 30 min.
    public var retryFailedEvery: TimeSpan?
    /// Default true; off, only a person heals.
    public var isAutomatic: Bool

    public init(
        rungs: [Rung], cooldown: TimeSpan = .minutes(5), limit: Limit? = Limit(count: 3, window: .hours(1)),
        stableFor: TimeSpan = .minutes(10), retryFailedEvery: TimeSpan? = .minutes(30), isAutomatic: Bool = true
    ) {
        self.rungs = rungs
        self.cooldown = cooldown
        self.limit = limit
        self.stableFor = stableFor
        self.retryFailedEvery = retryFailedEvery
        self.isAutomatic = isAutomatic
    }

    /// What `run:` implies: restart at once, then backoff; neither cooldown nor limit.
    public static let supervision = HealPolicy(rungs: [Rung(.program)], cooldown: .zero, limit: nil)
}
