#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Processor time of this process: on a shared machine it says more than the wall.
func processorNanoseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// One thing to measure: calls it `calls` times.
struct Benchmark {
    let name: String
    let calls: Int
    let run: (Int) async -> Void
}

struct Figure {
    var nanoseconds: Double
    var allocations: Double?
}

/// Runs all in turn, several times over, so that a slow moment of the machine hits each alike; returns the medians.
func measure(_ benchmarks: [Benchmark], rounds: Int) async -> [String: Figure] {
    var times: [String: [Double]] = [:]
    var allocations: [String: Double] = [:]
    for benchmark in benchmarks { await benchmark.run(benchmark.calls / 10 + 1) }
    for _ in 0..<rounds {
        for benchmark in benchmarks {
            let before = Allocations.now
            let begin = processorNanoseconds()
            await benchmark.run(benchmark.calls)
            let nanoseconds = processorNanoseconds() - begin
            let after = Allocations.now
            times[benchmark.name, default: []].append(nanoseconds / Double(benchmark.calls))
            if let before, let after { allocations[benchmark.name] = Double(after - before) / Double(benchmark.calls) }
        }
    }
    return times.reduce(into: [:]) { figures, entry in
        figures[entry.key] = Figure(
            nanoseconds: entry.value.sorted()[entry.value.count / 2], allocations: allocations[entry.key])
    }
}

extension Double {
    func padded(_ width: Int, decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let rounded = Int((self * scale).rounded())
        let fraction = String(rounded % Int(scale))
        let text =
            decimals == 0
            ? "\(rounded)"
            : "\(rounded / Int(scale))." + String(repeating: "0", count: decimals - fraction.count) + fraction
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
