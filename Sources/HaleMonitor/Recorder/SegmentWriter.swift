import Foundation
import HaleEngine
import HaleModel
import HaleSimulator

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes one file of a recording: a snapshot, and what came after it.
struct SegmentWriter: ~Copyable {
    struct Failure: Error {
        let reason: String
    }

    let began: Moment
    /// So many bytes are on disk, and so many of them are the snapshot.
    private(set) var bytes = 0
    private(set) var snapshotBytes = 0
    private let descriptor: Int32
    private var coding: BatchCoding
    private var digest = DecisionDigest()
    private var body = ByteWriter()
    private var waiting = ByteWriter()

    /// What waits is written where it is as much as this.
    private static let portion = 1 << 20

    init(_ header: SegmentHeader, _ engine: Engine, at path: String) throws {
        began = header.began
        coding = BatchCoding(from: header.began)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw Failure(reason: "\(path): \(Self.lastError)") }
        waiting.add(Frame.magic)
        let encoder = JSONEncoder.recording
        Frame.add(.header, try encoder.encode(header), to: &waiting)
        let snapshot = EngineSnapshot(engine)
        Frame.add(.whole, try encoder.encode(snapshot.whole), to: &waiting)
        for place in 0..<snapshot.count {
            Frame.add(.part, try encoder.encode(snapshot.part(place)), to: &waiting)
            if waiting.count > Self.portion { try flush() }
        }
        try flush()
        snapshotBytes = bytes
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// - Throws: `Failure` where the batch is too large for a file, or can't be told.
    mutating func add(_ steps: [RecordedStep], collected: Moment, _ decisions: EffectBuffer) throws {
        digest.add(decisions)
        body.removeAll()
        try coding.write(RecordedBatch(steps, collected: collected, digest: digest.value), to: &body)
        guard body.count < Frame.maxBytes else { throw Failure(reason: "\(body.count) bytes in one batch") }
        Frame.add(.batch, body.bytes, to: &waiting)
        if waiting.count > Self.portion { try flush() }
    }

    /// Writes what waits: whole, or not at all.
    mutating func flush() throws {
        defer { waiting.removeAll() }
        var written = 0
        while written < waiting.count {
            let count = waiting.bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = Self.lastError
                _ = ftruncate(descriptor, off_t(bytes))
                throw Failure(reason: reason)
            }
            written += count
        }
        bytes += written
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
