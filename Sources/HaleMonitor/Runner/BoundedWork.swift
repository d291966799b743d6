import HaleModel

/// Runs work that may never end.
enum BoundedWork {
    /// What the work comes to; `nil` where it takes longer, or the caller is cancelled. Then the work is cancelled, too, but
    /// not waited for: work that pays no heed to that holds up nobody.
    static func run<Value: Sendable>(
        for limit: TimeSpan, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let (results, result) = AsyncStream.makeStream(of: Value.self, bufferingPolicy: .bufferingOldest(1))
        let worker = Task {
            result.yield(await work())
            result.finish()
        }
        let timer = Task {
            try? await Task.sleep(for: limit.duration)
            result.finish()
        }
        defer {
            worker.cancel()
            timer.cancel()
        }
        for await value in results { return value }
        return nil
    }
}
