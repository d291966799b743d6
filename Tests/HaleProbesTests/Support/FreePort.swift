import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Ports that nobody listens on: below the range from which the kernel takes the ports of clients and of servers that ask
/// for any, so that nothing comes to sit on one between its choice and its use; never the same one twice.
enum FreePort {
    private static let given = Mutex<Set<Int>>([])

    static func next() async throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: 30_000..<32_700)
            guard given.withLock({ $0.insert(port).inserted }) else { continue }
            let channel = try? await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: "127.0.0.1", port: port).get()
            guard let channel else { continue }
            try await channel.close()
            return port
        }
        throw NoneLeft()
    }

    struct NoneLeft: Error {}
}
