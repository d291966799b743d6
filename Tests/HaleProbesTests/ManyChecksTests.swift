import Foundation
import HaleModel
import Testing

@testable import HaleProbes

@Suite struct ManyChecksTests {
    /// Every way for a check to end, five hundred at once.
    @Test func leaveNoDescriptorBehind() async throws {
        let server = try await RawServer { number in
            switch number % 6 {
            case 0: [.request, .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), .hold]
            case 1: [.request, .send("HTTP/1.1 200 OK\r\n\r\nok"), .close]
            case 2: [.request, .close]
            case 3: [.request, .reset]
            case 4: [.request, .send("garbage\r\n\r\n"), .hold]
            default: [.hold]
            }
        }
        let plan = CheckPlan(component: "web", name: "http", probe: .http(.local(server.port)))
        let results = await withProber([]) { prober in
            await withTaskGroup(of: HealthCheckResult.self) { group in
                for _ in 0..<500 {
                    group.addTask { await prober.run(plan, timeout: .seconds(10)) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(results.count == 500)
        #expect(results.contains { $0.status == .healthy })
        #expect(results.contains { $0.kind == "timeout" })
        try await eventually({ server.openConnections == 0 }, "every connection is closed")
        #if os(Linux)
            let port = ":" + String(server.port, radix: 16, uppercase: true)
            let table = try String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8)
            let sockets = table.split(separator: "\n").filter { line in
                let columns = line.split(separator: " ")
                // The peer's address and the inode, which only an open descriptor has.
                return columns.count > 9 && columns[2].hasSuffix(port) && columns[9] != "0"
            }
            #expect(sockets.isEmpty, "sockets to the server are still open")
        #endif
        await server.stop()
    }
}
