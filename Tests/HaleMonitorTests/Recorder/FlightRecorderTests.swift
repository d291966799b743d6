import Foundation
import HaleEngine
import HaleModel
import HaleSimulator
import Testing

@testable import HaleMonitor

@Suite struct FlightRecorderTests {
    @Test func whatIsRecordedIsReproduced() throws {
        try Taped.use { taped in
            taped.pass(.minutes(30)) { _, number in number % 50 < 4 ? .unhealthy : .healthy }
            taped.take(.rejectedConfiguration(["hale.yaml:1: no"]))
            let web = ComponentPolicy(id: "other", checks: [CheckPolicy(name: "tcp", kind: "tcp")])
            taped.take(
                .reconfigured(
                    .init(try EngineConfiguration(components: [web]), restarting: [], summary: "less", order: 4)))
            taped.pass(.minutes(5))
            taped.close()
            let (extent, divergence) = try taped.replay()
            #expect(divergence == nil)
            #expect(extent.files == 1 && extent.gaps == 0 && extent.restarts == 0 && extent.tornBytes == 0)
            #expect(extent.inputs > 1_000 && extent.decisions > 500)
            #expect(extent.to == taped.now.wall)
        }
    }

    @Test func aHealthyFleetCostsLittle() throws {
        try Taped.use(components: 10) { taped in
            taped.pass(.hours(3))
            taped.close()
            let (extent, divergence) = try taped.replay()
            #expect(divergence == nil)
            let file = try #require(taped.directory.files.first)
            // A tick and a result for each check, in batches of their own: the dearest there is.
            #expect(Double(file.bytes) / Double(extent.inputs) < 40)
        }
    }

    @Test func itIsForItsOwnerAlone() throws {
        try Taped.use { taped in
            taped.close()
            let attributes = try FileManager.default.attributesOfItem(atPath: taped.directory.path(of: 1))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func filesFollowEachOtherAndKeepWithinTheBound() throws {
        let settings = RecordingSettings(maxBytes: 1 << 20, maxAge: .days(7))
        try Taped.use(settings) { taped in
            for _ in 0..<40 {
                taped.pass(.hours(2))
                taped.settle()
            }
            taped.close()
            let files = taped.directory.files
            #expect(files.count > 4)
            #expect(files.first?.number ?? 0 > 1, "the oldest are gone")
            #expect(files.reduce(0) { $0 + $1.bytes } <= settings.maxBytes)
            #expect(files.map(\.number) == Array((files.first?.number ?? 0)...(files.last?.number ?? 0)))
            let (extent, divergence) = try taped.replay()
            #expect(divergence == nil)
            #expect(extent.files == files.count && extent.gaps == 0 && extent.restarts == 0)
        }
    }

    @Test func aFileThatIsMissingIsAGap() throws {
        try Taped.use(RecordingSettings(maxBytes: 1 << 20)) { taped in
            for _ in 0..<6 {
                taped.pass(.hours(2))
                taped.settle()
            }
            taped.close()
            let files = taped.directory.files
            try #require(files.count > 3)
            try FileManager.default.removeItem(atPath: taped.directory.path(of: files[1].number))
            let (extent, divergence) = try taped.replay()
            #expect(divergence == nil)
            #expect(extent.gaps == 1 && extent.files == files.count - 1 && extent.restarts == 0)
        }
    }

    /// A recorder that may hold back no step: whatever comes while it writes is left out, and it begins anew.
    @Test func whatTheRecorderCanNotKeepUpWithIsAGap() throws {
        try Taped.use(capacity: 0) { taped in
            taped.pass(.hours(1))
            taped.settle()
            taped.pass(.minutes(10))
            taped.settle()
            taped.close()
            let (extent, divergence) = try taped.replay()
            #expect(divergence == nil)
            #expect(extent.gaps > 0 && extent.files > 1)
            #expect(extent.to == taped.now.wall)
        }
    }

    @Test func whatIsTooOldIsDeleted() throws {
        try Taped.use { taped in
            taped.close()
            let old = taped.directory.path(of: 1)
            try FileManager.default.setAttributes(
                [.modificationDate: Date.now.addingTimeInterval(-7 * 86_400 - 5)], ofItemAtPath: old)
            var tape = Tape(taped.directory, RecordingSettings(), version: "1")
            try tape.begin(taped.engine, at: taped.now, continues: false)
            #expect(taped.directory.files.map(\.number) == [2])
        }
    }

    @Test func aNewLifeGoesOnInTheNextFile() throws {
        try Taped.use { taped in
            taped.pass(.minutes(3))
            taped.close()
            try taped.restart()
            taped.pass(.minutes(3))
            taped.close()
            let (extent, divergence) = try taped.replay()
            #expect(divergence == nil)
            #expect(extent.files == 2 && extent.restarts == 1 && extent.gaps == 0)
        }
    }

    @Test func onlyTheEndIsPlayedWhereThatIsAskedFor() throws {
        let settings = RecordingSettings(maxBytes: 1 << 20)
        try Taped.use(settings) { taped in
            for _ in 0..<6 {
                taped.pass(.hours(2))
                taped.settle()
            }
            taped.close()
            let all = try RecordingReplay(taped.directory.path).reproduce().0
            let end = try RecordingReplay(taped.directory.path).reproduce(since: .minutes(10)).0
            #expect(all.files > 2 && end.files < all.files)
            #expect(end.to == all.to)
            #expect(try #require(end.from) <= taped.now.wall - .minutes(10))
        }
    }

    @Test func whereNothingCanBeWrittenTheEngineGoesOn() throws {
        try Taped.use { taped in
            taped.pass(.minutes(1))
            taped.close()
            try FileManager.default.removeItem(atPath: taped.directory.path)
            try taped.restart()
            taped.pass(.minutes(30))
            taped.settle()
            taped.close()
            #expect(taped.directory.files.isEmpty)
            var tape = Tape(taped.directory, RecordingSettings(), version: "1")
            #expect(throws: SegmentWriter.Failure.self) {
                try tape.begin(taped.engine, at: taped.now, continues: false)
            }
            let news = [tape.stop(until: taped.now.boot + .minutes(1)), tape.stop(until: taped.now.boot)]
            #expect(news == [true, false])
            let isWanted = tape.needsSnapshot(at: taped.now)
            #expect(isWanted)
            // With the directory back it goes on, with a snapshot.
            try FileManager.default.createDirectory(
                atPath: taped.directory.path, withIntermediateDirectories: false)
            try tape.begin(taped.engine, at: taped.now, continues: true)
            #expect(taped.directory.files.map(\.number) == [2])
            let isStillWanted = tape.needsSnapshot(at: taped.now)
            #expect(!isStillWanted)
        }
    }
}
