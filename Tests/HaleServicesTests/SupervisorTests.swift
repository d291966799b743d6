import Foundation
import HaleModel
import HaleServices
import Logging
import NIOPosix
import Synchronization
import Testing

/// The supervisor with real keepers and real programs.
@Suite("Supervision", .serialized)
struct SupervisorTests {
    @Test("A program is held, runs, and its exit and last line are told")
    func life() async throws {
        let place = try Place(["/bin/sh", "-c", "echo hello; read -r line < ready; echo bye; exit 7"])
        try await place.supervise { supervisor in
            mkfifo(place.folder + "/ready", 0o600)
            supervisor.carryOut(.spawn(place.instance, launch: 1))
            let held = try await place.report { if case .held = $0.phase { true } else { false } }
            #expect(held.launch == 1)
            _ = try await place.report { if case .running = $0.phase { true } else { false } }
            try await Task.detached {
                try "go\n".write(toFile: place.folder + "/ready", atomically: false, encoding: .utf8)
            }.value
            let ended = try await place.report { if case .exited = $0.phase { true } else { false } }
            guard case .exited(let exit) = ended.phase else { return }
            #expect(exit.reason == .code(7))
            #expect(exit.lastOutput == "bye")
            #expect(try String(contentsOfFile: place.log, encoding: .utf8) == "hello\nbye\n")
        }
    }

    @Test("Another Hale finds what runs, and ends it with everything that it forked")
    func adoption() async throws {
        let place = try Place(["/bin/sh", "-c", "sleep 600 & sleep 600"])
        try await place.supervise { supervisor in
            supervisor.carryOut(.spawn(place.instance, launch: 4))
            _ = try await place.report { if case .held = $0.phase { true } else { false } }
            _ = try await place.report { if case .running = $0.phase { true } else { false } }
        }
        try await place.supervise { supervisor in
            let found = await supervisor.discover()
            guard case .running(let pid)? = found.first?.phase else {
                return #expect(Bool(false), "not adopted: \(found)")
            }
            #expect(found.first?.launch == 4)
            supervisor.carryOut(.stop(place.instance, launch: 4, signal: 15, timeout: .seconds(5)))
            _ = try await place.report { if case .exited = $0.phase { true } else { false } }
            #expect(kill(-pid, 0) != 0, "the whole group is gone")
        }
    }

    @Test("A program that can't be started is told with the step and the reason")
    func notThere() async throws {
        let place = try Place(["/no/such/program"])
        try await place.supervise { supervisor in
            supervisor.carryOut(.spawn(place.instance, launch: 1))
            _ = try await place.report { if case .held = $0.phase { true } else { false } }
            let ended = try await place.report { if case .exited = $0.phase { true } else { false } }
            #expect("\(ended.phase)".contains("No such file or directory"))
        }
    }

    @Test("A keeper that is killed is a process that ended, and what it forked is gone, too")
    func keeperKilled() async throws {
        let place = try Place(["/bin/sh", "-c", "sleep 601 & sleep 601"])
        try await place.supervise { supervisor in
            supervisor.carryOut(.spawn(place.instance, launch: 1))
            _ = try await place.report { if case .held = $0.phase { true } else { false } }
            let running = try await place.report { if case .running = $0.phase { true } else { false } }
            guard case .running(let pid) = running.phase else { return }
            kill(try place.keeperPid(), SIGKILL)
            let lost = try await place.report { $0.phase == .absent }
            #expect(lost.launch == 1)
            try await eventually("the group to be gone") { kill(-pid, 0) != 0 || Place.isZombieGroup(pid) }
        }
    }

    @Test("A keeper that dies before it carries out a start is told of with that start, not with the one before")
    func keeperKilledBetweenStarts() async throws {
        let place = try Place(["/bin/sh", "-c", "exit 3"])
        try await place.supervise { supervisor in
            supervisor.carryOut(.spawn(place.instance, launch: 1))
            _ = try await place.report { if case .exited = $0.phase { true } else { false } }
            let keeper = try place.keeperPid()
            kill(keeper, SIGSTOP)
            supervisor.carryOut(.spawn(place.instance, launch: 2))
            kill(keeper, SIGKILL)
            // The order reached the dying keeper, or its successor, which carries it out.
            _ = try await place.report {
                if case .exited = $0.phase { $0.launch == 2 } else { $0.launch == 2 && $0.phase == .absent }
            }
        }
    }

    @Test("A command remedy gets its variables, and its failure its last words")
    func command() async throws {
        let place = try Place(["/bin/true"])
        let runner = CommandRunner(
            keeper: place.keeper, logDirectory: place.folder, directory: place.folder,
            environment: ["PATH": "/usr/bin:/bin"])
        func order(_ words: [String], _ timeout: TimeSpan = .seconds(20)) -> RemedyOrder {
            RemedyOrder(
                attempt: 1, component: "api", command: words, timeout: timeout, state: .down, number: 2,
                reason: "refused")
        }
        #expect(
            await runner.run(
                order([
                    "sh", "-c",
                    "test \"$HALE_COMPONENT $HALE_STATE $HALE_ATTEMPT $HALE_REASON\" = 'api down 2 refused'",
                ])) == .done)
        #expect(
            await runner.run(order(["sh", "-c", "echo no luck; exit 3"]))
                == .failed("the command ended with exit code 3: no luck"))
        #expect(
            await runner.run(order(["sleep", "600"], .milliseconds(200)))
                == .failed("the command did not end within 200ms"))
    }

    @Test("Every exit code is the command's own, and only its own words are quoted")
    func commandExitCodes() async throws {
        let place = try Place(["/bin/true"])
        let runner = CommandRunner(
            keeper: place.keeper, logDirectory: place.folder, directory: place.folder,
            environment: ["PATH": "/usr/bin:/bin"])
        func run(_ script: String, _ timeout: TimeSpan = .seconds(60)) async -> RemedyOutcome {
            await runner.run(
                RemedyOrder(
                    attempt: 1, component: "api", command: ["sh", "-c", script], timeout: timeout, state: .down,
                    number: 1, reason: "refused"))
        }
        #expect(await run("echo old words; exit 1") == .failed("the command ended with exit code 1: old words"))
        #expect(await run("exit 124") == .failed("the command ended with exit code 124"))
        #expect(await run("exit 143") == .failed("the command ended with exit code 143"))
        #expect(await run("kill -ALRM $$") == .failed("the command ended with exit code 142"))
        #expect(await run("echo mine; exit 2") == .failed("the command ended with exit code 2: mine"))
        #expect(
            await run("echo late; trap '' TERM; sleep 600", .milliseconds(300))
                == .failed("the command did not end within 300ms"))
    }

    @Test("Without descriptors a command fails, and Hale lives on")
    func noDescriptors() async throws {
        let place = try Place(["/bin/true"])
        let runner = CommandRunner(
            keeper: place.keeper, logDirectory: place.folder, directory: place.folder,
            environment: ["PATH": "/usr/bin:/bin"])
        let order = RemedyOrder(
            attempt: 1, component: "api", command: ["true"], timeout: .seconds(60), state: .down, number: 1,
            reason: "refused")
        #expect(await runner.run(order) == .done)
        var limits = rlimit()
        getrlimit(.openFiles, &limits)
        let free = dup(0)
        close(free)
        // Every number of descriptors that is too small, and those around what is enough.
        for room in 0...24 {
            var few = limits
            few.rlim_cur = rlim_t(Int(free) + room)
            setrlimit(.openFiles, &few)
            let outcome = await runner.run(order)
            setrlimit(.openFiles, &limits)
            if room == 0 { #expect("\(outcome)".contains("too few file descriptors")) }
            if outcome != .done { #expect("\(outcome)".contains("failed")) }
        }
        #expect(await runner.run(order) == .done)
    }

    @Test("A command that is no longer wanted is ended, with all that it started")
    func commandCancelled() async throws {
        let place = try Place(["/bin/true"])
        let runner = CommandRunner(
            keeper: place.keeper, logDirectory: place.folder, directory: place.folder,
            environment: ["PATH": "/usr/bin:/bin"])
        let file = place.folder + "/pid"
        let running = Task {
            await runner.run(
                RemedyOrder(
                    attempt: 1, component: "api",
                    command: ["sh", "-c", "sleep 600 & echo $$ > \(file).new; mv \(file).new \(file); wait"],
                    timeout: .seconds(600), state: .down, number: 1, reason: "refused"))
        }
        try await eventually("the command to run") { FileManager.default.fileExists(atPath: file) }
        let text = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let pid = try #require(pid_t(text))
        running.cancel()
        _ = await running.value
        try await eventually("the group to be gone") { kill(-pid, 0) != 0 }
    }
}

extension CInt {
    fileprivate static var openFiles: CInt {
        #if canImport(Glibc)
            CInt(RLIMIT_NOFILE.rawValue)
        #else
            RLIMIT_NOFILE
        #endif
    }
}

/// Waits for a condition, with a deadline that only a broken program reaches.
func eventually(_ what: String, _ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
        guard ContinuousClock.now < deadline else { throw Waited(what: what) }
        try await Task.sleep(for: .milliseconds(10))
    }
}

struct Waited: Error { var what: String }

/// A data directory with one program; its keeper is ended after the test.
final class Place: Sendable {
    let folder: String
    let run: String
    let instance = InstanceID("api", 0)
    let keeper: KeeperProgram
    private let plan: ProgramPlan
    private let reports = Mutex<[ProcessReport]>([])

    var log: String { folder + "/api.0.log" }

    init(_ command: [String]) throws {
        folder = NSTemporaryDirectory() + "hale-services-\(UUID().uuidString)"
        run = folder + "/run"
        try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
        keeper = try KeeperProgram.locate(beside: Place.products + "/hale", environment: [:])
        plan = ProgramPlan(component: "api", command: command, directory: folder)
    }

    /// The folder of the test bundle, where SwiftPM puts the products, too.
    static var products: String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.path + "/hale-keeper") {
            folder.deleteLastPathComponent()
        }
        return folder.path
    }

    /// Runs a supervisor for the length of `body`, as one life of Hale.
    func supervise(_ body: (Supervisor) async throws -> Void) async throws {
        reports.withLock { $0.removeAll() }
        let supervisor = Supervisor(
            programs: [(plan, 1)],
            place: SupervisionPlace(
                runDirectory: run, logDirectory: folder, keeper: keeper, environment: ["PATH": "/usr/bin:/bin"],
                group: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "test"))
        ) { report in self.reports.withLock { $0.append(report) } }
        let running = Task { await supervisor.run() }
        do {
            try await body(supervisor)
        } catch {
            running.cancel()
            await supervisor.close()
            throw error
        }
        running.cancel()
        await supervisor.close()
    }

    /// The first report that fits, waited for.
    func report(_ fits: (ProcessReport) -> Bool) async throws -> ProcessReport {
        var found: ProcessReport?
        try await eventually("a report; seen so far: \(reports.withLock { $0 })") {
            found = reports.withLock { $0.first(where: fits) }
            return found != nil
        }
        return found!
    }

    func keeperPid() throws -> pid_t {
        let status = try String(contentsOfFile: "\(run)/\(instance)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("keeper=") }
        return try #require(line.flatMap { pid_t($0.dropFirst(7)) })
    }

    static func isZombieGroup(_ pid: pid_t) -> Bool {
        let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        return stat.contains(") Z ")
    }

    deinit {
        if let status = try? String(contentsOfFile: run + "/\(instance)/status", encoding: .utf8) {
            for line in status.split(separator: "\n") where line.hasPrefix("keeper=") {
                if let pid = pid_t(line.dropFirst(7)) { kill(pid, SIGKILL) }
            }
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
