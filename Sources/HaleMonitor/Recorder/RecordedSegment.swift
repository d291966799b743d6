import Foundation
package import HaleEngine
package import HaleModel
package import HaleSimulator

/// One file of a recording, read: the engine that it begins with, and batch by batch what came after.
package struct RecordedSegment {
    package let path: String
    private let header: SegmentHeader
    private var frames: FrameReader
    private var coding: BatchCoding

    /// Reads what the file says of itself.
    package init(_ path: String) throws(RecordingProblem) {
        self.path = path
        frames = try FrameReader(path)
        header = try Self.readHeader(&frames)
        coding = BatchCoding(from: header.began)
    }

    package var version: String { header.hale }
    package var began: Moment { header.began }
    /// Whether its snapshot is the state at the end of the other.
    package func continues(_ other: RecordedSegment) -> Bool {
        header.continues && header.run == other.header.run && header.number == other.header.number + 1
    }
    /// Whether both are of one life of the daemon.
    package func isOfSameRun(as other: RecordedSegment) -> Bool { header.run == other.header.run }
    /// Bytes at the end that were not completely written when Hale, or its machine, ended.
    package var tornBytes: Int { frames.tornBytes }

    private static func readHeader(_ frames: inout FrameReader) throws(RecordingProblem) -> SegmentHeader {
        guard let frame = try frames.next() else {
            throw RecordingProblem(frames.path, "it was cut before anything was recorded in it", isCut: true)
        }
        guard frame.kind == .header,
            let header = try? JSONDecoder.recording.decode(SegmentHeader.self, from: frame.body)
        else { throw frames.damaged("its header can't be read") }
        return header
    }

    /// The engine as it was when the file began. Called once, before the first batch is read.
    package mutating func readEngine() throws(RecordingProblem) -> Engine {
        let decoder = JSONDecoder.recording
        do {
            guard let first = try frames.next(), first.kind == .whole else {
                throw RecordingProblem(path, "it was cut within the snapshot that it begins with", isCut: true)
            }
            let whole = try decoder.decode(EngineSnapshot.Whole.self, from: first.body)
            var parts: [EngineSnapshot.Part] = []
            while parts.count < header.components {
                guard let frame = try frames.next(), frame.kind == .part else {
                    throw RecordingProblem(path, "it was cut within the snapshot that it begins with", isCut: true)
                }
                parts.append(try decoder.decode(EngineSnapshot.Part.self, from: frame.body))
            }
            return try EngineSnapshot.engine(of: whole, parts)
        } catch let problem as RecordingProblem {
            throw problem
        } catch {
            throw RecordingProblem(path, "its snapshot can't be read by this version of Hale\(written): \(error)")
        }
    }

    /// The next batch; `nil` at the end.
    package mutating func next() throws(RecordingProblem) -> RecordedBatch? {
        guard let frame = try frames.next() else { return nil }
        guard frame.kind == .batch else { throw frames.damaged("a snapshot where inputs should be") }
        do {
            return try coding.read(ArraySlice(frame.body))
        } catch {
            throw frames.damaged("inputs that can't be read by this version of Hale\(written): \(error)")
        }
    }

    /// When the last was recorded. Called instead of `readEngine`.
    mutating func readEnd() throws(RecordingProblem) -> WallTime {
        var end = header.began.wall
        while let frame = try frames.next() {
            guard frame.kind == .batch else { continue }
            guard let batch = try? coding.read(ArraySlice(frame.body)) else {
                throw frames.damaged("inputs that can't be read by this version of Hale\(written)")
            }
            end = batch.collected.wall
        }
        return end
    }

    private var written: String { "; hale \(header.hale) wrote it" }
}
