import AsyncHTTPClient
import HaleResilience
import Hummingbird
import Logging
import NIOCore
import Synchronization

final class Hits: Sendable {
    private let count = Atomic(0)
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

@main
struct Main {
    static func main() async throws {
        let flaky = Hits()
        let router = Router()
        router.add(
            middleware: GuardMiddleware(
                limiter: RateLimiter(1_000, per: .seconds(1)),
                bulkhead: Bulkhead("handlers", maxConcurrent: 2, maxQueued: 1, maxWait: .milliseconds(200))))
        router.get("hello") { _, _ in "hello" }
        router.get("flaky") { _, _ -> String in
            guard flaky.next() % 3 == 0 else { throw HTTPError(.serviceUnavailable) }
            return "third time lucky"
        }
        let switchable = Switch()
        router.get("down") { _, _ -> String in
            guard switchable.isUp else { throw HTTPError(.internalServerError) }
            return "up again"
        }
        router.get("slow") { _, _ -> String in
            try await Task.sleep(for: .milliseconds(600))
            return "slow"
        }

        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "guarded-http")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            }, logger: logger)

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            guard let number = await iterator.next() else { throw Unexpected("the server did not start") }
            try await visit("http://127.0.0.1:\(number)/", switchable)
            group.cancelAll()
        }
        print("all as promised")
    }

    static func visit(_ base: String, _ server: Switch) async throws {
        let client = GuardedClient(http: HTTPClient.shared, base: base)
        try expect(try await client.get("hello"), "hello")
        try expect(try await client.get("flaky"), "third time lucky")

        // Errors of AsyncHTTPClient and NIO are known by the names of their types.
        for (target, deadline, category) in [
            ("http://127.0.0.1:1/", TimeAmount.seconds(2), ErrorCategory.network),
            (base + "slow", .milliseconds(50), .timeout), ("nonsense:", .seconds(2), .configuration),
        ] {
            do {
                _ = try await HTTPClient.shared.execute(HTTPClientRequest(url: target), timeout: deadline)
                throw Unexpected("\(target) answered")
            } catch {
                let found = ErrorClassifier.standard.category(of: error)
                guard found == category else {
                    let type = String(reflecting: type(of: error))
                    throw Unexpected("\(type) \(error) is \(found), expected \(category)")
                }
                print("\(target): \(found)")
            }
        }

        // Three failures open the circuit; then calls are refused without a request.
        _ = try? await client.get("down")
        do {
            _ = try await client.get("down")
            throw Unexpected("the circuit is open, yet a call went through")
        } catch let error as CircuitOpenError {
            print("refused: \(error)")
        }
        server.turnOn()
        try await Task.sleep(for: .milliseconds(400))
        try expect(try await client.get("down"), "up again")

        // Six at once find two places and one seat in the queue; the others are told when to come back.
        let statuses = try await withThrowingTaskGroup(of: UInt.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    try await HTTPClient.shared.execute(HTTPClientRequest(url: base + "slow"), timeout: .seconds(10))
                        .status.code
                }
            }
            return try await group.reduce(into: [UInt]()) { $0.append($1) }
        }
        print("statuses: \(statuses.sorted())")
        guard statuses.filter({ $0 == 200 }).count == 2, statuses.filter({ $0 == 503 }).count == 4 else {
            throw Unexpected("statuses \(statuses)")
        }
    }

    static func expect(_ answer: String, _ expected: String) throws {
        guard answer == expected else { throw Unexpected("answer \(answer), expected \(expected)") }
        print(answer)
    }
}

/// Whether the failing endpoint works again.
final class Switch: Sendable {
    private let state = Atomic(false)
    var isUp: Bool { state.load(ordering: .relaxed) }
    func turnOn() { state.store(true, ordering: .relaxed) }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
