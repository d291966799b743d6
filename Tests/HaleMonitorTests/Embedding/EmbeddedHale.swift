import Foundation
import HaleModel
import HaleMonitor
import Logging
import Synchronization

/// A program with a Hale of its own, in a directory that is gone afterwards.
struct EmbeddedHale {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hale-embedded-\(UUID())").path

    func make(bind: Endpoint? = nil) throws(MonitorError) -> HealthMonitor {
        var logger = Logger(label: "embedded")
        logger.logLevel = .critical
        return try HealthMonitor(dataDirectory: directory, bind: bind, logger: logger)
    }

    /// Runs it for as long as the body does, and waits until it has ended.
    func run(_ monitor: HealthMonitor, _ body: () async throws -> Void) async throws {
        let running = Task { try await monitor.run() }
        do {
            try await body()
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
        running.cancel()
        _ = await running.result
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }
}

struct NotInTime: Error, CustomStringConvertible { let description: String }

/// Waits for a condition; the deadline is there for what is broken.
func eventually(_ what: String, _ isTrue: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !isTrue() {
        guard ContinuousClock.now < deadline else { throw NotInTime(description: what) }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// What happened, from any thread.
final class Notes<Note: Sendable>: Sendable {
    private let notes = Mutex<[Note]>([])
    var all: [Note] { notes.withLock { $0 } }
    func add(_ note: Note) { notes.withLock { $0.append(note) } }
}
