/// Walks over the bytes of a DNS message, never beyond their end.
struct DNSReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    struct Record {
        var type: UInt16
        var `class`: UInt16
        var secondsToLive: UInt32
        var data: ArraySlice<UInt8>
    }

    mutating func skip(_ count: Int) -> Bool {
        guard count <= bytes.count - position else { return false }
        position += count
        return true
    }

    /// Two bytes in network order.
    mutating func word() -> UInt16? {
        guard bytes.count - position >= 2 else { return nil }
        defer { position += 2 }
        return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
    }

    mutating func record() -> Record? {
        guard name() != nil, let type = word(), let `class` = word(), let high = word(), let low = word(),
            let length = word(), Int(length) <= bytes.count - position
        else { return nil }
        defer { position += Int(length) }
        return Record(
            type: type, class: `class`, secondsToLive: UInt32(high) << 16 | UInt32(low),
            data: bytes[position..<(position + Int(length))])
    }

    /// The labels of a name, which may continue at an earlier place.
    mutating func name() -> [[UInt8]]? {
        var labels: [[UInt8]] = []
        var length = 1
        var place = position
        var end: Int?
        while place < bytes.count {
            let count = Int(bytes[place])
            switch count {
            case 0:
                position = end ?? place + 1
                return labels
            case 1...63:
                length += count + 1
                guard length <= 255, place + 1 + count <= bytes.count else { return nil }
                labels.append(Array(bytes[(place + 1)..<(place + 1 + count)]))
                place += count + 1
            case 0xC0...:
                guard place + 1 < bytes.count else { return nil }
                let target = (count & 0x3F) << 8 | Int(bytes[place + 1])
                // Only ever backwards, so that it comes to an end.
                guard target < place else { return nil }
                end = end ?? place + 2
                place = target
            default: return nil
            }
        }
        return nil
    }
}
