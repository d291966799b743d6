import HaleModel

/// Where one connection is between its requests, and until when it may stay there.
struct ConnectionState: Sendable {
    /// Requests that began and are not answered whole.
    private(set) var open = 0
    /// Since when a request's body is awaited.
    private var readingSince: Instant?
    /// Since when nothing is asked.
    private var idleSince: Instant?
    private var pendingWrites = 0
    /// When something of an answer was last taken.
    private var lastWrite: Instant

    init(at now: Instant) {
        idleSince = now
        lastWrite = now
    }

    mutating func requestBegan(at now: Instant) {
        open += 1
        idleSince = nil
        readingSince = now
    }

    mutating func requestEnded(at now: Instant) {
        readingSince = nil
        rest(at: now)
    }

    mutating func answerEnded(at now: Instant) {
        open = max(0, open - 1)
        rest(at: now)
    }

    mutating func writeBegan(at now: Instant) {
        if pendingWrites == 0 { lastWrite = now }
        pendingWrites += 1
    }

    mutating func writeEnded(at now: Instant) {
        pendingWrites -= 1
        lastWrite = now
        if pendingWrites == 0, idleSince != nil { idleSince = now }
    }

    private mutating func rest(at now: Instant) {
        if open == 0, readingSince == nil, idleSince == nil { idleSince = now }
    }

    /// Nothing is asked, and every answer has been taken.
    var isIdle: Bool { idleSince != nil && pendingWrites == 0 }

    /// Whether it is the peer's turn to ask, or to go on with what it asks.
    var waits: Bool { isIdle || readingSince != nil }

    /// When the connection is to be closed, if nothing happens; `nil` while it is Hale's turn.
    func deadline(_ limits: ConnectionLimits) -> Instant? {
        [
            readingSince.map { $0 + limits.body }, isIdle ? idleSince.map { $0 + limits.idle } : nil,
            pendingWrites > 0 ? lastWrite + limits.writing : nil,
        ].compactMap { $0 }.min()
    }
}
