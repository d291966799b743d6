import Foundation
import HaleModel

/// Programs that crash, one that obeys orders, one with two processes, and watched services that are down, each with a
/// limited remedy: everything that has a failpoint happens all the time.
struct KillScenario: Sendable {
    static let watched = ["w0", "w1", "w2"]
    static let limit = 3
    static let instances = 4

    let sandbox: Sandbox
    let ports: [String: UInt16]

    init(_ sandbox: Sandbox) throws {
        self.sandbox = sandbox
        ports = Dictionary(uniqueKeysWithValues: try Self.watched.map { ($0, try LocalPort.free()) })
        let remedy = try sandbox.write("remedy.sh", Programs.remedy)
        let restart =
            "{retries: 1000, backoff: {base: 100ms, factor: 1, max: 100ms, jitter: 0}, verifyAfter: 100ms}"
        let crasher = try sandbox.program("crasher", Programs.crasher)
        let steady = try sandbox.program("steady", Programs.steady, more: "stopTimeout: 5s")
        let pair = try sandbox.program("pair", Programs.steady, instances: 2)
        var yaml = """
              crasher: {run: \(crasher), heal: \(restart)}
              steady: {run: \(steady), heal: \(restart)}
              pair: {run: \(pair), heal: \(restart)}

            """
        for name in Self.watched {
            yaml += """
                  \(name):
                    check: {tcp: "127.0.0.1:\(ports[name]!)", breaker: {failures: 100, open: 500ms, max: 500ms}}
                    heal:
                      command: [/usr/bin/env, HALE_E2E=\(sandbox.marker), /bin/sh, \(remedy), \(sandbox.directory.path)/\(name).remedy]
                      retries: 5
                      limit: \(Self.limit)/h
                      cooldown: 0s
                      backoff: {base: 100ms, factor: 1, max: 100ms, jitter: 0}
                      settle: 0s
                      verifyAfter: 100ms

                """
        }
        try sandbox.configure(yaml)
    }

    /// What the remedy of a service wrote down: one line a run.
    struct RemedyRun {
        var time: Double
        var isManual: Bool
    }

    func remedyRuns(_ name: String) -> [RemedyRun] {
        sandbox.lines("\(name).remedy").map { line in
            let words = line.split(separator: " ", maxSplits: 2)
            return RemedyRun(time: words.first.flatMap { Double($0) } ?? 0, isManual: line.hasSuffix("ordered by hand"))
        }
    }

    /// Exit codes as the program chose them, in order.
    var codesWrittenDown: [Int] {
        sandbox.lines("crasher.0.journal").compactMap { line in
            line.hasPrefix("end ") ? Int(line.dropFirst(4)) : nil
        }
    }

    /// What the program said, by its own count; each run but the last has ended.
    func outputExpected() -> [String] {
        let journal = sandbox.lines("crasher.0.journal")
        let runs = journal.count { $0.hasPrefix("start ") }
        let ends = journal.count { $0.hasPrefix("end ") }
        return (1...max(runs, 1)).flatMap {
            $0 <= ends ? ["run \($0) begins", "run \($0) ends"] : ["run \($0) begins"]
        }
    }

    var outputKept: [String] { sandbox.lines("data/logs/crasher.0.log") }

    var secondCopies: [String] {
        ["crasher.0", "steady.0", "pair.0", "pair.1"].flatMap { name in
            sandbox.lines("\(name).journal").filter { $0.hasPrefix("second") }.map { "\(name): \($0)" }
        }
    }
}

/// Gives orders one after the other, and remembers what was promised.
struct OrderDriver {
    private static let cycle = [
        "component/steady/stop", "component/w0/heal", "component/steady/start", "component/w1/heal",
        "component/steady/heal",
        "check", "component/w2/heal",
    ]
    private let peer: HTTPPeer
    private var next: Int
    /// Whether `steady` was promised to be stopped; `nil` while an order is not answered.
    private(set) var isStopped: Bool?
    private(set) var accepted = 0

    init(_ peer: HTTPPeer, seed: UInt64) {
        self.peer = peer
        next = Int(seed % UInt64(Self.cycle.count))
        isStopped = false
    }

    /// One order; Hale may die over it.
    mutating func give() async {
        let order = Self.cycle[next % Self.cycle.count]
        let before = isStopped
        let wanted: Bool? = order.hasSuffix("steady/stop") ? true : order.hasSuffix("steady/start") ? false : nil
        if wanted != nil { isStopped = nil }
        guard let answer = try? await peer.request("POST", "/api/v1/healing/\(order)") else { return }
        next += 1
        if answer.status < 300 { accepted += 1 }
        guard let wanted else { return }
        isStopped = answer.status == 202 || answer.status == 409 ? wanted : before
    }
}
