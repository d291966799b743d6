import HaleModel

extension CircuitBreaker {
    /// What opens the circuit.
    public enum Trip: Hashable, Sendable, Codable {
        /// So many failures in a row.
        case failures(Int)
        /// A part of the calls in a window, 0…1, once the window holds `minimumCalls`. Default: 20, or the whole of a
        /// window of fewer calls.
        case failureRate(Double, over: Window, minimumCalls: Int? = nil)
    }

    /// How far back a failure rate looks.
    public enum Window: Hashable, Sendable, Codable {
        case calls(Int)
        case time(Duration)

        var standardMinimum: Int {
            if case .calls(let calls) = self { min(20, calls) } else { 20 }
        }
    }

    /// When a call that succeeds counts against the other side all the same.
    public struct SlowCalls: Hashable, Sendable, Codable {
        /// A call that takes this long is slow.
        public var threshold: Duration
        /// With a window: the part of slow calls from which the circuit opens, 0…1. Without: a slow call is a failure.
        public var rate: Double

        public init(threshold: Duration, rate: Double = 1) {
            self.threshold = threshold
            self.rate = rate
        }

        /// `.over(.seconds(2))`
        public static func over(_ threshold: Duration, rate: Double = 1) -> SlowCalls {
            SlowCalls(threshold: threshold, rate: rate)
        }
    }

    public struct Configuration: Hashable, Sendable, Codable {
        /// Default: 5 failures in a row.
        public var trip: Trip
        /// Successes while half-open that close the circuit, 1 or more. Default 2.
        public var successThreshold: Int
        /// The pause after opening. Default 60 s.
        public var openDuration: Duration
        /// The pause doubles with each re-opening up to this. Default 10 min.
        public var maxOpenDuration: Duration
        /// Each pause is drawn from ± this part of itself, 0…1, so that a fleet does not try again at once. Default 0.1.
        public var jitter: Double
        /// Calls under way at once while half-open, 1 or more. Default 1.
        public var halfOpenMaxCalls: Int
        /// A half-open call gives its place back after this long, even if it never returns; when it does return, it
        /// counts. Default 60 s.
        public var halfOpenCallLimit: Duration
        /// Default: no call is too slow.
        public var slowCalls: SlowCalls?

        public init(
            trip: Trip = .failures(5), successThreshold: Int = 2, openDuration: Duration = .seconds(60),
            maxOpenDuration: Duration = .seconds(600), jitter: Double = 0.1, halfOpenMaxCalls: Int = 1,
            halfOpenCallLimit: Duration = .seconds(60), slowCalls: SlowCalls? = nil
        ) {
            self.trip = trip
            self.successThreshold = successThreshold
            self.openDuration = openDuration
            self.maxOpenDuration = maxOpenDuration
            self.jitter = jitter
            self.halfOpenMaxCalls = halfOpenMaxCalls
            self.halfOpenCallLimit = halfOpenCallLimit
            self.slowCalls = slowCalls
        }

        /// The configuration itself, or what is wrong with it: for one that was read from a file.
        public func validated() throws(InvalidLimit) -> Self {
            func positive(_ limit: String, _ duration: Duration) throws(InvalidLimit) {
                try InvalidLimit.check(
                    limit, duration, duration > .zero && duration <= .longest, "over 0 s, up to 100 years")
            }
            func part(_ limit: String, _ value: Double) throws(InvalidLimit) {
                try InvalidLimit.check(limit, value, value > 0 && value <= 1, "over 0, up to 1")
            }
            func count(_ limit: String, _ value: Int) throws(InvalidLimit) {
                try InvalidLimit.check(limit, value, (1...100_000).contains(value), "1 to 100,000")
            }
            switch trip {
            case .failures(let failures): try count("failures", failures)
            case .failureRate(let rate, let window, let minimum):
                try part("failureRate", rate)
                switch window {
                case .calls(let calls): try count("window calls", calls)
                case .time(let span): try positive("window time", span)
                }
                let minimum = minimum ?? window.standardMinimum
                try count("minimumCalls", minimum)
                if case .calls(let calls) = window {
                    try InvalidLimit.check(
                        "minimumCalls", minimum, minimum <= calls, "at most the window's \(calls) calls")
                }
            }
            try count("successThreshold", successThreshold)
            try count("halfOpenMaxCalls", halfOpenMaxCalls)
            try positive("openDuration", openDuration)
            try positive("maxOpenDuration", maxOpenDuration)
            try positive("halfOpenCallLimit", halfOpenCallLimit)
            try InvalidLimit.check("jitter", jitter, (0...1).contains(jitter), "0 to 1")
            if let slowCalls {
                try positive("slowCalls threshold", slowCalls.threshold)
                try part("slowCalls rate", slowCalls.rate)
            }
            return self
        }

        var machine: CircuitBreakerStateMachine.Configuration {
            var machine = CircuitBreakerStateMachine.Configuration(
                successThreshold: successThreshold, openDuration: TimeSpan(bounding: openDuration),
                maxOpenDuration: TimeSpan(bounding: maxOpenDuration), jitter: jitter,
                halfOpenMaxCalls: halfOpenMaxCalls,
                slowCall: slowCalls.map { TimeSpan(bounding: $0.threshold) },
                halfOpenCallLimit: TimeSpan(bounding: halfOpenCallLimit))
            switch trip {
            case .failures(let failures): machine.failureThreshold = failures
            case .failureRate(let rate, let window, let minimum):
                let extent: OutcomeWindow.Extent =
                    switch window {
                    case .calls(let calls): .calls(calls)
                    case .time(let span): .time(TimeSpan(bounding: span))
                    }
                machine.window = .init(
                    extent: extent, minimumCalls: minimum ?? window.standardMinimum, failureRate: rate,
                    slowCallRate: slowCalls?.rate ?? 1)
            }
            return machine
        }
    }
}
