/// Numbers as they lie in a recording: small ones take few bytes.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func add(_ byte: UInt8) { bytes.append(byte) }

    mutating func add(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

    /// Seven bits a byte, the lowest first; the highest bit says that there are more.
    mutating func add(number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Near zero on either side is small.
    mutating func add(signed number: Int64) {
        add(number: UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    mutating func add(fixed number: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
    }

    mutating func add(block: some Collection<UInt8>) {
        add(number: UInt64(block.count))
        bytes.append(contentsOf: block)
    }
}

/// Reads what a `ByteWriter` wrote; whatever it is given, it throws rather than stops.
struct ByteReader {
    struct Damaged: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() throws(Damaged) -> UInt8 {
        guard let byte = rest.popFirst() else { throw Damaged() }
        return byte
    }

    mutating func number() throws(Damaged) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 64, shift < 63 || byte < 2 else { throw Damaged() }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
    }

    mutating func signed() throws(Damaged) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func fixed() throws(Damaged) -> UInt32 {
        var number: UInt32 = 0
        for shift in stride(from: 0, to: 32, by: 8) { number |= UInt32(try byte()) << UInt32(shift) }
        return number
    }

    mutating func block() throws(Damaged) -> ArraySlice<UInt8> {
        let count = try number()
        guard count <= UInt64(rest.count) else { throw Damaged() }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }
}
