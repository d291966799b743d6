import HaleModel
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization
import Testing

@testable import HaleProbes

/// The quick look at an answer may decline as it likes, but never differ from the parser.
@Suite struct PlainAnswerTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test(arguments: [
        (ok, 200, "ok", true),
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nServer: x\r\n\r\n", 404, "", true),
        ("HTTP/1.1 503 \r\nCONTENT-LENGTH:4 \r\nConnection: Close\r\n\r\nbusy", 503, "busy", false),
        ("HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\nX-Empty:\r\nContent-Length: 1\r\n\r\n\n", 200, "\n", true),
        ("HTTP/1.1 299 Caf\u{E9}\r\nX: a\tb\u{E9}\r\nContent-Length: 0\r\n\r\n", 299, "", true),
    ])
    func plain(_ text: String, _ code: Int, _ body: String, _ keeps: Bool) throws {
        let answer = try #require(PlainAnswer(ByteBuffer(string: text)))
        #expect(answer.code == code)
        #expect(Array(text.utf8)[answer.body].elementsEqual(body.utf8))
        #expect(answer.keepsConnection == keeps)
    }

    @Test(arguments: [
        "", "HTTP/1.1 200", ok + "x", String(ok.dropLast()),
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0, 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: upgrade\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n X: folded\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: \u{1}\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 O\u{7F}K\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 64 << 10) + "\r\nContent-Length: 0\r\n\r\n",
    ])
    func leftToTheParser(_ text: String) {
        #expect(PlainAnswer(ByteBuffer(string: text)) == nil)
    }

    @Test func whatIsPlainIsTheSameToTheParser() async {
        let seen = Mutex(0)
        await Fuzzing.rounds(10_000) { seed in
            let bytes = ByteBuffer(bytes: HTTPFuzzTests.mutated(seed))
            guard let plain = PlainAnswer(bytes) else { return }
            seen.withLock { $0 += 1 }
            let body = bytes.getSlice(at: plain.body.lowerBound, length: plain.body.count)
            let expected = Parsed(code: plain.code, body: body, keepsConnection: plain.keepsConnection)
            #expect(throws: Never.self, "seed \(seed)") {
                let parsed = try parse(bytes)
                #expect(parsed == expected, "seed \(seed)")
            }
        }
        #expect(seen.withLock { $0 } > 200)
    }

    private struct Parsed: Equatable {
        var code: Int
        var body: ByteBuffer?
        var keepsConnection: Bool
    }

    private func parse(_ bytes: ByteBuffer) throws -> Parsed {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPResponseDecoder()))
        try channel.writeOutbound(
            HTTPClientRequestPart.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")))
        try channel.writeInbound(bytes)
        var head: HTTPResponseHead?
        var body = ByteBuffer()
        var hasEnded = false
        while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
            switch part {
            case .head(let received): head = received
            case .body(var part): body.writeBuffer(&part)
            case .end: hasEnded = true
            }
        }
        _ = try channel.finish()
        let received = try #require(head)
        try #require(hasEnded)
        return Parsed(code: Int(received.status.code), body: body, keepsConnection: received.isKeepAlive)
    }
}
