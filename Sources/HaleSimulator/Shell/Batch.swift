package import HaleEngine
package import HaleModel

/// What one batch of inputs led to, on its way to the disk.
package struct Batch: Sendable {
    package var records: [Record] = []
    package var events: [Event] = []
    package var durable: [(effect: Effect, limited: UInt64?)] = []
    package var durability: Durability = .process

    /// Records and events of an earlier batch that could not be written go before.
    mutating func putBefore(_ earlier: Batch) {
        records = earlier.records + records
        events = earlier.events + events
        durability = max(earlier.durability, durability)
    }
}
