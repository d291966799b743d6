import Foundation

/// Seeds shared out among as many tasks as there are processors.
enum Workers {
    /// The seeds are dealt out in turn, so that all tasks end at about the same time.
    static func share<Result: Sendable>(
        _ seeds: Range<UInt64>, nothing: Result,
        _ work: @escaping @Sendable (StrideTo<UInt64>) -> Result, merge: (inout Result, Result) -> Void
    ) async -> Result {
        let tasks = UInt64(max(1, min(ProcessInfo.processInfo.activeProcessorCount, seeds.count)))
        return await withTaskGroup(of: Result.self) { group in
            for first in 0..<tasks {
                group.addTask(name: "seeds \(first)") {
                    work(stride(from: seeds.lowerBound + first, to: seeds.upperBound, by: Int(tasks)))
                }
            }
            var whole = nothing
            for await part in group { merge(&whole, part) }
            return whole
        }
    }
}
