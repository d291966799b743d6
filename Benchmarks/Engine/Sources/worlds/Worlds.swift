import HaleModel
import HaleSimulator

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Random worlds on all cores, in release, with nothing built but the pure targets: what `make simulate` runs, and what
/// tells how fast the engine is in virtual time.
///
///     worlds SEEDS MINUTES [components=N] [marks] [digests]
@main
enum Worlds {
    static func main() async {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.prefix(2).compactMap { UInt64($0) }
        guard numbers.count == 2, numbers.allSatisfy({ $0 > 0 }), words.dropFirst(2).allSatisfy(isOption) else {
            print("usage: worlds SEEDS MINUTES [components=N] [marks] [digests]")
            exit(64)
        }
        let components = words.compactMap(componentCount).first
        let begin = processorSeconds()
        let isDigested = words.contains("digests")
        let sweep = await sweep(1...numbers[0], .minutes(Int64(numbers[1])), components, isDigested)
        let spent = processorSeconds() - begin
        if isDigested {
            for seed in sweep.digests.keys.sorted() { print(seed, sweep.digests[seed] ?? 0) }
            exit(sweep.failed.isEmpty ? 0 : 1)
        }
        let lacking = words.contains("marks") ? sweep.marks.neverFired : []
        for report in sweep.failed {
            for failure in report.failures {
                print("seed \(report.seed), \(failure.at): \(failure.invariant): \(failure.message)")
            }
            print("  see it again: \(report.replay)")
        }
        for mark in lacking { print("never happened: \(mark)") }
        if words.contains("marks") {
            let scarce = sweep.marks.all.filter { (1..<10).contains($0.count) }
            print("scarce: \(scarce.map { "\($0.name) \($0.count)" }.joined(separator: ", "))")
        }
        let rate = Int(Double(sweep.inputs) / max(spent, 0.001))
        print(
            "\(sweep.seeds) simulated, \(sweep.failed.count) failed: \(sweep.simulated) of virtual time,",
            terminator: " ")
        print("\(sweep.inputs) inputs, \(sweep.restarts) restarts of Hale; \(rate) inputs a second of processor time")
        exit(sweep.failed.isEmpty && lacking.isEmpty ? 0 : 1)
    }

    private static func isOption(_ word: String) -> Bool {
        word == "marks" || word == "digests" || componentCount(word) != nil
    }

    private static func componentCount(_ word: String) -> Int? {
        guard word.hasPrefix("components="), let count = Int(word.dropFirst(11)), count > 0 else { return nil }
        return count
    }

    private static func sweep(
        _ seeds: ClosedRange<UInt64>, _ duration: TimeSpan, _ components: Int?, _ isDigested: Bool
    ) async
        -> SweepReport
    {
        let tasks = Int(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        return await withTaskGroup(of: SweepReport.self) { group in
            for first in 0..<tasks {
                group.addTask(name: "seeds \(first)") {
                    let own = stride(from: seeds.lowerBound + UInt64(first), through: seeds.upperBound, by: tasks)
                    return Simulation.sweep(
                        seeds: own, duration: duration, components: components, isDigested: isDigested)
                }
            }
            var whole = SweepReport()
            for await part in group { whole.merge(part) }
            return whole
        }
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
