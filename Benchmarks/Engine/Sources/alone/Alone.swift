import HaleEngine
import HaleModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The engine with no world around it: checks every ten seconds that are answered at once, its records collected after
/// every input as the daemon does. Tells how many component-days it decides in a second of processor time.
///
///     alone [COMPONENTS] [DAYS] [ROUNDS]
@main
struct Alone {
    static func main() {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard numbers.count == CommandLine.arguments.count - 1, numbers.count <= 3, numbers.allSatisfy({ $0 > 0 })
        else {
            print("usage: alone [COMPONENTS] [DAYS] [ROUNDS]")
            exit(64)
        }
        let components = numbers.first ?? 20
        let days = numbers.count > 1 ? numbers[1] : 5
        let rounds = numbers.count > 2 ? numbers[2] : 5
        for (name, failing) in [("healthy", UInt64.max), ("one result in 100 fails", 100)] {
            var rates: [Double] = []
            var inputs = 0
            for _ in 0..<rounds {
                var fleet = Fleet(components, failing: failing)
                let begin = processorSeconds()
                inputs = fleet.pass(.days(Int64(days)))
                rates.append(Double(components * days) / max(processorSeconds() - begin, 1e-6))
            }
            rates.sort()
            let median = rates[rounds / 2]
            let each = Double(components * days) / median / Double(inputs) * 1e9
            print(
                "\(components) components, \(name): \(Int(median)) component-days a second "
                    + "(\(Int(rates[0])) to \(Int(rates[rounds - 1]))), \(inputs) inputs, \(Int(each)) ns each")
        }
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Components with one check each.
struct Fleet {
    private var engine: Engine
    private var effects = EffectBuffer()
    /// The effects of the last deadlines, while what follows from them is decided.
    private var orders = EffectBuffer()
    private var now = Moment(boot: Instant(nanoseconds: 1), wall: WallTime(nanoseconds: 1_700_000_000_000_000_000))
    /// Every so manieth result is a failure.
    private let failing: UInt64

    init(_ count: Int, failing: UInt64) {
        self.failing = failing
        let policies = (0..<count).map { number in
            ComponentPolicy(
                id: ComponentID("component-\(number)")!, checks: [CheckPolicy(name: "http", kind: "http")],
                heal: HealPolicy(rungs: [.init(.command(["/bin/true"], timeout: .seconds(10)))]))
        }
        guard let configuration = try? EngineConfiguration(components: policies) else {
            preconditionFailure("ids are unique")
        }
        engine = Engine(configuration: configuration, restoring: [], seed: 1)
    }

    /// Returns how many inputs there were.
    mutating func pass(_ span: TimeSpan) -> Int {
        let end = now.boot + span
        var inputs = 0
        var results: UInt64 = 0
        take(.started(StartReport(version: "1", bootID: "boot", processes: [])))
        while let next = engine.nextDeadline, next <= end {
            now = now.advanced(by: max(next - now.boot, .zero))
            take(.tick)
            inputs += 1
            swap(&orders, &effects)
            for case .check(let order) in orders.prompt {
                results += 1
                inputs += 1
                let isGood = results % failing != 0
                let result = HealthCheckResult(
                    isGood ? .healthy : .unhealthy, isGood ? "200 OK" : "503 Service Unavailable",
                    timestamp: now.wall, latency: .milliseconds(12))
                take(.checkFinished(run: order.run, component: order.component, check: order.check, result))
                effects.removeAll()
            }
            orders.removeAll()
        }
        return inputs
    }

    private mutating func take(_ input: Input) {
        engine.handle(input, at: now, into: &effects)
        engine.collectRecords(at: now, into: &effects)
    }
}
