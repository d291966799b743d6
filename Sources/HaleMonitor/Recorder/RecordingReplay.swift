import Foundation
package import HaleEngine
package import HaleModel
package import HaleSimulator

/// Plays a recording: to the policy that it was recorded under, or to another one beside it.
package struct RecordingReplay {
    /// What was played.
    package struct Extent: Hashable, Sendable {
        package var files = 0
        package var inputs = 0
        package var decisions = 0
        package var from: WallTime?
        package var to: WallTime?
        /// Starts of Hale after the first.
        package var restarts = 0
        /// Where inputs are missing: Hale could not keep up, or the disk took nothing.
        package var gaps = 0
        /// Left out at the ends of files, where Hale or its machine was ended while it wrote.
        package var tornBytes = 0
        /// Over all decisions.
        package var digest: UInt32 = 0
        /// The versions of Hale that recorded it.
        package var versions: [String] = []
    }

    /// The first decision that is another one than was recorded.
    package struct Divergence: Hashable, Sendable {
        package var file: String
        package var difference: Reproduction.Difference
    }

    private let paths: [String]

    /// - Parameter path: a directory with the files of a recording, or one of them.
    package init(_ path: String) throws(RecordingProblem) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw RecordingProblem(path, "there is no recording")
        }
        guard isDirectory.boolValue else {
            paths = [path]
            return
        }
        paths = RecordingDirectory(path).files.map(\.path)
        if paths.isEmpty { throw RecordingProblem(path, "there is no recording in it") }
    }

    /// Decides everything again.
    /// - Parameter since: only so much of the end, from the beginning of a file on.
    package func reproduce(since: TimeSpan? = nil) throws(RecordingProblem) -> (Extent, Divergence?) {
        var extent = Extent()
        var divergence: Divergence?
        var former: RecordedSegment?
        for path in try chosen(since) {
            guard case (var segment, let engine)? = try Self.open(path, &extent) else { continue }
            var reproduction = Reproduction(engine)
            Self.note(segment, after: former, &extent)
            while let batch = try segment.next() {
                let difference = reproduction.play(batch)
                extent.to = batch.collected.wall
                guard let difference else { continue }
                divergence = Divergence(file: path, difference: difference)
                break
            }
            extent.add(reproduction)
            extent.tornBytes += segment.tornBytes
            former = segment
            if divergence != nil { break }
        }
        return (extent, divergence)
    }

    /// Plays the same to another policy.
    package func rehearse(
        _ configuration: EngineConfiguration, since: TimeSpan? = nil
    ) throws(RecordingProblem) -> (Extent, Divergence?, Rehearsal?) {
        var extent = Extent()
        var divergence: Divergence?
        var rehearsal: Rehearsal?
        var former: RecordedSegment?
        let from = try since.map { span throws(RecordingProblem) in try end() - span } ?? .epoch
        for path in try chosen(since) {
            guard case (var segment, let engine)? = try Self.open(path, &extent) else { continue }
            Self.note(segment, after: former, &extent)
            if rehearsal == nil {
                rehearsal = Rehearsal(engine, configuration, at: segment.began, from: from)
            } else if let former {
                rehearsal?.resume(
                    engine,
                    after: segment.continues(former) ? .nothing : segment.isOfSameRun(as: former) ? .gap : .restart)
            }
            while let batch = try segment.next() {
                extent.to = batch.collected.wall
                if let difference = rehearsal?.play(batch), divergence == nil {
                    divergence = Divergence(file: path, difference: difference)
                }
            }
            if let actual = rehearsal?.actual { extent.add(actual) }
            extent.tornBytes += segment.tornBytes
            former = segment
        }
        return (extent, divergence, rehearsal)
    }

    // MARK: Files

    /// The last file has nothing in it yet where Hale ended as it began to write it.
    private static func open(
        _ path: String, _ extent: inout Extent
    ) throws(RecordingProblem) -> (RecordedSegment, Engine)? {
        do {
            var segment = try RecordedSegment(path)
            let engine = try segment.readEngine()
            return (segment, engine)
        } catch {
            guard error.isCut else { throw error }
            extent.tornBytes += (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
            return nil
        }
    }

    private static func note(_ segment: RecordedSegment, after former: RecordedSegment?, _ extent: inout Extent) {
        extent.files += 1
        extent.from = extent.from ?? segment.began.wall
        extent.to = segment.began.wall
        if !extent.versions.contains(segment.version) { extent.versions.append(segment.version) }
        guard let former else { return }
        if !segment.isOfSameRun(as: former) {
            extent.restarts += 1
        } else if !segment.continues(former) {
            extent.gaps += 1
        }
    }

    /// The files that are needed for the last so much.
    private func chosen(_ since: TimeSpan?) throws(RecordingProblem) -> ArraySlice<String> {
        guard let since else { return paths[...] }
        let from = try end() - since
        var first = paths.startIndex
        for (index, path) in paths.enumerated() {
            guard let segment = try? RecordedSegment(path), segment.began.wall <= from else { continue }
            first = index
        }
        return paths[first...]
    }

    /// When the last was recorded.
    private func end() throws(RecordingProblem) -> WallTime {
        for path in paths.reversed() {
            do {
                var segment = try RecordedSegment(path)
                return try segment.readEnd()
            } catch {
                if !error.isCut { throw error }
            }
        }
        throw RecordingProblem(paths.last ?? "the recording", "there is nothing in it")
    }
}

extension RecordingReplay.Extent {
    fileprivate mutating func add(_ reproduction: Reproduction) {
        inputs += reproduction.inputs
        decisions += reproduction.decisions
        digest = digest &* 31 &+ reproduction.digestValue
    }
}
