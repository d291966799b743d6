public import HaleResilience
public import Logging
public import Metrics

/// Turns events into log lines and metrics.
///
/// ```swift
/// let reporter = ResilienceReporter(logger: Logger(label: "shop"))
/// await reporter.run()     // in a task group, or as part of a service
/// ```
///
/// Metrics: the counter `resilience_events` with the labels `policy` and `event`, and the gauge `resilience_circuit_open`
/// with `policy` (0 closed, 0.5 half-open, 1 open).
public struct ResilienceReporter: Sendable {
    private let logger: Logger
    private let events: ResilienceEvents
    private let metrics: any MetricsFactory

    public init(
        logger: Logger, events: ResilienceEvents = .shared, metrics: any MetricsFactory = MetricsSystem.factory
    ) {
        self.logger = logger
        self.events = events
        self.metrics = metrics
    }

    /// Reports until the caller is cancelled.
    public func run() async {
        for await event in events.stream() { report(event) }
    }

    /// Reports one event, for programs that read the stream themselves.
    public func report(_ event: ResilienceEvent) {
        Counter(
            label: "resilience_events", dimensions: [("policy", event.policy), ("event", event.label)], factory: metrics
        )
        .increment()
        if let open = event.circuitOpen {
            Gauge(label: "resilience_circuit_open", dimensions: [("policy", event.policy)], factory: metrics).record(
                open)
        }
        logger.log(
            level: event.level, "\(event.message)",
            metadata: ["policy": .string(event.policy), "event": .string(event.label)])
    }
}

extension ResilienceEvent {
    /// What changes for people is a notice or more; what a policy does all day is for debugging.
    var level: Logger.Level {
        switch kind {
        case .circuitOpened, .retryGaveUp, .storeRecordSetAside, .circuitControlled: .warning
        case .storeFailed, .undoFailed: .error
        case .circuitHalfOpened, .fellBack, .undone: .info
        case .circuitClosed: .notice
        case .circuitRejected, .retryScheduled, .timedOut, .bulkheadRejected, .rateLimited, .hedged: .debug
        }
    }

    var circuitOpen: Double? {
        switch kind {
        case .circuitOpened: 1
        case .circuitHalfOpened: 0.5
        case .circuitClosed: 0
        case .circuitControlled(let state): state == .forcedOpen ? 1 : 0
        default: nil
        }
    }

    var message: String {
        switch kind {
        case .circuitOpened(let pause, let openings, let cause):
            "circuit opened for \(pause), opening \(openings)" + (cause.map { ": \($0)" } ?? "")
        case .circuitHalfOpened: "circuit half-open: trying"
        case .circuitClosed: "circuit closed"
        case .circuitControlled(let state): "circuit set to \(state)"
        case .circuitRejected(let remaining): "call rejected, circuit open for another \(remaining)"
        case .storeFailed(let error): "breaker not saved or loaded: \(error)"
        case .storeRecordSetAside(let text): text
        case .retryScheduled(let attempt, let wait, let cause): "attempt \(attempt) in \(wait): \(cause)"
        case .retryGaveUp(let attempts, let reason, let cause):
            "gave up after \(attempts) attempts (\(reason.rawValue)): \(cause)"
        case .timedOut(let limit): "no result within \(limit)"
        case .bulkheadRejected(let reason): "call rejected: \(reason.rawValue)"
        case .rateLimited(let wait): "call rejected, rate used up for \(wait)"
        case .hedged(let attempt): "call \(attempt) started beside a slow one"
        case .fellBack(let alternative, let cause): "fell back to \(alternative): \(cause)"
        case .undone(let step): "undone: \(step)"
        case .undoFailed(let step, let cause): "could not undo \(step): \(cause)"
        }
    }
}
