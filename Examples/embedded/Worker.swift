import HaleModel
import HaleMonitor
import ServiceLifecycle
import Synchronization

/// Does its work piece by piece, and gets stuck at the fifth.
final class Worker: Service, HealthCheckable {
    private struct State {
        var pieces = 0
        var isStuck = false
    }

    private let monitor: HealthMonitor
    private let state = Mutex(State())

    init(monitor: HealthMonitor) { self.monitor = monitor }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let pieces = self.state.withLock { state in
                    if state.pieces == 4, !state.isStuck { state.isStuck = true }
                    if !state.isStuck { state.pieces += 1 }
                    return state.isStuck ? nil : state.pieces
                }
                if let pieces {
                    try self.monitor.heartbeat("worker", metrics: ["pieces": Double(pieces)], progress: Double(pieces))
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Begins anew, behind the piece at which it got stuck.
    func restart() {
        state.withLock { state in
            state.isStuck = false
            state.pieces += 1
        }
    }

    func checkHealth() async -> HealthCheckResult {
        state.withLock { state in
            state.isStuck
                ? HealthCheckResult(.critical, "stuck after \(state.pieces) pieces")
                : HealthCheckResult(.healthy, "\(state.pieces) pieces", metrics: ["pieces": Double(state.pieces)])
        }
    }
}
