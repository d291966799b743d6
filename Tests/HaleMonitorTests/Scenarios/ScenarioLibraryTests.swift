import Foundation
import HaleModel
import HaleMonitor
import HaleSimulator
import Testing

/// Every file of `Examples/scenarios`, with Hale's rules and with a naive monitor: what it is there to show.
@Suite struct ScenarioLibraryTests {
    static let directory = DocumentationTests.root.path + "/Examples/scenarios"
    static let seeds: ClosedRange<UInt64> = 1...3

    /// What one file shows of a figures over `seeds`, Hale's beside the naive one.
    struct Expectation: Sendable, CustomTestStringConvertible {
        var file: String
        var holds: @Sendable (_ hale: Figures, _ naive: Figures) -> Bool
        var testDescription: String { file }

        init(_ file: String, _ holds: @escaping @Sendable (_ hale: Figures, _ naive: Figures) -> Bool) {
            self.file = file
            self.holds = holds
        }
    }

    static let expectations: [Expectation] = [
        // The two failures that Hale was begun for: neither costs it anything.
        Expectation("missed-heartbeat") { hale, naive in
            hale.whole.restarts == 0 && hale.whole.availability == 1
                && naive.whole.falseRestarts >= 5 * naive.runs && naive.whole.availability! < 0.95
        },
        Expectation("slow-answers") { hale, naive in
            hale.whole.restarts == 0 && hale.whole.availability == 1 && naive.whole.falseRestarts >= 4 * naive.runs
        },
        // Given up after some attempts, and tried again later, so that it is back without a person.
        Expectation("crash-loop") { hale, naive in
            hale.whole.restarts <= 10 * hale.runs && hale.whole.falseRestarts == 0
                && hale.whole.availability! > 0.6 && naive.whole.availability! < 0.3
        },
        Expectation("slow-death") { hale, naive in
            hale.whole.restarts <= 6 * hale.runs && naive.whole.restarts >= 40 * naive.runs
        },
        // Hale knows when its own network is gone. A short cut to one service may pass for its death, seldom.
        Expectation("flapping-network") { hale, naive in
            hale.components[0].restarts == 0 && hale.components[1].falseRestarts <= 3 * hale.runs
                && naive.whole.falseRestarts >= 100 * naive.runs
        },
        Expectation("dependency-outage") { hale, naive in
            hale.whole.restarts == 0 && naive.whole.falseRestarts >= 8 * naive.runs
        },
        // Panic and the limit: no more than the three attempts per hour for each, and what is well is left alone.
        Expectation("rack-loss") { hale, naive in
            hale.whole.falseRestarts == 0 && hale.whole.restarts <= 36 * hale.runs
                && hale.whole.restarts < naive.whole.restarts
        },
        Expectation("memory-leak") { hale, _ in
            hale.whole.falseRestarts == 0 && hale.whole.restarts >= 10 * hale.runs && hale.whole.availability! > 0.99
        },
        Expectation("lossy-heartbeats") { hale, naive in
            hale.whole.restarts == hale.runs && hale.whole.falseRestarts == 0
                && naive.whole.falseRestarts >= 50 * naive.runs
        },
        Expectation("hale-stalled") { hale, naive in
            hale.whole.falseRestarts == 0 && hale.whole.restarts == hale.runs && naive.whole.falseRestarts > 0
        },
        Expectation("hale-killed") { hale, _ in
            hale.whole.falseRestarts == 0 && hale.components[0].availability! > 0.99
                && hale.components[1].availability! > 0.9
        },
        Expectation("clock-steps") { hale, _ in
            hale.whole.falseRestarts == 0 && hale.components[0].restarts == 0
                && hale.components[1].restarts == hale.components[1].outages
        },
        Expectation("thundering-herd") { hale, naive in
            // Each of the twenty is restarted once, because its edge says so, and three at a time.
            hale.whole.restarts == 20 * hale.runs && hale.mostAtWork == 3 && naive.whole.restarts >= 60 * naive.runs
        },
        // What the simulator found in the engine: each of these broke a promise in one of the three seeds at least.
        Expectation("one-command-at-a-time") { hale, naive in
            hale.whole.falseRestarts == 0 && hale.whole.availability! > 0.98 && naive.whole.availability! < 0.3
        },
        Expectation("disk-full-while-healing") { hale, _ in
            hale.whole.falseRestarts == 0 && hale.whole.restarts == hale.whole.outages
        },
        // After each of the twelve outages the cache, and then what depends on it.
        Expectation("restarts-in-order") { hale, _ in
            hale.components[2].restarts == 12 * hale.runs && hale.components[0].restarts == 12 * hale.runs
        },
        Expectation("asleep-at-a-restart") { hale, _ in
            hale.whole.falseRestarts == 0 && hale.whole.availability! > 0.95
        },
        // Each time the database is back, and for nothing else; never longer gone than the database.
        Expectation("restarts-are-no-attempts") { hale, _ in
            let (database, api) = (hale.components[0], hale.components[1])
            return api.restarts <= database.outages && api.restarts > database.outages / 2
                && api.recovery.longest < .minutes(3)
        },
        // Those remedies alone that began before so many were lost.
        Expectation("killed-in-panic") { hale, _ in
            hale.whole.falseRestarts == 0 && hale.whole.restarts <= 6 * hale.runs
        },
        Expectation("two-ends-in-one-stall") { hale, _ in
            hale.whole.falseRestarts == 0 && hale.whole.restarts == 24 * hale.runs
        },
        Expectation("one-of-several-ends-for-good") { hale, _ in
            hale.whole.falseRestarts == 0 && hale.whole.restarts == 20 * hale.runs
        },
    ]

    @Test(arguments: expectations)
    func showsWhatItIsThereFor(_ expectation: Expectation) throws {
        let path = "\(Self.directory)/\(expectation.file).yaml"
        let loaded = try ScenarioLoader.load(path: path, environment: [:], configuration: nil)
        let hale = Experiment(loaded.scenario, duration: loaded.duration).run(seeds: Self.seeds)
        let naive = Experiment(loaded.scenario, duration: loaded.duration, monitor: .naive).run(seeds: Self.seeds)
        #expect(hale.failed.isEmpty, "\(hale.failed.first?.failures.first?.message ?? "")")
        #expect(
            expectation.holds(hale.figures, naive.figures),
            "Hale: \(text(hale.figures)); naive: \(text(naive.figures))")
    }

    @Test func everyFileIsExpectedToShowSomething() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.directory).filter { $0.hasSuffix(".yaml") }
        #expect(files.sorted() == Self.expectations.map { $0.file + ".yaml" }.sorted())
    }

    private func text(_ figures: Figures) -> String {
        figures.components.map {
            "\($0.id) \($0.availability ?? 0) outages \($0.outages) restarts \($0.restarts) false \($0.falseRestarts)"
        }.joined(separator: ", ")
    }
}
