import Testing

@testable import HaleProbes

/// DNS messages by hand (RFC 1035).
@Suite struct DNSMessageTests {
    static let labels = DNSMessage.labels(of: "www.example.org")!

    /// An answer as BIND writes it: an alias, and two addresses of the alias, names compressed.
    static func answer(flags: [UInt8] = [0x81, 0x80], answers: UInt8 = 3) -> [UInt8] {
        var bytes: [UInt8] = [0x12, 0x34] + flags + [0, 1, 0, answers, 0, 0, 0, 0]
        bytes += asked(1)
        bytes += [0xC0, 12, 0, 5, 0, 1, 0, 0, 1, 0, 0, 6, 3]
        bytes += Array("web".utf8)
        bytes += [0xC0, 16]
        bytes += [0xC0, 45, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
        bytes += [0xC0, 45, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 192, 0, 2, 2]
        return bytes
    }

    /// The question as it stands in every message.
    static func asked(_ type: UInt8) -> [UInt8] {
        var bytes: [UInt8] = []
        for label in ["www", "example", "org"] { bytes += [UInt8(label.utf8.count)] + Array(label.utf8) }
        return bytes + [0, 0, type, 0, 1]
    }

    private func read(_ bytes: [UInt8], id: UInt16 = 0x1234, type: DNSMessage.RecordType = .a) -> DNSAnswer? {
        DNSAnswer(bytes, id: id, labels: Self.labels, type: type)
    }

    @Test func question() {
        let bytes = DNSMessage.question(id: 0x1234, labels: Self.labels, type: .aaaa)
        #expect(bytes.prefix(12) == [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(Array(bytes.dropFirst(12)) == Self.asked(28))
    }

    @Test func answer() throws {
        let answer = try #require(read(Self.answer()))
        #expect(answer.code == .fine)
        #expect(!answer.isTruncated)
        #expect(answer.records.map(\.address) == [[192, 0, 2, 1], [192, 0, 2, 2]])
        #expect(answer.records.map(\.secondsToLive) == [60, 30])
    }

    @Test func codes() throws {
        #expect(read(Self.answer(flags: [0x81, 0x83], answers: 0))?.code == .noSuchName)
        #expect(read(Self.answer(flags: [0x81, 0x82], answers: 0))?.code == .serverFailure)
        #expect(read(Self.answer(flags: [0x81, 0x8F], answers: 0))?.code == .other(15))
        // Refused without the question.
        #expect(read([0x12, 0x34, 0x81, 0x05, 0, 0, 0, 0, 0, 0, 0, 0])?.code == .refused)
        let cut = Array(Self.answer(flags: [0x83, 0x80]).dropLast(3))
        #expect(read(cut)?.isTruncated == true)
        #expect(read(cut)?.records.count == 1)
    }

    @Test func whatIsNoAnswerIsPassedOver() {
        #expect(read(Self.answer(), id: 0x1235) == nil)
        #expect(read(Self.answer(), type: .aaaa) == nil)
        #expect(read(Self.answer(flags: [0x01, 0x80])) == nil, "a question")
        #expect(read(Array(Self.answer().dropLast())) == nil, "cut, and not marked so")
        var other = Self.answer()
        other[13] = UInt8(ascii: "x")
        #expect(read(other) == nil, "another name")
        var sameName = Self.answer()
        sameName[13] = UInt8(ascii: "W")
        #expect(read(sameName) != nil, "case tells no names apart")
        for count in 0..<Self.answer().count {
            #expect(read(Array(Self.answer().prefix(count))) == nil)
        }
    }

    @Test func loopsOfNamesEnd() {
        var reader = DNSReader([1, 97, 0xC0, 0])
        #expect(reader.name() == nil)
        var itself = DNSReader([0xC0, 0])
        #expect(itself.name() == nil)
        var forwards = DNSReader([0xC0, 2, 0])
        #expect(forwards.name() == nil)
    }

    @Test(arguments: [
        ("example.org", 2), ("example.org.", 2), ("a", 1), ("_sip._tcp.example.org", 4),
        ("", nil), (".", nil), ("a..b", nil), ("a b", nil), (String(repeating: "a", count: 64), nil), ("ä.org", nil),
        (Array(repeating: "abcdefg", count: 32).joined(separator: "."), nil),
    ]) func names(_ name: String, _ count: Int?) {
        #expect(DNSMessage.labels(of: name)?.count == count)
    }

    @Test func noAnswerCrashesOrGrows() async {
        let samples = [
            Self.answer(), Self.answer(flags: [0x83, 0x80]), Self.answer(flags: [0x81, 0x83], answers: 0),
            DNSMessage.question(id: 0x1234, labels: Self.labels, type: .a),
        ]
        await Fuzzing.rounds(10_000) { seed in
            var bytes = Fuzzing.bytes(seed, from: samples)
            // The head is checked first: mostly it is left as it is, so that what follows is read.
            if seed % 4 > 0 { bytes.replaceSubrange(0..<min(6, bytes.count), with: [0x12, 0x34, 0x81, 0x80, 0, 1]) }
            let answer = read(bytes)
            #expect(answer?.records.count ?? 0 <= 256, "seed \(seed)")
            #expect(answer?.records.allSatisfy { $0.address.count == 4 } ?? true, "seed \(seed)")
        }
    }
}
