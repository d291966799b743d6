import NIOCore
import NIOHTTP1

/// An answer that came whole, in one piece, with nothing unusual about it. It is read here for a fraction of what the
/// parser takes; anything else, and anything doubtful, is left to the parser.
struct PlainAnswer: Hashable {
    var code: Int
    /// Where in the bytes the body is.
    var body: Range<Int>
    var keepsConnection: Bool

    /// `nil`: the parser is to look at it. Only a final answer with one `Content-Length`, without a coding of its
    /// transfer, is plain, and no redirect (RFC 9112).
    init?(_ bytes: ByteBuffer) {
        guard let answer = bytes.withUnsafeReadableBytes({ PlainAnswerReader($0).answer() }) else { return nil }
        self = answer
    }

    fileprivate init(code: Int, body: Range<Int>, keepsConnection: Bool) {
        self.code = code
        self.body = body
        self.keepsConnection = keepsConnection
    }
}

private struct PlainAnswerReader {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0
    private var length: Int?
    private var keepsConnection = true

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func answer() -> PlainAnswer? {
        var reader = self
        return reader.read()
    }

    private mutating func read() -> PlainAnswer? {
        guard let code = readStatusLine() else { return nil }
        while !takeLineEnd() {
            guard readHeader() else { return nil }
        }
        guard let length, place <= HTTPCheck.maxHeadBytes, bytes.count - place == length else { return nil }
        return PlainAnswer(code: code, body: place..<bytes.count, keepsConnection: keepsConnection)
    }

    /// "HTTP/1.1 200 OK"
    private mutating func readStatusLine() -> Int? {
        guard take("HTTP/1.1 "), bytes.count >= place + 3 else { return nil }
        var code = 0
        for digit in bytes[place..<place + 3] {
            guard Self.isDigit(digit) else { return nil }
            code = code * 10 + Int(digit - UInt8(ascii: "0"))
        }
        place += 3
        guard 200..<600 ~= code, code != 204, !(300..<400 ~= code), take(" ") else { return nil }
        guard skipText() else { return nil }
        return code
    }

    private mutating func readHeader() -> Bool {
        let start = place
        while place < bytes.count, Self.isTokenByte(bytes[place]) { place += 1 }
        let name = start..<place
        guard !name.isEmpty, take(":") else { return false }
        while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
        let valueStart = place
        guard skipText() else { return false }
        var value = valueStart..<place - 2
        while let last = value.last, bytes[last] == UInt8(ascii: " ") { value = value.lowerBound..<last }
        switch name.count {
        case 10 where isEqual(name, "connection"): return readConnection(value)
        case 14 where isEqual(name, "content-length"): return readLength(value)
        case 17 where isEqual(name, "transfer-encoding"): return false
        default: return true
        }
    }

    private mutating func readConnection(_ value: Range<Int>) -> Bool {
        if isEqual(value, "close") {
            keepsConnection = false
            return true
        }
        return isEqual(value, "keep-alive")
    }

    private mutating func readLength(_ value: Range<Int>) -> Bool {
        guard length == nil, 1...9 ~= value.count else { return false }
        var number = 0
        for digit in bytes[value] {
            guard Self.isDigit(digit) else { return false }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        length = number
        return true
    }

    // MARK: Bytes

    private mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - place >= count else { return false }
        for offset in 0..<count where bytes[place + offset] != text.utf8Start[offset] { return false }
        place += count
        return true
    }

    private mutating func takeLineEnd() -> Bool { take("\r\n") }

    /// Goes behind the end of the line. `false` where it holds control characters, or does not end.
    private mutating func skipText() -> Bool {
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\r") { return takeLineEnd() }
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { return false }
            place += 1
        }
        return false
    }

    /// The text is in lower case.
    private func isEqual(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for (offset, place) in range.enumerated() {
            let byte = bytes[place]
            let lower = 0x41...0x5A ~= byte ? byte | 0x20 : byte
            guard lower == text.utf8Start[offset] else { return false }
        }
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

    /// Letters, digits and the dash: all that real header names have, fewer than are allowed.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }
}
