import Foundation
import HaleModel
import HaleMonitor
import Testing

/// Damaged documents: every outcome is a configuration or problems with a place, never a crash.
@Suite struct FuzzTests {
    private static let fragments = [
        "*", "&a ", "*web", "${", "}", "{", "]", "[", ": ", "- ", "\n", "\n  ", "\t", "'", "\"", "#", "|\n", "!!int ",
        "? ",
        "<<: ", "null", "~", "0", "-1", "1e999", "99999999999999999999", "10s", "/(/", "é", "\u{1F600}", "\u{0}",
        "\u{2028}",
        "components:", "check:", "http:", "tcp:", "command:", "process:", "dns:", "tls:", "%", "run:", "heal:",
        "steps:", "api:", "---\n", "...\n", "%YAML 1.1\n",
        "\r\n",
    ]

    /// Bounded, unless `HALE_FUZZ_SECONDS` asks for about so many seconds.
    private static let rounds: Int = {
        let seconds = ProcessInfo.processInfo.environment["HALE_FUZZ_SECONDS"].flatMap { Int($0) } ?? 0
        return seconds > 0 ? seconds * roundsPerSecond : 500
    }()
    private static let roundsPerSecond = 100
    /// Further seeds by `HALE_FUZZ_SEED`, so that every long run sees others.
    private static let seeds: ClosedRange<Int> = {
        let first = ProcessInfo.processInfo.environment["HALE_FUZZ_SEED"].flatMap { Int($0) } ?? 1
        return first...(first + 3)
    }()

    @Test(arguments: seeds)
    func everyOutcomeIsOneOrTheOther(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let originals = ([fullExample, checksExample] + DocumentationTests.examples).map { Array($0.unicodeScalars) }
        var accepted = 0
        for round in 0..<Self.rounds {
            // Mostly the one that uses everything.
            let original = round.isMultiple(of: 3) ? originals.randomElement(using: &random)! : originals[0]
            var scalars = original
            for _ in 0...Int.random(in: 0..<4, using: &random) { mutate(&scalars, &random) }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            do {
                let loaded = try outcome(of: String(view), asCompanion: round.isMultiple(of: 5))
                accepted += 1
                #expect(!loaded.components.isEmpty)
                #expect(loaded.effective.lines.count == loaded.effective.entries.count)
                #expect(ConfigurationDifference(from: loaded, to: loaded).isEmpty)
            } catch {
                #expect(!error.problems.isEmpty, "seed \(seed), round \(round)")
                for problem in error.problems where problem.line < 1 || problem.column < 1 || problem.message.isEmpty {
                    Issue.record("seed \(seed), round \(round): \(problem)")
                }
            }
        }
        #expect(accepted > 0 && accepted < Self.rounds)
    }

    /// Alone, or as a file of `hale.d`.
    private func outcome(of text: String, asCompanion: Bool) throws(ConfigurationErrors) -> HaleConfiguration {
        guard asCompanion else { return try load(text) }
        return try ConfigurationLoader.load(
            documents: [
                .init(name: "hale.yaml", text: "checksPerHost: 3\ncomponents: {first: {heartbeat: true}}"),
                .init(name: "hale.d/more.yaml", text: text),
            ], file: "/srv/hale/hale.yaml", environment: exampleEnvironment)
    }

    private func mutate(_ scalars: inout [Unicode.Scalar], _ random: inout SeededGenerator) {
        guard !scalars.isEmpty else { return }
        let place = Int.random(in: scalars.indices, using: &random)
        let end = min(scalars.count, place + Int.random(in: 1...12, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: scalars.removeSubrange(place..<end)
        case 1: scalars.insert(contentsOf: scalars[place..<end], at: Int.random(in: scalars.indices, using: &random))
        case 2: scalars.insert(contentsOf: Self.fragments.randomElement(using: &random)!.unicodeScalars, at: place)
        case 3:
            scalars.replaceSubrange(place..<end, with: Self.fragments.randomElement(using: &random)!.unicodeScalars)
        case 4: scalars[place] = Unicode.Scalar(UInt8.random(in: 0x20...0x7E, using: &random))
        default: scalars.swapAt(place, Int.random(in: scalars.indices, using: &random))
        }
    }
}
