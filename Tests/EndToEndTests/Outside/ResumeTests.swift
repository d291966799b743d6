import Foundation
import HaleModel
import Testing

/// A client of the event stream that loses Hale, again and again.
@Suite struct ResumeTests {
    @Test func aClientThatResumesThroughRestartsHoldsTheWholeLog() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  crasher: {run: \(try sandbox.program("crasher", Programs.crasher))}")
            var hale = try await sandbox.start()
            var held: [String] = []
            func read(_ count: Int) async throws {
                held += try await sandbox.peer.events(
                    "/api/v1/healing/events/stream", after: held.last ?? "0", count: count
                ).map { try Self.id($0) }
            }
            for round in 0..<20 {
                // Every start leaves a few events; the client keeps what it has seen, and not always all of them.
                try await read(round % 3 + 1)
                hale.signal(round.isMultiple(of: 4) ? SIGTERM : SIGKILL)
                try await hale.end()
                hale = try await sandbox.start()
            }
            let log = try await sandbox.events().map(\.id)
            #expect(log.count > held.count)
            try await read(log.count - held.count)
            #expect(held == log, "nothing is lost, nothing comes twice")
            try await sandbox.finish(hale)
        }
    }

    private static func id(_ data: String) throws -> String {
        struct Event: Decodable { var id: String }
        return try JSONDecoder().decode(Event.self, from: Data(data.utf8)).id
    }
}
