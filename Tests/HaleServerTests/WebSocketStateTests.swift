import HaleModel
import HaleServer
import NIOCore
import Testing

/// One WebSocket as a value: what follows from each frame, and from silence.
@Suite struct WebSocketStateTests {
    private static let start = Instant(nanoseconds: 1_000_000_000_000)

    private static func limits() -> WebSocketLimits {
        var limits = WebSocketLimits()
        limits.message = 10
        limits.fragments = 3
        limits.silence = .seconds(20)
        limits.unasked = .seconds(30)
        limits.writing = .seconds(5)
        limits.closing = .seconds(2)
        return limits
    }

    struct Line: CustomTestStringConvertible, Sendable {
        var name: String
        var frames: [WebSocketState.Frame]
        var expected: String
        var testDescription: String { name }
    }

    private static func text(_ text: String, _ opcode: WebSocketState.Opcode = .text, final: Bool = true)
        -> WebSocketState.Frame
    {
        .init(opcode, isFinal: final, data: ByteBuffer(string: text))
    }

    static let lines: [Line] = [
        .init(name: "text", frames: [text("hello")], expected: "deliver hello"),
        .init(
            name: "fragments with a ping between",
            frames: [
                text("he", final: false), text("p", .ping), text("l", .continuation, final: false),
                text("p!", .continuation),
            ],
            expected: "pong p, deliver help!"),
        .init(name: "pong", frames: [text("", .pong)], expected: ""),
        .init(name: "as long as may be", frames: [text("0123456789")], expected: "deliver 0123456789"),
        .init(name: "longer", frames: [text("01234567890")], expected: "close 1009"),
        .init(
            name: "longer in fragments", frames: [text("012345", final: false), text("67890", .continuation)],
            expected: "close 1009"),
        .init(
            name: "too many fragments",
            frames: [text("", final: false)] + Array(repeating: text("", .continuation, final: false), count: 3),
            expected: "close 1009"),
        .init(name: "binary", frames: [text("x", .binary)], expected: "close 1003"),
        .init(name: "unknown", frames: [text("x", .unknown)], expected: "close 1002"),
        .init(name: "not masked", frames: [.init(.text, isMasked: false)], expected: "close 1002"),
        .init(name: "reserved bits", frames: [.init(.text, hasReservedBits: true)], expected: "close 1002"),
        .init(name: "a fragment of nothing", frames: [text("x", .continuation)], expected: "close 1002"),
        .init(
            name: "a message within a message", frames: [text("x", final: false), text("y")], expected: "close 1002"),
        .init(
            name: "not UTF-8", frames: [.init(.text, data: ByteBuffer(bytes: [0xFF]))], expected: "close 1007"),
        .init(
            name: "half a character",
            frames: [
                .init(.text, isFinal: false, data: ByteBuffer(bytes: [0xC3])),
                .init(.continuation, data: ByteBuffer(bytes: [0xA9])),
            ], expected: "deliver é"),
        .init(name: "nothing after a close", frames: [text("x", .binary), text("late")], expected: "close 1003"),
        .init(
            name: "an answered close", frames: [text("x", .binary), text("", .close)], expected: "close 1003, end"),
        .init(
            name: "the client closes", frames: [.init(.close, data: ByteBuffer(integer: UInt16(1000))), text("late")],
            expected: "answer 1000"),
        .init(name: "with no code", frames: [.init(.close)], expected: "answer none"),
        .init(
            name: "with a code that may not be sent", frames: [.init(.close, data: ByteBuffer(integer: UInt16(1006)))],
            expected: "answer 1002"),
        .init(name: "with half a code", frames: [text("x", .close)], expected: "answer 1002"),
    ]

    @Test(arguments: lines) func framesLeadToWhatIsExpected(_ line: Line) {
        var state = WebSocketState(Self.limits(), at: Self.start)
        let actions = line.frames.flatMap { state.received($0, at: Self.start) }
        #expect(actions.map(\.words).joined(separator: ", ") == line.expected)
    }

    @Test func tooMuchIsNamed() {
        var long = WebSocketState(Self.limits(), at: Self.start)
        let refusal = long.received(Self.text("01234567890"), at: Self.start)
        #expect(refusal == [.close(.tooLarge, "a message has at most 10 bytes")])
        var many = WebSocketState(Self.limits(), at: Self.start)
        let frames =
            [Self.text("", final: false)] + Array(repeating: Self.text("", .continuation, final: false), count: 3)
        let actions = frames.flatMap { many.received($0, at: Self.start) }
        #expect(actions == [.close(.tooLarge, "a message has at most 3 fragments")])
    }

    /// `+N` is time in seconds, the rest is what happens then.
    static let timelines: [(String, String)] = [
        ("ask +19 +1", "ping"), ("ask +20 heard +19 +1", "ping, ping"), ("ask +20 +19 +1", "ping, close 1008"),
        ("ask +20 +20 +2", "ping, close 1008, end"), ("+29 +1", "ping, close 1008"),
        ("+20 heard +10", "ping, close 1008"),
        ("ask write +4 wrote +4", ""), ("ask write +5", "close 1013"), ("ask write +3 write +3", "close 1013"),
        ("ask write +3 wrote write +3 wrote +1", ""), ("ask quiesce +1 +1", "close 1001, end"),
    ]

    @Test(arguments: timelines) func silenceLeadsToWhatIsExpected(_ script: String, _ expected: String) {
        var state = WebSocketState(Self.limits(), at: Self.start)
        var now = Self.start
        var actions: [WebSocketState.Action] = []
        for word in script.split(separator: " ") {
            switch word {
            case "ask": state.asked()
            case "heard": actions += state.received(.init(.pong), at: now)
            case "write": state.writeBegan(at: now)
            case "wrote": state.writeEnded(at: now)
            case "quiesce": actions += state.close(.goingAway, "", at: now)
            default:
                let end = now + .seconds(Int64(word.dropFirst())!)
                while let deadline = state.deadline, deadline <= end {
                    now = deadline
                    actions += state.fire(at: now)
                }
                now = end
            }
        }
        #expect(actions.map(\.words).joined(separator: ", ") == expected)
    }
}

extension WebSocketState.Action {
    fileprivate var words: String {
        switch self {
        case .deliver(let text): "deliver \(text)"
        case .ping: "ping"
        case .pong(let data): "pong \(String(buffer: data))"
        case .close(let code, _): "close \(code.rawValue)"
        case .answerClose(let data): "answer \(data.getInteger(at: 0, as: UInt16.self).map { "\($0)" } ?? "none")"
        case .end: "end"
        }
    }
}
