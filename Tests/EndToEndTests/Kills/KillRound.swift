import Foundation
import Glibc
import HaleModel
import Testing

/// Several lives of Hale on one data directory, and then a quiet one in which everything has to come out right.
struct KillRound {
    private let round: KillPlan.Round
    private let sandbox: Sandbox
    private let scenario: KillScenario
    private var driver: OrderDriver
    private var random: SeededGenerator
    private var follower: Child?

    init(_ round: KillPlan.Round, _ sandbox: Sandbox) throws {
        self.round = round
        self.sandbox = sandbox
        scenario = try KillScenario(sandbox)
        random = SeededGenerator(seed: round.seed &* 1_000 &+ UInt64(round.number))
        driver = OrderDriver(sandbox.socket, seed: random.next())
    }

    mutating func run() async throws {
        for kill in round.kills {
            try await live(kill)
            // The time itself is the input: for how long Hale is dead, so that programs end meanwhile, or hardly.
            try await Task.sleep(for: .milliseconds(random.chance(0.5) ? 0 : Int.random(in: 100...900, using: &random)))
        }
        try await liveOn()
    }

    // MARK: A life that is cut short

    private mutating func live(_ kill: Kill) async throws {
        let child = try sandbox.launch(environment: kill.environment)
        let start = ContinuousClock.now
        var isReady = false
        while child.ended == nil {
            if case .signal(let after) = kill, ContinuousClock.now - start >= after { child.signal(SIGKILL) }
            if ContinuousClock.now - start > .seconds(90) {
                Issue.record("\(kill) was not passed within 90 s")
                child.signal(SIGKILL)
            }
            if isReady {
                await driver.give()
            } else if try await isReadyAndAsPromised() {
                isReady = true
                follow()
            } else {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        #expect(child.ended == .signal(SIGKILL), "\(kill): \(sandbox.log.suffix(2_000))")
        checkLimits("after \(kill)")
    }

    /// An order that was accepted is not forgotten.
    private func isReadyAndAsPromised() async throws -> Bool {
        guard let answer = try? await sandbox.peer.request("GET", "/ready"), answer.status == 200 else { return false }
        guard let promised = driver.isStopped, let steady = try? await sandbox.component("steady") else { return true }
        #expect(
            steady.tags.contains(.stopped) == promised,
            "steady was promised to be \(promised ? "stopped" : "started"): \(steady)")
        return true
    }

    /// A client that follows the log from its beginning, across all lives.
    private mutating func follow() {
        // One that was started when Hale was about to die never got an answer; any other has to go on.
        if let follower,
            follower.ended != .code(3) || !sandbox.lines("followed.jsonl").filter({ $0.hasPrefix("{") }).isEmpty
        {
            return
        }
        follower = try? sandbox.spawn(
            ["events", "--follow", "--json", "--after", "0", "--last", "10000"], output: "followed.jsonl")
    }

    // MARK: The life after

    private mutating func liveOn() async throws {
        try sandbox.write("calm", "")
        let child = try await sandbox.start()
        #expect(try await isReadyAndAsPromised())
        follow()
        if try await sandbox.component("steady").tags.contains(.stopped) {
            #expect(try await sandbox.socket.request("POST", "/api/v1/healing/component/steady/start").status == 202)
        }
        let services = try scenario.ports.values.map { try LocalPort.listening($0) }
        defer { withExtendedLifetime(services) {} }
        for id in ["crasher", "steady", "pair"] + KillScenario.watched {
            try await sandbox.waitFor(id, "is healthy in the end") { $0.state == .healthy }
        }
        let status = try await sandbox.cli("status")
        // The remedies that failed on the way count for an hour.
        #expect(status.code <= 1, "\(status)")
        try await checkProcesses(child)
        try await checkPrograms()
        checkLimits("in the end")
        try await checkEvents()
        try await sandbox.finish(child)
        #expect(scenario.secondCopies.isEmpty)
    }

    // MARK: Oracles

    private func checkLimits(_ when: String) {
        for name in KillScenario.watched {
            let automatic = scenario.remedyRuns(name).filter { !$0.isManual }
            #expect(automatic.count <= KillScenario.limit, "\(name) was healed too often \(when): \(automatic)")
        }
    }

    private func checkProcesses(_ hale: Child) async throws {
        func all() -> [ProcessTable.Entry] { ProcessTable.belonging(to: sandbox.marker, sandbox.directory.path) }
        try await eventually("one keeper an instance: \(all())") {
            all().count { $0.command.contains("hale-keeper keep") } == KillScenario.instances
        }
        let scripts = all().filter {
            $0.command.hasPrefix("/bin/sh \(sandbox.directory.path)") && !$0.command.contains("remedy")
        }
        #expect(scripts.count == KillScenario.instances, "\(scripts)")
        #expect(!all().contains { $0.parent == 1 && !$0.command.contains("hale-keeper") }, "orphans: \(all())")

        let keepers = all().filter { $0.command.contains("hale-keeper") }.map(\.pid)
        var unreaped = ProcessTable.zombies(of: Set(keepers + [hale.pid]))
        try await eventually("no zombies: \(unreaped)", within: .seconds(20)) {
            unreaped.formIntersection(ProcessTable.zombies(of: Set(keepers + [hale.pid])))
            return unreaped.isEmpty
        }
    }

    private func checkPrograms() async throws {
        #expect(scenario.secondCopies.isEmpty)
        let told: ([EventDocument]) -> [Int] = { events in
            events.filter { $0.kind == .processExited && $0.componentId?.name == "crasher" }.compactMap(\.exitCode)
        }
        let written = scenario.codesWrittenDown
        do {
            try await eventually("every exit code is told", within: .seconds(20)) {
                told(try await sandbox.events()) == written
            }
        } catch {
            Issue.record("exit codes: the program wrote \(written), Hale told \(told(try await sandbox.events()))")
        }
        #expect(scenario.outputKept == scenario.outputExpected(), "no line of output is lost or doubled")
    }

    private func checkEvents() async throws {
        let log = try await sandbox.events()
        let numbers = log.compactMap { UInt64($0.id) }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "ids rise strictly")
        #expect(!log.contains { $0.kind == .storeSetAside })
        for name in KillScenario.watched {
            let begun = log.count { $0.kind == .healStarted && $0.componentId?.name == name }
            let runs = scenario.remedyRuns(name).count
            #expect(runs <= begun, "\(name): \(runs) runs of the remedy, \(begun) of them recorded")
        }
        var seen: [EventDocument] = []
        do {
            try await eventually("the follower has seen all") {
                seen = try followed()
                return seen.count >= log.count
            }
        } catch {
            let state = follower?.ended.map { "ended with \($0)" } ?? "runs"
            throw NotInTime(
                description:
                    "the follower \(state) and saw \(seen.count) of \(log.count): \(sandbox.text("followed.jsonl").suffix(500))"
            )
        }
        // Both go on growing; the shorter one has to be the beginning of the longer one.
        for (one, other) in zip(seen, try await sandbox.events()) where one != other {
            Issue.record("the follower saw \(one), the log has \(other)")
            break
        }
    }

    private func followed() throws -> [EventDocument] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try sandbox.lines("followed.jsonl").filter { $0.hasPrefix("{") }
            .map { try decoder.decode(EventDocument.self, from: Data($0.utf8)) }
    }
}

extension EventDocument {
    var exitCode: Int? {
        guard case .number(let code)? = details["exit_code"] ?? details["exitCode"] else { return nil }
        return Int(code)
    }
}
