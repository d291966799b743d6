import ArgumentParser
import Foundation
import HaleModel
import HaleMonitor
import HaleSimulator

/// `hale simulate --scenario`: one scenario, played with one policy or with two.
struct ScenarioRuns {
    static let defaultRuns = 100

    let scenario: String
    let config: String?
    let compare: String?
    let duration: TimeSpan?
    let seed: UInt64?
    let runs: Int?
    let json: Bool

    /// Who plays, by the name under which it is shown.
    private struct Contender {
        var name: String
        var config: String?
        var experiment: Experiment
    }

    func run() async throws {
        let own = try load(config.map(configuration))
        let duration = duration ?? own.duration
        var contenders = [
            Contender(
                name: config ?? "Hale", config: config, experiment: Experiment(own.scenario, duration: duration))
        ]
        if compare == "naive" {
            contenders.append(
                Contender(name: "naive", experiment: Experiment(own.scenario, duration: duration, monitor: .naive)))
        } else if let compare {
            let other = try load(configuration(compare))
            contenders.append(
                Contender(
                    name: compare, config: compare, experiment: Experiment(other.scenario, duration: duration)))
        }
        let isReplay = seed != nil && runs == nil
        let first = seed ?? 1
        let seeds = first..<(first + UInt64(isReplay ? 1 : runs ?? Self.defaultRuns))
        var document = ScenarioDocument(title: own.title, duration: duration, seeds: seeds)
        for contender in contenders {
            let again = { (seed: UInt64) in replay(contender, seed) }
            if isReplay {
                let (results, trace) = contender.experiment.run(seed: first, keepsTrace: true)
                document.add(contender.name, results, timeline: trace, replay: again)
            } else {
                document.add(contender.name, await Self.play(contender.experiment, seeds), replay: again)
            }
        }
        Terminal.say(json ? try JSONOutput.text(document) : ScenarioTable(document).text)
        if document.hasFailed { throw ExitCode(1) }
    }

    private func replay(_ contender: Contender, _ seed: UInt64) -> String {
        let config = contender.config.map { " --config \($0)" } ?? ""
        let span = duration.map { " --for \($0)" } ?? ""
        return "hale simulate --scenario \(scenario)\(config)\(span) --seed \(seed)"
    }

    private static func play(_ experiment: Experiment, _ seeds: Range<UInt64>) async -> Experiment.Results {
        await Workers.share(seeds, nothing: experiment.nothing) {
            experiment.run(seeds: $0)
        } merge: {
            $0.merge($1)
        }
    }

    // MARK: Files

    private func configuration(_ path: String) throws -> HaleConfiguration {
        try ConfigurationOptions.tellingMistakes(nothingWas: "simulated") {
            try ConfigurationLoader.load(path: path, environment: ConfigurationOptions.environment)
        }
    }

    private func load(_ configuration: HaleConfiguration?) throws -> LoadedScenario {
        try ConfigurationOptions.tellingMistakes(in: "the scenario", nothingWas: "simulated") {
            try ScenarioLoader.load(
                path: scenario, environment: ConfigurationOptions.environment, configuration: configuration)
        }
    }
}
