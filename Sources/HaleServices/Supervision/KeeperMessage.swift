import NIOCore

/// One message from or to a keeper: a verb and fields, each ended by a NUL byte, behind a little-endian length.
struct KeeperMessage: Equatable, Sendable {
    var verb: String
    var fields: [(key: String, value: String)]

    static let maxLength = 1 << 20

    init(_ verb: String, _ fields: [(key: String, value: String)] = []) {
        self.verb = verb
        self.fields = fields
    }

    /// The first field of that name.
    subscript(key: String) -> String? { fields.first { $0.key == key }?.value }

    static func == (a: Self, b: Self) -> Bool {
        a.verb == b.verb && a.fields.elementsEqual(b.fields) { $0 == $1 }
    }

    func encode(into buffer: inout ByteBuffer) {
        let start = buffer.writerIndex
        buffer.writeInteger(UInt32(0), endianness: .little)
        buffer.writeString(verb)
        buffer.writeInteger(UInt8(0))
        for (key, value) in fields {
            buffer.writeString("\(key)=\(value)")
            buffer.writeInteger(UInt8(0))
        }
        buffer.setInteger(UInt32(buffer.writerIndex - start - 4), at: start, endianness: .little)
    }

    init?(payload: ByteBufferView) {
        var parts = payload.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard parts.popLast() == "", let verb = parts.first else { return nil }
        self.verb = verb
        fields = parts.dropFirst().map(Self.split)
    }

    /// From the lines of a keeper's `status` file.
    init(lines: String) {
        verb = "status"
        fields = lines.split(separator: "\n").map { Self.split(String($0)) }
    }

    private static func split(_ field: String) -> (key: String, value: String) {
        guard let sign = field.firstIndex(of: "=") else { return (field, "") }
        return (String(field[..<sign]), String(field[field.index(after: sign)...]))
    }
}

/// Cuts the stream of bytes into messages.
struct KeeperMessageDecoder: ByteToMessageDecoder {
    typealias InboundOut = KeeperMessage

    struct Malformed: Error {}

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let length = buffer.getInteger(at: buffer.readerIndex, endianness: .little, as: UInt32.self) else {
            return .needMoreData
        }
        guard length <= KeeperMessage.maxLength else { throw Malformed() }
        guard buffer.readableBytes >= 4 + Int(length) else { return .needMoreData }
        buffer.moveReaderIndex(forwardBy: 4)
        guard let slice = buffer.readSlice(length: Int(length)),
            let message = KeeperMessage(payload: slice.readableBytesView)
        else { throw Malformed() }
        context.fireChannelRead(wrapInboundOut(message))
        return .continue
    }
}
