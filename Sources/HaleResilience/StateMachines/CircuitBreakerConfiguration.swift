public import HaleModel

extension CircuitBreakerStateMachine {
    public struct Configuration: Hashable, Sendable, Codable {
        /// Failures in a row that open the circuit; unused while `window` is set. Default 5.
        public var failureThreshold: Int
        /// Successes while half-open that close it. Default 2.
        public var successThreshold: Int
        /// The pause after opening. Default 60 s.
        public var openDuration: TimeSpan
        /// The pause doubles with each re-opening up to this. Default 2 min.
        public var maxOpenDuration: TimeSpan
        /// Each pause is drawn from ± this part of itself, 0…1. Default 0.
        public var jitter: Double
        /// Calls that may be under way at once while half-open. Default 1.
        public var halfOpenMaxCalls: Int
        /// Opens by failure rate instead of by failures in a row. Default none.
        public var window: Window?
        /// A call that takes this long is slow. Without a window a slow call counts as a failure. Default none.
        public var slowCall: TimeSpan?
        /// A half-open call gives its place back after this long, so that one that never returns blocks nobody; when it
        /// does return, it counts. Default none.
        public var halfOpenCallLimit: TimeSpan?

        public init(
            failureThreshold: Int = 5, successThreshold: Int = 2, openDuration: TimeSpan = .seconds(60),
            maxOpenDuration: TimeSpan = .minutes(2), jitter: Double = 0, halfOpenMaxCalls: Int = 1,
            window: Window? = nil, slowCall: TimeSpan? = nil, halfOpenCallLimit: TimeSpan? = nil
        ) {
            self.failureThreshold = failureThreshold
            self.successThreshold = successThreshold
            self.openDuration = openDuration
            self.maxOpenDuration = maxOpenDuration
            self.jitter = jitter
            self.halfOpenMaxCalls = halfOpenMaxCalls
            self.window = window
            self.slowCall = slowCall
            self.halfOpenCallLimit = halfOpenCallLimit
        }
    }

    /// When rates over recent calls open the circuit.
    public struct Window: Hashable, Sendable, Codable {
        public var extent: OutcomeWindow.Extent
        /// Fewer calls than this in the window decide nothing.
        public var minimumCalls: Int
        /// The part of failed calls, 0…1, from which the circuit opens.
        public var failureRate: Double
        /// The part of slow calls, 0…1, from which the circuit opens.
        public var slowCallRate: Double

        public init(
            extent: OutcomeWindow.Extent, minimumCalls: Int = 20, failureRate: Double = 0.5, slowCallRate: Double = 1
        ) {
            self.extent = extent
            self.minimumCalls = minimumCalls
            self.failureRate = failureRate
            self.slowCallRate = slowCallRate
        }
    }

    /// Who decides: the calls, or an operator.
    public enum Control: String, Hashable, Sendable, Codable {
        case automatic
        /// Rejects every call until told otherwise.
        case forcedOpen
        /// Admits every call and counts none.
        case disabled
    }
}
