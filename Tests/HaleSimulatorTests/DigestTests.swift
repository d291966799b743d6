import Foundation
import HaleModel
import HaleSimulator
import Testing

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
        let report = Simulation.run(seed: seed, duration: .minutes(20))
        #expect(report.isGood)
        #expect(report.digest == Self.expected.first { $0.seed == seed }?.digest)
    }
}
