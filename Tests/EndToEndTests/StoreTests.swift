import Foundation
import Glibc
import HaleModel
import Testing

/// The disk is full, or the database is damaged.
@Suite struct StoreTests {
    /// Mounting needs rights that not every machine gives.
    static func mayMount() async -> Bool {
        let directory = URL(fileURLWithPath: "/tmp")
        let script = "mount -t tmpfs -o size=64k none /mnt"
        guard
            let child = try? Child(
                "/usr/bin/unshare", ["-m", "/bin/sh", "-c", script],
                environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin"],
                directory: directory, output: URL(fileURLWithPath: "/dev/null"))
        else { return false }
        return (try? await child.end()) == .code(0)
    }

    private func remedied(_ name: String, _ port: UInt16, _ sandbox: Sandbox) throws -> String {
        let remedy = try sandbox.write("remedy.sh", Programs.remedy)
        return """
              \(name):
                check: {tcp: "127.0.0.1:\(port)", breaker: {failures: 100, open: 500ms, max: 500ms}}
                heal:
                  command: [/usr/bin/env, HALE_E2E=\(sandbox.marker), /bin/sh, \(remedy), \(sandbox.directory.path)/\(name).remedy]
                  limit: 3/h
                  cooldown: 0s
                  backoff: {base: 100ms, factor: 1, max: 100ms}
                  verifyAfter: 100ms

            """
    }

    private func health(_ sandbox: Sandbox) async throws -> (Int, ProbeDocument) {
        let answer = try await sandbox.peer.request("GET", "/health")
        return (answer.status, try answer.decode())
    }

    @Test(.enabled("mounting needs rights") { await StoreTests.mayMount() }) func fullDiskStopsOnlyWhatHasALimit()
        async throws
    {
        try await Sandbox.use { sandbox in
            var service: LocalPort? = try LocalPort.listening(try LocalPort.free())
            let port = try #require(service).number
            let heal = "{backoff: {base: 100ms, max: 100ms}, verifyAfter: 100ms}"
            let configured =
                "  steady: {run: \(try sandbox.program("steady", Programs.steady)), heal: \(heal)}\n"
                + (try remedied("service", port, sandbox))
            try sandbox.configure(configured)
            let data = sandbox.dataDirectory.path
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            let hale = try Child(
                "/usr/bin/unshare",
                ["-m", "/bin/sh", "-c", "mount -t tmpfs -o size=2m none \(data) && exec \(Binary.hale) run"],
                environment: sandbox.environment(), directory: sandbox.directory,
                output: sandbox.directory.appendingPathComponent("hale.log"))
            do {
                try await sandbox.untilReady(hale)
                let pid = try await sandbox.waitFor("steady", "runs") { $0.state == .healthy && $0.pid != nil }.pid
                try await sandbox.waitFor("service", "is healthy") { $0.state == .healthy }

                let filler = "/proc/\(hale.pid)/root\(data)/filler"
                try await offload { fill(filler) }
                service = nil
                try await eventually("the store is in trouble") { try await health(sandbox).1.status == "degraded" }
                let (code, document) = try await health(sandbox)
                #expect(code == 200)
                #expect(document.reason?.contains("store") == true)
                try await sandbox.waitFor("service", "is seen to be down, and waits for the store") {
                    $0.state == .down && $0.heal?.suppressed == .store
                }
                #expect(sandbox.text("service.remedy").isEmpty)
                kill(try #require(pid), SIGKILL)
                try await sandbox.waitFor("steady", "is restarted without a store") {
                    $0.state == .healthy && $0.pid != nil && $0.pid != pid
                }
                #expect(try await sandbox.status().storeTrouble != nil)
                // What a reload changes stands in the file and is in force. The command can't reach the socket, which
                // lies in the daemon's own file system.
                let added = "  added: {check: {tcp: \"127.0.0.1:\(port)\"}}\n"
                try sandbox.configure(configured + added)
                hale.signal(SIGHUP)
                try await sandbox.waitFor("added", "is watched") { $0.state == .down }

                unlink(filler)
                try await eventually("the store is well again") { try await health(sandbox).1.status == "healthy" }
                try await eventually("the remedy runs") { !sandbox.lines("service.remedy").isEmpty }
                let events = try await sandbox.events()
                #expect(events.contains { $0.kind == .storeTroubleBegan })
                #expect(events.contains { $0.kind == .storeTroubleEnded })
                #expect(events.contains { $0.kind == .healSuppressed && $0.details["reason"] == .string("store") })
                #expect(events.contains { $0.kind == .processExited })
                hale.signal(SIGINT)
                #expect(try await hale.end() == .code(0))
                await hale.dispose()
            } catch {
                await hale.dispose()
                throw error
            }
        }
    }

    @Sendable private func fill(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        for size in [65_536, 4_096, 512] {
            let block = [UInt8](repeating: 0, count: size)
            while write(descriptor, block, size) == size {}
        }
    }

    enum Damage: String, CaseIterable, Sendable {
        case garbage, truncated, pages
    }

    @Test(arguments: Damage.allCases) func damagedDatabaseIsSetAsideAndProgramsLiveOn(_ damage: Damage) async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.free()
            try sandbox.configure(
                "  steady: {run: \(try sandbox.program("steady", Programs.steady))}\n"
                    + remedied("service", port, sandbox))
            let first = try await sandbox.start()
            let pid = try await sandbox.waitFor("steady", "runs") { $0.state == .healthy && $0.pid != nil }.pid
            try await eventually("the remedy has run") { !sandbox.lines("service.remedy").isEmpty }
            let lastID = try #require(try await sandbox.events().last.flatMap { UInt64($0.id) })
            first.signal(SIGKILL)
            try await first.end()
            // Whatever `once` still runs has ended before it is counted.
            try await eventually("no remedy runs") {
                !ProcessTable.belonging(to: sandbox.marker, sandbox.directory.path).contains {
                    $0.command.contains("remedy.sh")
                }
            }
            try spoil(sandbox, damage)
            let remedies = sandbox.lines("service.remedy")

            let second = try await sandbox.start()
            let told = try await sandbox.waitForEvent("the database was set aside") { $0.kind == .storeSetAside }
            let path = try #require(told.details["path"])
            guard case .string(let aside) = path else { throw NotInTime(description: "no path in \(told)") }
            #expect(FileManager.default.fileExists(atPath: aside))
            #expect(sandbox.log.contains("damaged"))
            #expect(UInt64(told.id)! > lastID, "ids are never used again")
            #expect(try await sandbox.waitFor("steady", "is adopted") { $0.state == .healthy }.pid == pid)
            #expect(sandbox.lines("steady.0.journal") == ["start \(pid!)"])
            try await sandbox.waitFor("service", "waits for its limit") {
                $0.state == .down && $0.heal?.suppressed == .limit
            }
            #expect(sandbox.lines("service.remedy") == remedies)
            try await sandbox.finish(second)
        }
    }

    private func spoil(_ sandbox: Sandbox, _ damage: Damage) throws {
        let path = sandbox.database.path
        // Recent pages are in the log only: it goes into the database first, as a person would have it with sqlite3.
        let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        var data = WriteAheadLog.applied(log, to: try Data(contentsOf: sandbox.database))
        switch damage {
        case .garbage: data = Data((0..<data.count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })
        case .truncated: data = data.prefix(data.count / 2)
        case .pages: for index in 4_096..<data.count where index % 3 == 0 { data[index] = 0xA5 }
        }
        unlink(path + "-wal")
        unlink(path + "-shm")
        try data.write(to: sandbox.database)
    }
}
