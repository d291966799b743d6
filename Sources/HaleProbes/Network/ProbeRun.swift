import HaleModel
import NIOCore

/// One run of one check on one event loop: its deadline, its open connections, and the one result that ends it.
///
/// Bound to its event loop; everything that happens to a run happens there, so the first `finish` wins.
final class ProbeRun: NIOScheduledCallbackHandler {
    let eventLoop: any EventLoop
    let equipment: Equipment
    let timeout: TimeSpan
    /// How far the run has come, for the message of a time-out.
    var phase = Phase.starting
    private let begin: Moment
    private let now: @Sendable () -> Moment
    private var conclude: ((HealthCheckResult) -> Void)?
    private var deadline: NIOScheduledCallback?
    private var deadlineInstant = NIODeadline.distantFuture
    private var connections: [any Channel] = []
    private var lastActions: [() -> Void] = []

    init(
        eventLoop: any EventLoop, equipment: Equipment, timeout: TimeSpan, begin: Moment,
        now: @escaping @Sendable () -> Moment
    ) {
        self.eventLoop = eventLoop
        self.equipment = equipment
        self.timeout = timeout.clamped(to: .zero ... .longest)
        self.begin = begin
        self.now = now
    }

    var isFinished: Bool { conclude == nil }

    /// The moment a run asked for now, on the clock of the results.
    var moment: Moment { now() }

    /// What is left of the time-out.
    var remaining: TimeAmount { max(.zero, deadlineInstant - .now()) }

    /// Sets the deadline and begins. The closure is called once, when the run ends.
    func start(_ begin: (ProbeRun) -> Void, then conclude: @escaping (HealthCheckResult) -> Void) {
        self.conclude = conclude
        deadlineInstant = .now() + .nanoseconds(timeout.nanoseconds)
        do {
            deadline = try eventLoop.assumeIsolated().scheduleCallback(at: deadlineInstant, handler: self)
        } catch {
            return finish(.inconclusive(.resources, "the event loop takes no timer: \(error)"))
        }
        begin(self)
    }

    /// Ends the run; whatever comes later changes nothing.
    func finish(_ finding: Finding) {
        guard let conclude else { return }
        self.conclude = nil
        deadline?.cancel()
        deadline = nil
        if case .matching(let ticket) = phase { ticket.withdraw() }
        phase = .starting
        closeConnections()
        let actions = lastActions
        lastActions = []
        for action in actions { action() }
        conclude(.stamped(finding, from: begin, to: now()))
    }

    func cancel() {
        finish(.inconclusive(.cancelled, "the check was cancelled"))
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        finish(phase.timedOut(after: timeout))
    }

    /// The event loop shuts down before the deadline.
    func didCancelScheduledCallback(eventLoop: some EventLoop) {
        finish(.inconclusive(.cancelled, "the check was cancelled"))
    }

    /// Calls the closure when the run ends, however that is.
    func atEnd(_ action: @escaping () -> Void) {
        isFinished ? action() : lastActions.append(action)
    }

    // MARK: Connections

    /// Makes the run answerable for a connection: it is closed when the run ends.
    func own(_ channel: any Channel) {
        connections.append(channel)
    }

    /// Gives a connection away, to be kept for the next run.
    func disown(_ channel: any Channel) {
        connections.removeAll { $0 === channel }
    }

    func closeConnections() {
        let closing = connections
        connections = []
        for channel in closing { channel.closeAtOnce() }
    }
}

extension Channel {
    /// Closes without waiting for the peer. TLS sends its goodbye but does not stay for the answer to it, which would
    /// hold the descriptor for seconds.
    func closeAtOnce() {
        close(mode: .all, promise: nil)
        guard isActive else { return }
        (try? pipeline.syncOperations.context(name: TLSContexts.handlerName))?.close(mode: .all, promise: nil)
    }
}
