import HaleModel
import Synchronization

/// Orders that wait for their answer.
final class OrderDesk: Sendable {
    private struct State {
        var next: UInt64 = 1
        var open: [UInt64: CheckedContinuation<OrderAnswer, Never>] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Hands an order on under a number of its own and waits for the answer.
    func submit(_ post: (UInt64) -> Void) async -> OrderAnswer {
        await withCheckedContinuation { continuation in
            let number: UInt64? = state.withLock { state in
                guard !state.isClosed else { return nil }
                defer { state.next += 1 }
                state.open[state.next] = continuation
                return state.next
            }
            if let number {
                post(number)
            } else {
                continuation.resume(returning: .refused(OrderRefusal(.unavailable, "Hale is not running")))
            }
        }
    }

    func answer(_ number: UInt64, _ answer: OrderAnswer) {
        state.withLock { $0.open.removeValue(forKey: number) }?.resume(returning: answer)
    }

    /// Nothing more is answered.
    func close() {
        let open = state.withLock { state in
            state.isClosed = true
            defer { state.open.removeAll() }
            return state.open.values.map { $0 }
        }
        for continuation in open {
            continuation.resume(returning: .refused(OrderRefusal(.unavailable, "Hale stopped before it could answer")))
        }
    }
}
