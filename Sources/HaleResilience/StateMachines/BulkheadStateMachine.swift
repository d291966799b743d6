/// Who may run and who waits: a bounded number of places and a bounded first-come queue.
///
/// Waiters are numbers, never continuations, so that the machine is a value. A number is in the queue or it is not:
/// whoever takes it out (a freed place, a cancellation, a time-out) decides alone what becomes of it.
package struct BulkheadStateMachine: Hashable, Sendable {
    package enum Entry: Hashable, Sendable {
        case admitted
        case queued(UInt64)
        case rejected
    }

    package let maxConcurrent: Int
    package let maxQueued: Int
    package private(set) var underWay = 0
    /// First come, first served.
    package private(set) var queue: [UInt64] = []
    private var nextNumber: UInt64 = 0

    package init(maxConcurrent: Int, maxQueued: Int) {
        self.maxConcurrent = maxConcurrent
        self.maxQueued = maxQueued
    }

    package mutating func enter() -> Entry {
        if underWay < maxConcurrent {
            underWay += 1
            return .admitted
        }
        guard queue.count < maxQueued else { return .rejected }
        nextNumber += 1
        queue.append(nextNumber)
        return .queued(nextNumber)
    }

    /// A call ended. Its place goes to the returned waiter, who then counts as under way.
    package mutating func leave() -> UInt64? {
        guard !queue.isEmpty else {
            underWay -= 1
            return nil
        }
        return queue.removeFirst()
    }

    /// A waiter gives up. False if it holds a place already.
    package mutating func giveUp(_ waiter: UInt64) -> Bool {
        guard let index = queue.firstIndex(of: waiter) else { return false }
        queue.remove(at: index)
        return true
    }
}
