import Foundation
import HaleEngine
import HaleModel
import HaleSimulator

/// The file that is being written, and when the next one is due.
struct Tape: ~Copyable {
    private let directory: RecordingDirectory
    private let settings: RecordingSettings
    private let version: String
    private let run = UInt64.random(in: .min ... .max)
    private var segment: SegmentWriter?
    private var next: Int
    /// After trouble: nothing is written before this.
    private var stoppedUntil: Instant?

    init(_ directory: RecordingDirectory, _ settings: RecordingSettings, version: String) {
        self.directory = directory
        self.settings = settings
        self.version = version
        next = (directory.files.last?.number ?? 0) + 1
    }

    mutating func add(_ steps: [RecordedStep], collected: Moment, _ decisions: EffectBuffer) throws {
        try segment?.add(steps, collected: collected, decisions)
    }

    mutating func flush() throws { try segment?.flush() }

    /// Ends the present file and begins the next.
    mutating func begin(_ engine: Engine, at now: Moment, continues: Bool) throws {
        try segment?.flush()
        let follows = segment != nil && continues
        segment = nil
        stoppedUntil = nil
        prune()
        let header = SegmentHeader(
            hale: version, run: run, number: next, continues: follows, began: now, components: engine.componentCount)
        let path = directory.path(of: next)
        next += 1
        let writer = try SegmentWriter(header, engine, at: path)
        let size = writer.snapshotBytes
        guard size <= settings.maxBytes / 4 else {
            try? FileManager.default.removeItem(atPath: path)
            throw SegmentWriter.Failure(
                reason: "a snapshot takes \(size) bytes, more than a quarter of recording.size (\(settings.maxBytes))")
        }
        segment = consume writer
    }

    /// Room is made for the file that begins before it is there.
    private func prune() {
        let limit = Date.now.addingTimeInterval(-settings.maxAge.seconds)
        directory.prune(toFit: settings.maxBytes - settings.segmentBytes, olderThan: limit)
    }

    /// A file is worth its snapshot: where that is large, more follows it.
    func isFull(at now: Moment) -> Bool {
        switch segment {
        case .some(let segment):
            let limit = min(max(settings.segmentBytes, 3 * segment.snapshotBytes), settings.maxBytes / 2)
            return segment.bytes >= limit || now.boot - segment.began.boot >= settings.segmentAge
        case .none: return false
        }
    }

    /// Whether it was stopped, and may go on.
    func needsSnapshot(at now: Moment) -> Bool { stoppedUntil.map { $0 <= now.boot } ?? false }

    /// Returns whether that is news.
    mutating func stop(until instant: Instant) -> Bool {
        segment = nil
        defer { stoppedUntil = instant }
        return stoppedUntil == nil
    }
}
