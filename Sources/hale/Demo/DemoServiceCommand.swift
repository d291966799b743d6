import ArgumentParser
import AsyncHTTPClient
import Foundation
import HTTPTypes
import HaleModel
import Hummingbird
import Logging
import NIOHTTP1
import Synchronization

/// One of the services of the quick start: a real HTTP server with the troubles that it is told to have.
struct DemoServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-service", abstract: "A small HTTP service with troubles, for the quick start.",
        shouldDisplay: false)

    @Argument(help: "Its name.") var name: String
    @Option(help: "The port on 127.0.0.1.") var port: Int
    @Option(help: "Crash about this often.") var crashEvery: String?
    @Option(help: "Be slow for 10 s, then fail for 12 s, about this often.") var troubleEvery: String?
    @Option(help: "A URL that has to answer 200.") var needs: String?

    private enum Trouble: Int, Sendable {
        case none, slow, failing
    }

    func validate() throws {
        guard (1...65_535).contains(port) else { throw ValidationError("--port: expected 1 to 65535") }
        for (option, value) in [("--crash-every", crashEvery), ("--trouble-every", troubleEvery)] {
            guard value.map({ TimeSpan($0) != nil }) ?? true else {
                throw ValidationError("\(option): expected a duration such as 20s")
            }
        }
    }

    func run() async throws {
        let trouble = TroubleBox()
        let needs = self.needs
        let router = Router()
        router.get("/health") { _, _ -> Response in
            if trouble.now == .slow { try await Task.sleep(for: .milliseconds(400)) }
            if trouble.now == .failing { return Self.answer(.serviceUnavailable, "DOWN") }
            if let needs, await !Self.isWell(needs) { return Self.answer(.serviceUnavailable, "DOWN") }
            return Self.answer(.ok, "UP")
        }
        var logger = Logger(label: name)
        logger.logLevel = .error
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        print("\(name) serves port \(port) as process \(ProcessInfo.processInfo.processIdentifier)")
        fflush(nil)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await app.runService() }
            if let every = crashEvery.flatMap({ TimeSpan($0) }) { tasks.addTask { try await Self.crash(about: every) } }
            if let every = troubleEvery.flatMap({ TimeSpan($0) }) {
                tasks.addTask { try await trouble.come(about: every) }
            }
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    private static func answer(_ status: HTTPResponse.Status, _ word: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: .init(string: "{\"status\": \"\(word)\"}")))
    }

    private static func isWell(_ url: String) async -> Bool {
        let response = try? await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .milliseconds(800))
        return response?.status == .ok
    }

    private static func crash(about span: TimeSpan) async throws {
        try await Task.sleep(for: span.scaled(by: .random(in: 0.75...1.25)).duration)
        print("out of ideas, crashing")
        fflush(nil)
        _exit(70)
    }

    /// What is wrong at the moment.
    private final class TroubleBox: Sendable {
        private let trouble = Mutex(Trouble.none)
        var now: Trouble { trouble.withLock { $0 } }

        func come(about span: TimeSpan) async throws {
            while true {
                try await Task.sleep(for: (span.scaled(by: .random(in: 0.4...0.6))).duration)
                for (next, seconds) in [(Trouble.slow, 10), (.failing, 12), (.none, 0)] {
                    trouble.withLock { $0 = next }
                    print("trouble: \(next)")
                    fflush(nil)
                    try await Task.sleep(for: .seconds(seconds))
                }
                try await Task.sleep(for: span.duration)
            }
        }
    }
}
