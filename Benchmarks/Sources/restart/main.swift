// kill -9 of a supervised program until its replacement runs: Hale beside a bare loop and, where it is installed, runit.
//
//     swift run -c release --package-path Benchmarks restart PATH-OF-HALE [ROUNDS] [KILLS]
//
// Rounds alternate between the supervisors; the median of all kills is printed with the ratio to the bare loop.

import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 2, FileManager.default.isExecutableFile(atPath: arguments[1]) else {
    FileHandle.standardError.write(Data("usage: restart PATH-OF-HALE [ROUNDS] [KILLS]\n".utf8))
    exit(2)
}
let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
let kills = arguments.count > 3 ? Int(arguments[3]) ?? 10 : 10
let own = URL(fileURLWithPath: arguments[0]).deletingLastPathComponent().path
let root = NSTemporaryDirectory() + "hale-bench-\(getpid())"

/// One round: the supervisor starts the victim, which is then killed again and again.
func measure(_ contender: Contender, folder: String, inlet: Inlet, victim: [String]) throws -> [Double] {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try contender.prepare(folder, victim)
    let supervisor = Child([contender.program] + contender.arguments)
    guard var last = inlet.next() else { fatalError("\(contender.name) did not start the victim") }
    var times: [Double] = []
    for _ in 0..<kills {
        // runit waits a second before it restarts what ran for less; out of step with any timer.
        usleep(UInt32.random(in: 1_100_000...1_200_000))
        let killed = monotonic()
        kill(last.pid, SIGKILL)
        guard let next = inlet.next() else { fatalError("\(contender.name) did not start the victim again") }
        times.append(Double(next.at - killed) / 1e6)
        last = next
    }
    contender.end(supervisor, folder)
    kill(last.pid, SIGKILL)
    return times
}

func percentile(_ times: [Double], _ share: Double) -> Double {
    let sorted = times.sorted()
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}

try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: root) }
let inlet = Inlet(root + "/in")
let victim = [own + "/victim", inlet.path]
var contenders = [Contender.spawnLoop(own + "/spawn-loop", victim: victim)]
if let runsv = ["/usr/bin/runsv", "/sbin/runsv"].first(where: FileManager.default.isExecutableFile) {
    contenders.append(.runit(runsv, folder: root + "/run"))
} else {
    print("runit is not installed: it is left out")
}
contenders.append(.hale(arguments[1], folder: root + "/run"))

var results = [[Double]](repeating: [], count: contenders.count)
for _ in 0..<rounds {
    for (index, contender) in contenders.enumerated() {
        results[index] += try measure(contender, folder: root + "/run", inlet: inlet, victim: victim)
    }
}
let floor = percentile(results[0], 0.5)
print("kill -9 to running again, \(rounds) rounds of \(kills) kills, milliseconds")
for (contender, times) in zip(contenders, results) {
    let median = percentile(times, 0.5)
    print(
        contender.name.padding(toLength: 24, withPad: " ", startingAt: 0),
        String(
            format: "median %.2f  p95 %.2f  max %.2f  ratio %.1f", median, percentile(times, 0.95), times.max() ?? 0,
            median / floor))
}
