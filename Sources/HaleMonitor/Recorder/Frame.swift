/// How a segment is cut into pieces that are there whole or not at all: a length, a checksum, and the bytes.
enum Frame {
    enum Kind: UInt8 {
        /// What the segment is: JSON.
        case header = 0x48
        /// What of the engine belongs to no component: JSON.
        case whole = 0x57
        /// One component of the engine: JSON.
        case part = 0x50
        case batch = 0x42
    }

    /// What begins every segment; the last byte is the format's version.
    static let magic: [UInt8] = Array("HALEREC".utf8) + [version]
    static let version: UInt8 = 2
    static let overhead = 8
    static let maxBytes = 64 << 20

    static func add(_ kind: Kind, _ body: some Collection<UInt8>, to writer: inout ByteWriter) {
        writer.add(fixed: UInt32(body.count + 1))
        writer.add(fixed: checksum(kind.rawValue, body))
        writer.add(kind.rawValue)
        writer.add(body)
    }

    /// FNV-1a with 32 bits.
    static func checksum(_ kind: UInt8, _ body: some Collection<UInt8>) -> UInt32 {
        var sum: UInt32 = (0x811C_9DC5 ^ UInt32(kind)) &* 0x0100_0193
        for byte in body { sum = (sum ^ UInt32(byte)) &* 0x0100_0193 }
        return sum
    }
}
