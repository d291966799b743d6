import Foundation

/// The frames of one file. What is cut at its end is left out; what is damaged is a problem.
struct FrameReader {
    struct Piece {
        var kind: Frame.Kind
        var body: Data
    }

    let path: String
    private let bytes: Data
    private var offset: Int
    private(set) var tornBytes = 0

    init(_ path: String) throws(RecordingProblem) {
        self.path = path
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw RecordingProblem(path, "it can't be read: \(error.localizedDescription)")
        }
        let magic = bytes.prefix(Frame.magic.count)
        guard magic.starts(with: Frame.magic.dropLast().prefix(magic.count)) else {
            throw RecordingProblem(path, "it is no recording of Hale's")
        }
        guard magic.count == Frame.magic.count else {
            throw RecordingProblem(path, "it was cut before anything was recorded in it", isCut: true)
        }
        guard magic.last == Frame.version else {
            throw RecordingProblem(
                path,
                "it is of format \(magic.last ?? 0), this version of Hale reads format \(Frame.version); use the version that wrote it"
            )
        }
        offset = Frame.magic.count
    }

    func damaged(_ what: String) -> RecordingProblem {
        RecordingProblem(path, "it is damaged before byte \(offset): \(what)")
    }

    mutating func next() throws(RecordingProblem) -> Piece? {
        let left = bytes.count - offset
        guard left > 0, tornBytes == 0 else { return nil }
        guard left > Frame.overhead else { return cut(left) }
        let length = Int(fixed(offset))
        guard length > 0, length <= Frame.maxBytes else {
            throw RecordingProblem(path, "it is damaged at byte \(offset): no frame is \(length) bytes long")
        }
        guard left - Frame.overhead >= length else { return cut(left) }
        let start = offset + Frame.overhead
        let body = bytes.subdata(in: (start + 1)..<(start + length))
        guard Frame.checksum(bytes[start], body) == fixed(offset + 4), let kind = Frame.Kind(rawValue: bytes[start])
        else { throw RecordingProblem(path, "it is damaged at byte \(offset): the checksum is wrong") }
        offset = start + length
        return Piece(kind: kind, body: body)
    }

    private mutating func cut(_ count: Int) -> Piece? {
        tornBytes = count
        return nil
    }

    private func fixed(_ place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }
}
