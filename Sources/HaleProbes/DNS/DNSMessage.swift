/// The part of DNS messages that a check needs (RFC 1035): one question, and the addresses that answer it.
enum DNSMessage {
    private static let maxNameBytes = 255
    private static let maxLabelBytes = 63

    enum RecordType: UInt16, CaseIterable, Sendable {
        case a = 1
        case aaaa = 28

        var addressBytes: Int { self == .a ? 4 : 16 }
        var name: String { self == .a ? "A" : "AAAA" }
    }

    /// The labels of a name; `nil` when it cannot be asked for.
    static func labels(of name: String) -> [[UInt8]]? {
        var name = Substring(name)
        if name.hasSuffix("."), name.count > 1 { name = name.dropLast() }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
        let isValid = labels.allSatisfy { label in
            (1...maxLabelBytes).contains(label.count) && label.allSatisfy { (0x21..<0x7F).contains($0) }
        }
        guard isValid, labels.reduce(1, { $0 + $1.count + 1 }) <= maxNameBytes else { return nil }
        return labels
    }

    /// A question for the addresses of a name, recursion desired.
    static func question(id: UInt16, labels: [[UInt8]], type: RecordType) -> [UInt8] {
        var bytes: [UInt8] = []
        for word: UInt16 in [id, 0x0100, 1, 0, 0, 0] { bytes.appendWord(word) }
        for label in labels {
            bytes.append(UInt8(label.count))
            bytes += label
        }
        bytes.append(0)
        bytes.appendWord(type.rawValue)
        bytes.appendWord(1)
        return bytes
    }
}

extension [UInt8] {
    /// In network order.
    fileprivate mutating func appendWord(_ word: UInt16) {
        append(UInt8(word >> 8))
        append(UInt8(truncatingIfNeeded: word))
    }
}
