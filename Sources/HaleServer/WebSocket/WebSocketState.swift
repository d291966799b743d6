package import HaleModel
package import NIOCore

/// What one WebSocket connection may take.
package struct WebSocketLimits: Sendable {
    /// Bytes of one message of a client, whole or in fragments, and how many fragments it may have.
    package var message = 16 << 10
    package var fragments = 64
    /// Without a word from the client it is pinged, and after as long again it is given up.
    package var silence: TimeSpan = .seconds(20)
    /// A connection on which nothing was asked.
    package var unasked: TimeSpan = .seconds(30)
    /// Without a byte of what was sent being taken.
    package var writing: TimeSpan = .seconds(30)
    /// From a close to its answer.
    package var closing: TimeSpan = .seconds(2)

    package init() {}
}

/// One WebSocket connection (RFC 6455) as a value: what comes in, and what follows from it.
///
/// ```
/// open ─close sent or answered─► closing ─its answer, or too late─► closed
/// ```
package struct WebSocketState: Sendable {
    package enum Opcode: Hashable, Sendable {
        case text
        case binary
        case continuation
        case ping
        case pong
        case close
        case unknown
    }

    package struct Frame: Sendable {
        package var opcode: Opcode
        package var isFinal: Bool
        package var isMasked: Bool
        package var hasReservedBits: Bool
        package var data: ByteBuffer

        package init(
            _ opcode: Opcode, isFinal: Bool = true, isMasked: Bool = true, hasReservedBits: Bool = false,
            data: ByteBuffer = ByteBuffer()
        ) {
            self.opcode = opcode
            self.isFinal = isFinal
            self.isMasked = isMasked
            self.hasReservedBits = hasReservedBits
            self.data = data
        }
    }

    /// Why Hale closes a connection; the numbers are those of RFC 6455, and 1013 of the IANA registry.
    package enum CloseCode: UInt16, Hashable, Sendable {
        case normal = 1000
        case goingAway = 1001
        case protocolError = 1002
        case unacceptable = 1003
        case notText = 1007
        case policy = 1008
        case tooLarge = 1009
        case internalError = 1011
        case tooSlow = 1013
    }

    package enum Action: Hashable, Sendable {
        /// One whole message.
        case deliver(String)
        case ping
        case pong(ByteBuffer)
        /// Nothing may be written after it.
        case close(CloseCode, String)
        /// Answers the client's own close, and then closes the connection.
        case answerClose(ByteBuffer)
        /// Closes the connection at once.
        case end
    }

    private enum Phase: Sendable {
        case open
        case closing(until: Instant)
        case closed
    }

    private let limits: WebSocketLimits
    private var phase = Phase.open
    private var fragments: (count: Int, data: ByteBuffer)?
    private var lastHeard: Instant
    private var pingedAt: Instant?
    /// Until when something has to be asked.
    private var askBy: Instant?
    private var pendingWrites = 0
    private var lastWrite: Instant

    package init(_ limits: WebSocketLimits, at now: Instant) {
        self.limits = limits
        lastHeard = now
        lastWrite = now
        askBy = now + limits.unasked
    }

    package var isOpen: Bool { if case .open = phase { true } else { false } }

    // MARK: What comes in

    package mutating func received(_ frame: Frame, at now: Instant) -> [Action] {
        lastHeard = now
        pingedAt = nil
        switch phase {
        case .closed: return []
        case .closing:
            guard frame.opcode == .close else { return [] }
            phase = .closed
            return [.end]
        case .open: break
        }
        guard frame.isMasked, !frame.hasReservedBits else {
            return close(.protocolError, "frames of a client are masked, and use no extension", at: now)
        }
        switch frame.opcode {
        case .text, .continuation: return take(frame, at: now)
        case .binary: return close(.unacceptable, "expected text", at: now)
        case .ping: return [.pong(frame.data)]
        case .pong: return []
        case .close:
            phase = .closing(until: now + limits.closing)
            guard Self.isCloseBody(frame.data) else { return [.answerClose(.protocolErrorBody)] }
            return [.answerClose(ByteBuffer(frame.data.readableBytesView.prefix(2)))]
        case .unknown: return close(.protocolError, "a frame of an unknown kind", at: now)
        }
    }

    private mutating func take(_ frame: Frame, at now: Instant) -> [Action] {
        guard (frame.opcode == .continuation) == (fragments != nil) else {
            return close(.protocolError, "a fragment out of its order", at: now)
        }
        var whole = fragments ?? (count: 0, data: ByteBuffer())
        whole.count += 1
        whole.data.writeImmutableBuffer(frame.data)
        guard whole.data.readableBytes <= limits.message else {
            return close(.tooLarge, "a message has at most \(limits.message) bytes", at: now)
        }
        guard whole.count <= limits.fragments else {
            return close(.tooLarge, "a message has at most \(limits.fragments) fragments", at: now)
        }
        guard frame.isFinal else {
            fragments = whole
            return []
        }
        fragments = nil
        guard let text = String(validating: whole.data.readableBytesView, as: UTF8.self) else {
            return close(.notText, "the message is not UTF-8", at: now)
        }
        return [.deliver(text)]
    }

    /// Two bytes of a code that may be sent, and a text.
    private static func isCloseBody(_ data: ByteBuffer) -> Bool {
        guard let code = data.getInteger(at: data.readerIndex, as: UInt16.self) else { return data.readableBytes == 0 }
        guard (1000...1014).contains(code) && ![1004, 1005, 1006].contains(code) || (3000...4999).contains(code) else {
            return false
        }
        return String(validating: data.readableBytesView.dropFirst(2), as: UTF8.self) != nil
    }

    /// What came could not be read as frames.
    package mutating func unreadable(isTooLarge: Bool, at now: Instant) -> [Action] {
        isTooLarge
            ? close(.tooLarge, "a message has at most \(limits.message) bytes", at: now)
            : close(.protocolError, "that is no WebSocket frame", at: now)
    }

    /// The client has asked for something that makes the connection worth its place.
    package mutating func asked() { askBy = nil }

    // MARK: What goes out

    package mutating func close(_ code: CloseCode, _ reason: String, at now: Instant) -> [Action] {
        guard isOpen else { return [] }
        phase = .closing(until: now + limits.closing)
        fragments = nil
        return [.close(code, reason)]
    }

    package mutating func writeBegan(at now: Instant) {
        if pendingWrites == 0 { lastWrite = now }
        pendingWrites += 1
    }

    package mutating func writeEnded(at now: Instant) {
        pendingWrites -= 1
        lastWrite = now
    }

    // MARK: Time

    /// When something has to be done without a word from anybody.
    package var deadline: Instant? {
        switch phase {
        case .closed: nil
        case .closing(let until): until
        case .open:
            [
                (pingedAt ?? lastHeard) + limits.silence, askBy, pendingWrites > 0 ? lastWrite + limits.writing : nil,
            ].compactMap { $0 }.min()
        }
    }

    package mutating func fire(at now: Instant) -> [Action] {
        switch phase {
        case .closed: return []
        case .closing(let until):
            guard now >= until else { return [] }
            phase = .closed
            return [.end]
        case .open: break
        }
        if pendingWrites > 0, now >= lastWrite + limits.writing {
            return close(.tooSlow, "events were not taken for \(limits.writing)", at: now)
        }
        if let askBy, now >= askBy { return close(.policy, "nothing was asked for \(limits.unasked)", at: now) }
        if let pingedAt {
            guard now >= pingedAt + limits.silence else { return [] }
            return close(.policy, "a ping was not answered for \(limits.silence)", at: now)
        }
        guard now >= lastHeard + limits.silence else { return [] }
        pingedAt = now
        return [.ping]
    }
}

extension ByteBuffer {
    fileprivate static let protocolErrorBody = ByteBuffer(integer: WebSocketState.CloseCode.protocolError.rawValue)
}
