import Synchronization

/// The first status message on a fresh connection, for somebody who waits for it; what comes later is handed on.
final class FirstStatus: Sendable {
    private enum State {
        case waiting([KeeperMessage], CheckedContinuation<KeeperMessage?, Never>?)
        case handedOver(@Sendable (KeeperMessage) -> Void)
    }

    private let state = Mutex(State.waiting([], nil))

    func fulfil(_ message: KeeperMessage) {
        let action: (() -> Void)? = state.withLock { state in
            switch state {
            case .handedOver(let receiver): return { receiver(message) }
            case .waiting(let messages, let continuation?):
                state = .waiting(messages, nil)
                return { continuation.resume(returning: message) }
            case .waiting(let messages, nil):
                state = .waiting(messages + [message], nil)
                return nil
            }
        }
        action?()
    }

    func value(within limit: Duration) async -> KeeperMessage? {
        await withTaskGroup(of: Void.self, returning: KeeperMessage?.self) { group in
            group.addTask {
                try? await Task.sleep(for: limit)
                self.giveUp()
            }
            let message = await withCheckedContinuation { continuation in
                let early: KeeperMessage? = self.state.withLock { state in
                    guard case .waiting(var messages, _) = state else { return nil }
                    if messages.isEmpty {
                        state = .waiting([], continuation)
                        return nil
                    }
                    let first = messages.removeFirst()
                    state = .waiting(messages, nil)
                    return first
                }
                if let early { continuation.resume(returning: early) }
            }
            group.cancelAll()
            return message
        }
    }

    private func giveUp() {
        let waiting: CheckedContinuation<KeeperMessage?, Never>? = state.withLock { state in
            guard case .waiting(let messages, let continuation) = state else { return nil }
            state = .waiting(messages, nil)
            return continuation
        }
        waiting?.resume(returning: nil)
    }

    /// From here on messages go to `receiver`, those that have come in between first.
    func handOver(to receiver: @escaping @Sendable (KeeperMessage) -> Void) {
        let missed: [KeeperMessage] = state.withLock { state in
            guard case .waiting(let messages, _) = state else { return [] }
            state = .handedOver(receiver)
            return messages
        }
        for message in missed { receiver(message) }
    }
}
