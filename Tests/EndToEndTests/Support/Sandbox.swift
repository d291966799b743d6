import Foundation
import Glibc
import HaleModel
import Synchronization
import Testing

/// One data directory with its Hale. Afterwards nothing of either is left.
final class Sandbox: Sendable {
    let marker: String
    let directory: URL
    let port: UInt16
    private let running = Mutex<[Child]>([])

    private init() throws {
        marker = UUID().uuidString
        directory = URL(fileURLWithPath: "/tmp/hale-e2e-\(marker.prefix(8))")
        port = try LocalPort.free()
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    }

    /// Gives a sandbox to a test, ends what is left through Hale itself, and checks that nothing stays behind.
    static func use(_ body: (Sandbox) async throws -> Void) async throws {
        await Gate.shared.enter()
        let sandbox = try Sandbox()
        var isWell = true
        do {
            try await body(sandbox)
        } catch {
            isWell = false
            Issue.record(error, "Hale's log ends with:\n\(sandbox.log.suffix(3_000))")
        }
        await sandbox.cleanUp(isWell: isWell)
        await Gate.shared.leave()
    }

    private func cleanUp(isWell: Bool) async {
        for child in running.withLock({ $0 }) { await child.dispose() }
        if isWell {
            try? await eventually("nothing is left behind", within: .seconds(20)) {
                ProcessTable.belonging(to: marker, directory.path).isEmpty
            }
        }
        let left = ProcessTable.belonging(to: marker, directory.path)
        if isWell, !left.isEmpty { Issue.record("left behind: \(left)") }
        for entry in left { kill(entry.pid, SIGKILL) }
        if ProcessInfo.processInfo.environment["HALE_E2E_KEEP"] == nil {
            try? FileManager.default.removeItem(at: directory)
        }
    }

    // MARK: Files

    var dataDirectory: URL { directory.appendingPathComponent("data") }
    var database: URL { dataDirectory.appendingPathComponent("hale.sqlite") }
    var tokens: URL { dataDirectory.appendingPathComponent("tokens.json") }
    var configuration: URL { directory.appendingPathComponent("hale.yaml") }
    var log: String { text("hale.log") }

    func text(_ name: String) -> String {
        let data = FileManager.default.contents(atPath: directory.appendingPathComponent(name).path) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// The whole lines of a file; one that is being written is not there yet.
    func lines(_ name: String) -> [String] { text(name).components(separatedBy: "\n").dropLast() }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let url = directory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url, options: .atomic)
        return url.path
    }

    /// - Parameter components: YAML, indented by two.
    func configure(_ components: String, defaults: String = Sandbox.quickChecks) throws {
        try write(
            "hale.yaml",
            """
            server: {bind: 127.0.0.1:\(port)}
            data: ./data
            defaults: \(defaults)
            components:
            \(components)

            """)
    }

    static let quickChecks =
        "{interval: 400ms, timeout: 300ms, recheck: 100ms, failureThreshold: 2, startPeriod: 500ms}"

    /// The `run:` of a shell script that says who it is, and that a second copy of it runs.
    func program(_ name: String, _ script: String, instances: Int = 1, more: String = "") throws -> String {
        let path = try write("\(name).sh", Programs.prologue + script)
        return
            "{command: [/bin/sh, \(path)], env: {HALE_E2E: \(marker), E2E_DIR: \(directory.path), E2E_NAME: \(name)}, instances: \(instances)\(more.isEmpty ? "" : ", ")\(more)}"
    }

    // MARK: Hale

    func environment(_ more: [String: String] = [:]) -> [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return ["PATH": path, "HOME": directory.path, "HALE_E2E": marker, "SWIFT_BACKTRACE": "enable=no"].merging(more)
        { $1 }
    }

    func spawn(_ arguments: [String], environment more: [String: String] = [:], output: String) throws -> Child {
        try spawn(program: Binary.hale, arguments, environment: more, output: output)
    }

    func spawn(
        program: String, _ arguments: [String], environment more: [String: String] = [:], output: String
    ) throws -> Child {
        let child = try Child(
            program, arguments, environment: environment(more), directory: directory,
            output: directory.appendingPathComponent(output))
        running.withLock { $0.append(child) }
        return child
    }

    /// Starts Hale; returns at once.
    func launch(environment: [String: String] = [:]) throws -> Child {
        try spawn(["run"], environment: environment, output: "hale.log")
    }

    /// Starts Hale and waits until it is ready.
    func start(environment: [String: String] = [:]) async throws -> Child {
        let child = try launch(environment: environment)
        try await untilReady(child)
        return child
    }

    func untilReady(_ child: Child) async throws {
        try await eventually("Hale is ready") {
            if let exit = child.ended { throw NotInTime(description: "Hale ended with \(exit)") }
            return try await peer.request("GET", "/ready").status == 200
        }
    }

    /// Ends Hale and its programs, which leaves nothing.
    func finish(_ child: Child) async throws {
        let result = try await cli("shutdown", "--programs")
        #expect(result.code == 0, "\(result)")
        #expect(try await child.end() == .code(0))
    }

    struct Output: Sendable, CustomStringConvertible {
        var code: Int32
        var text: String
        var description: String { "exit code \(code): \(text)" }
    }

    /// Runs `hale` with these arguments to its end.
    func cli(_ arguments: String..., environment: [String: String] = [:]) async throws -> Output {
        let name = "cli-\(UUID().uuidString)"
        let child = try spawn(arguments, environment: environment, output: name)
        guard case .code(let code) = try await child.end() else {
            throw NotInTime(description: "hale \(arguments) was killed")
        }
        running.withLock { $0.removeAll { $0 === child } }
        return Output(code: code, text: child.text)
    }

    // MARK: Asking

    var peer: HTTPPeer { .port(port) }
    var socket: HTTPPeer { .socket(dataDirectory.appendingPathComponent("hale.sock").path) }

    func component(_ id: String) async throws -> ComponentDocument {
        try await peer.request("GET", "/api/v1/healing/component/\(id)").decode()
    }

    func status() async throws -> StatusDocument { try await peer.request("GET", "/status").decode() }

    /// The whole log of events.
    func events() async throws -> [EventDocument] {
        var result: [EventDocument] = []
        while true {
            let path = "/api/v1/healing/events?limit=10000&after=\(result.last?.id ?? "0")"
            let page: ListDocument<EventDocument> = try await peer.request("GET", path).decode()
            result += page.items
            if page.next == nil { return result }
        }
    }

    @discardableResult
    func waitFor(_ id: String, _ what: String, _ test: (ComponentDocument) -> Bool) async throws -> ComponentDocument {
        var last: ComponentDocument?
        do {
            return try await eventually("\(id) \(what)") {
                let document = try await component(id)
                last = document
                return test(document) ? document : nil
            }
        } catch {
            throw NotInTime(description: "\(error); it is \(last.map { "\($0)" } ?? "not to be seen")")
        }
    }

    @discardableResult
    func waitForEvent(_ what: String, _ test: (EventDocument) -> Bool) async throws -> EventDocument {
        try await eventually("event: \(what)") { try await events().last(where: test) }
    }
}

extension ComponentDocument {
    var pid: Int32? { processes.first?.pid }
}
