import Foundation
import Glibc
import HaleModel
import Testing

/// A new configuration while Hale runs: what changed changes, the rest does not notice.
@Suite struct ReloadTests {
    private func healthy(_ id: String, _ sandbox: Sandbox) async throws -> Int32 {
        let component = try await sandbox.waitFor(id, "runs") { $0.state == .healthy && $0.pid != nil }
        return try #require(component.pid)
    }

    @Test func whatChangedChangesAndTheRestGoesOn() async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            let steady = "  steady: {run: \(try sandbox.program("steady", Programs.steady))}\n"
            let other = try sandbox.program("other", Programs.steady)
            let service = "  service: {check: {tcp: \"127.0.0.1:\(port.number)\"}}\n"
            try sandbox.configure(steady + service + "  other: {run: \(other)}")
            let hale = try await sandbox.start()
            let pid = try await healthy("steady", sandbox)
            let otherPid = try await healthy("other", sandbox)
            let since = try await sandbox.waitFor("service", "is healthy") { $0.state == .healthy }.since

            let added = "  added: {run: \(try sandbox.program("added", Programs.steady))}\n"
            let closed = "  closed: {check: {tcp: \"127.0.0.1:\(try LocalPort.free())\"}}\n"
            let changed = other.replacing("E2E_NAME: other", with: "E2E_NAME: other2")
            try sandbox.configure(closed + steady + added + service + "  other: {run: \(changed)}")
            let rehearsal = try await sandbox.cli("reload", "--dry-run")
            #expect(rehearsal.code == 0, "\(rehearsal)")
            for line in ["+ added", "+ closed", "~ other  (its program is restarted)", "Nothing is changed yet"] {
                #expect(rehearsal.text.contains(line), "\(line) in \(rehearsal)")
            }
            #expect(!rehearsal.text.contains("steady") && !rehearsal.text.contains("service"), "\(rehearsal)")
            #expect(try await sandbox.status().components.map(\.componentId) == ["steady", "service", "other"])

            let result = try await sandbox.cli("reload")
            #expect(result.code == 0 && result.text.contains("In force."), "\(result)")
            _ = try await healthy("added", sandbox)
            try await sandbox.waitFor("closed", "is down") { $0.state == .down }
            try await sandbox.waitFor("other", "runs as another process") {
                $0.state == .healthy && $0.pid != nil && $0.pid != otherPid
            }
            #expect(try await healthy("steady", sandbox) == pid)
            #expect(sandbox.lines("steady.0.journal") == ["start \(pid)"])
            #expect(try await sandbox.component("service").since == since)
            #expect(
                try await sandbox.status().components.map(\.componentId)
                    == ["closed", "steady", "added", "service", "other"])
            try await sandbox.waitForEvent("the configuration is loaded") {
                $0.kind == .configLoaded && $0.message.contains("added")
            }
            #expect(try await sandbox.cli("reload").text == "Nothing has changed.\n")
            try await sandbox.finish(hale)
            withExtendedLifetime(port) {}
        }
    }

    @Test func whatIsRemovedEnds() async throws {
        try await Sandbox.use { sandbox in
            let steady = "  steady: {run: \(try sandbox.program("steady", Programs.steady))}\n"
            let leaving = "  leaving: {run: \(try sandbox.program("leaving", Programs.steady))}\n"
            try sandbox.configure(steady + leaving)
            let hale = try await sandbox.start()
            let pid = try await healthy("leaving", sandbox)
            try sandbox.configure(steady)
            #expect(try await sandbox.cli("reload").code == 0)
            try await eventually("the program ends") { ProcessTable.entry(pid).map { $0.state == "Z" } ?? true }
            try await eventually("it is gone") {
                try await sandbox.status().components.map(\.componentId) == ["steady"]
            }
            try sandbox.configure(steady + leaving)
            #expect(try await sandbox.cli("reload").code == 0)
            #expect(try await healthy("leaving", sandbox) != pid)
            try await sandbox.finish(hale)
        }
    }

    @Test func instancesComeAndGo() async throws {
        try await Sandbox.use { sandbox in
            func configure(_ count: Int) throws {
                let run = try sandbox.program("many", Programs.steady, instances: count)
                try sandbox.configure("  many: {run: \(run)}")
            }
            func pids(_ count: Int) async throws -> [Int32] {
                try await sandbox.waitFor("many", "has \(count) processes") {
                    $0.processes.count == count && $0.processes.allSatisfy { $0.pid != nil } && $0.state == .healthy
                }.processes.compactMap(\.pid)
            }
            try configure(1)
            let hale = try await sandbox.start()
            let one = try await pids(1)
            try configure(3)
            #expect(try await sandbox.cli("reload").code == 0)
            let three = try await pids(3)
            #expect(three.first == one.first)
            try configure(2)
            #expect(try await sandbox.cli("reload").code == 0)
            #expect(try await pids(2) == Array(three.prefix(2)))
            try await eventually("the third ends") { ProcessTable.entry(three[2]).map { $0.state == "Z" } ?? true }
            try await sandbox.finish(hale)
        }
    }

    @Test func aBadConfigurationChangesNothing() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: \(try sandbox.program("steady", Programs.steady))}")
            let hale = try await sandbox.start()
            let pid = try await healthy("steady", sandbox)
            try sandbox.write("hale.d/more.yaml", "components:\n  steady: {}\n  web: {chek: 1}\n")
            try sandbox.write(
                "hale.yaml", sandbox.text("hale.yaml").replacing("components:", with: "component:"))
            let result = try await sandbox.cli("reload")
            #expect(result.code == 78, "\(result)")
            for place in ["hale.yaml:4:1", "hale.d/more.yaml:3:", "did you mean 'components'?", "nothing was changed"] {
                #expect(result.text.contains(place), "\(place) in \(result)")
            }
            #expect(try await sandbox.cli("status", "steady").code == 0)
            #expect(try await healthy("steady", sandbox) == pid)
            try await sandbox.waitForEvent("the configuration is rejected") {
                $0.kind == .configRejected && $0.message.contains("did you mean 'components'?")
            }
            try await sandbox.finish(hale)
        }
    }

    @Test func aSignalAndAChangedFileReload() async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            func service(_ name: String) -> String { "  \(name): {check: {tcp: \"127.0.0.1:\(port.number)\"}}\n" }
            try sandbox.configure(service("one"))
            let hale = try sandbox.spawn(["run", "--watch"], output: "hale.log")
            try await sandbox.untilReady(hale)
            try sandbox.configure(service("one") + service("two"))
            hale.signal(SIGHUP)
            try await sandbox.waitFor("two", "is healthy") { $0.state == .healthy }
            try sandbox.write("hale.d/three.yaml", "components:\n" + service("three"))
            try await sandbox.waitFor("three", "is healthy") { $0.state == .healthy }
            try await sandbox.finish(hale)
            withExtendedLifetime(port) {}
        }
    }
}
