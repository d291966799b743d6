/// An answer of a name server.
struct DNSAnswer: Hashable, Sendable {
    var code: Code
    /// Cut off to fit into one packet.
    var isTruncated: Bool
    var records: [Record]

    struct Record: Hashable, Sendable {
        /// 4 or 16 bytes.
        var address: [UInt8]
        var secondsToLive: UInt32
    }

    enum Code: Hashable, Sendable {
        case fine
        case malformedQuestion
        case serverFailure
        case noSuchName
        case notImplemented
        case refused
        case other(UInt8)

        init(_ value: UInt8) {
            self =
                switch value {
                case 0: .fine
                case 1: .malformedQuestion
                case 2: .serverFailure
                case 3: .noSuchName
                case 4: .notImplemented
                case 5: .refused
                default: .other(value)
                }
        }
    }

    /// Records of an answer that are looked at.
    private static let maxRecords = 256

    /// `nil` when the bytes are no answer to the question: another id, another question, or malformed.
    init?(_ bytes: [UInt8], id: UInt16, labels: [[UInt8]], type: DNSMessage.RecordType) {
        var reader = DNSReader(bytes)
        guard let answerID = reader.word(), answerID == id, let flags = reader.word(), flags & 0xF800 == 0x8000,
            let questions = reader.word(), let answers = reader.word(), reader.skip(4)
        else { return nil }
        code = Code(UInt8(flags & 0x000F))
        isTruncated = flags & 0x0200 != 0
        records = []
        // A server that understood nothing may leave the question out.
        if questions == 0, code != .fine { return }
        guard questions == 1, let name = reader.name(), Self.isSame(name, labels), reader.word() == type.rawValue,
            reader.word() == 1
        else { return nil }
        for _ in 0..<min(Int(answers), Self.maxRecords) {
            guard let record = reader.record() else {
                // What is cut off is missing at the end.
                if isTruncated { return }
                return nil
            }
            // Aliases that lead to the addresses stand between them.
            guard record.type == type.rawValue, record.class == 1 else { continue }
            guard record.data.count == type.addressBytes else { return nil }
            records.append(Record(address: Array(record.data), secondsToLive: record.secondsToLive))
        }
    }

    private static func isSame(_ a: [[UInt8]], _ b: [[UInt8]]) -> Bool {
        func lowercased(_ labels: [[UInt8]]) -> [[UInt8]] {
            labels.map { $0.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 } }
        }
        return lowercased(a) == lowercased(b)
    }
}
