import NIOCore

/// The lines of a buffer, one after the other; nothing of it is copied.
struct BufferLines: Sequence, IteratorProtocol {
    private var rest: ByteBufferView

    init(_ buffer: ByteBuffer) { rest = buffer.readableBytesView }

    /// The next line without its end; an end of line at the end of the buffer begins no other.
    mutating func next() -> ByteBufferView? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
        let line = rest[..<end]
        rest = rest[end...].dropFirst()
        return line
    }
}
