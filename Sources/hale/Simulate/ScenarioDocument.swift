import HaleModel
import HaleSimulator

/// What `hale simulate --scenario --json` prints. Spans are seconds; counts are sums over all runs.
struct ScenarioDocument: Encodable {
    struct Spread: Encodable {
        var count: Int
        var mean: Double
        var p50: Double
        var p95: Double
        var max: Double

        init?(_ spread: HaleSimulator.Spread) {
            guard let mean = spread.mean, let p50 = spread.percentile(0.5), let p95 = spread.percentile(0.95) else {
                return nil
            }
            count = spread.count
            self.mean = mean.seconds
            self.p50 = p50.seconds
            self.p95 = p95.seconds
            max = spread.longest.seconds
        }
    }

    struct Component: Encodable {
        var id: String
        var availability: Double?
        var outages: Int
        var undetected: Int
        var detection: Spread?
        var recovery: Spread?
        var restarts: Int
        var falseRestarts: Int

        init(_ component: Figures.Component) {
            id = component.id.name
            availability = component.availability
            outages = component.outages
            undetected = component.undetected
            detection = Spread(component.detection)
            recovery = Spread(component.recovery)
            restarts = component.restarts
            falseRestarts = component.falseRestarts
        }
    }

    struct Broken: Encodable {
        var seed: UInt64
        var messages: [String]
        /// What a person types to see it again.
        var replay: String
    }

    struct Result: Encodable {
        var policy: String
        var components: [Component]
        var all: Component
        var broken: [Broken]
        var timeline: [String]?
    }

    var scenario: String
    var seconds: Double
    var firstSeed: UInt64
    var runs: Int
    var results: [Result] = []

    init(title: String, duration: TimeSpan, seeds: Range<UInt64>) {
        scenario = title
        seconds = duration.seconds
        firstSeed = seeds.lowerBound
        runs = seeds.count
    }

    var hasFailed: Bool { results.contains { !$0.broken.isEmpty } }

    /// - Parameter replay: the command that plays one seed.
    mutating func add(
        _ policy: String, _ results: Experiment.Results, timeline: [String]? = nil, replay: (UInt64) -> String
    ) {
        self.results.append(
            Result(
                policy: policy, components: results.figures.components.map(Component.init),
                all: Component(results.figures.whole),
                broken: results.failed.map { failed in
                    Broken(
                        seed: failed.seed, messages: failed.failures.map { "\($0.invariant): \($0.message)" },
                        replay: replay(failed.seed))
                },
                timeline: timeline))
    }
}
