import Testing

/// A condition that did not come in time, with what was there instead.
struct NotInTime: Error, CustomStringConvertible {
    let description: String
}

/// Waits until `probe` returns a value. The deadline is generous: it is there for what is broken, not for what is slow.
@discardableResult
func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(60), _ probe: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    var last: (any Error)?
    while true {
        do {
            if let value = try await probe() { return value }
        } catch {
            last = error
        }
        guard ContinuousClock.now < deadline else {
            throw NotInTime(description: "not within \(limit): \(what)\(last.map { " (\($0))" } ?? "")")
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}

func eventually(_ what: String, within limit: Duration = .seconds(60), isTrue probe: () async throws -> Bool)
    async throws
{
    try await eventually(what, within: limit) { try await probe() ? () : nil }
}

/// Bounds how many daemons the tests have at once, so that none is starved on a small machine.
actor Gate {
    static let shared = Gate(width: 3)

    private var free: Int
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(width: Int) { free = width }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiters.append($0) }
        }
    }

    func leave() {
        if waiters.isEmpty { free += 1 } else { waiters.removeFirst().resume() }
    }
}
