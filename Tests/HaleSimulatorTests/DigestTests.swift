import Foundation
import HaleModel
import Testing

@testable import HaleEngine
@testable import HaleSimulator

/// The same seed gives the same trace in every build and process: `digests.txt` is what `hale simulate --digests` printed.
/// A change of the engine or of the simulator changes it: `make digests` writes it anew.
@Suite struct DigestTests {
    static let expected: [(seed: UInt64, digest: UInt64)] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("digests.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").compactMap { UInt64($0) }
            return words.count == 2 ? (words[0], words[1]) : nil
        }
    }()

    @Test func thereAreSome() {
        #expect(Self.expected.count == 8)
    }

    @Test(arguments: expected.map(\.seed))
    func aSeedGivesTheSameDigestInEveryBuild(seed: UInt64) {
        let report = Simulation.run(seed: seed, duration: .minutes(20), isDigested: true)
        #expect(report.isGood)
        #expect(report.digest != nil)
        #expect(report.digest == Self.expected.first { $0.seed == seed }?.digest)
    }

    /// Two things that differ in one detail only have two digests.
    struct Difference: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let digests: @Sendable () throws -> [UInt64]

        init(_ name: String, _ digests: @escaping @Sendable (inout [Digest]) throws -> Void) {
            testDescription = name
            self.digests = {
                var two = [Digest(), Digest()]
                try digests(&two)
                return two.map(\.value)
            }
        }
    }

    static let differences: [Difference] = [
        Difference("kind") {
            $0[0].add(Event.plain(1, .healStarted)); $0[1].add(Event.plain(1, .healSucceeded))
        },
        Difference("component") {
            $0[0].add(Event.plain(1, .healStarted, "a"))
            $0[1].add(Event.plain(1, .healStarted, "b"))
        },
        Difference("details") {
            $0[0].add(Event.plain(1, .healStarted, "a", ["rung": .number(0)]))
            $0[1].add(Event.plain(1, .healStarted, "a", ["rung": .number(1)]))
        },
        Difference("stop signal") {
            for (index, signal) in [15, 9].enumerated() {
                $0[index].add(
                    Effect.process(.stop(InstanceID("a", 0), launch: 1, signal: Int32(signal), timeout: .zero)))
            }
        },
        Difference("verdict") {
            for (index, status) in [HealthStatus.healthy, .degraded].enumerated() {
                let result = HealthCheckResult(status, "as told", timestamp: .epoch, latency: .zero)
                let input = Input.checkFinished(run: 1, component: "a", check: "http", result)
                $0[index].add(input, at: Moment(boot: .zero, wall: .epoch))
            }
        },
        Difference("command") {
            for (index, word) in ["fix", "break"].enumerated() {
                let order = RemedyOrder(
                    attempt: 1, component: "a", command: [word], timeout: .zero, state: .down, number: 1, reason: "")
                $0[index].add(Effect.remedy(order))
            }
        },
        Difference("outcome on disk") {
            var ended = Intent.made(1, "a")
            ended.outcome = .failed
            $0[0].add(Record.intent(.made(1, "a")))
            $0[1].add(Record.intent(ended))
        },
        Difference("hold on disk") {
            var stage = try Stage(RecordsTellAll(), [CheckersFireTests.watched("a")])
            $0[0].add(stage.record())
            stage.engine.components[0].hold = .paused
            $0[1].add(stage.record())
        },
    ]

    @Test(arguments: differences)
    func aDigestTellsApart(difference: Difference) throws {
        let digests = try difference.digests()
        #expect(digests[0] != digests[1])
    }

    /// Dictionaries have no order, and a digest has one.
    @Test func theOrderOfDetailsDoesNotCount() {
        let keys = (0..<20).map { "key\($0)" }
        var digests = [Digest(), Digest()]
        digests[0].add(Dictionary(uniqueKeysWithValues: keys.map { ($0, JSONValue.number(1)) }))
        digests[1].add(Dictionary(uniqueKeysWithValues: keys.reversed().map { ($0, JSONValue.number(1)) }))
        #expect(digests[0].value == digests[1].value)
    }
}
