package import HaleEngine
package import HaleModel

/// The database of the simulated Hale: exactly what was committed, and what of it survives the loss of power.
package struct SimulatedStore: Sendable {
    package struct Contents: Sendable {
        package var engine: EngineRecord?
        package var components: [ComponentID: ComponentRecord] = [:]
        package var intents: [UInt64: Intent] = [:]
        package var lastEvent = EventID(0)
        package var eventCount = 0

        /// In one order, whatever the dictionary's is.
        package var records: [Record] {
            var records: [Record] = components.keys.sorted().map { .component(components[$0]!) }
            if let engine { records.append(.engine(engine)) }
            return records
        }
    }

    package private(set) var contents = Contents()
    private var flushed = Contents()
    /// Numbers the databases: a lost one is followed by an empty one.
    package private(set) var number = 1
    /// Whether the disk takes nothing at present.
    package var isTroubled = false

    mutating func commit(_ batch: Batch) {
        for record in batch.records {
            switch record {
            case .engine(let record): contents.engine = record
            case .component(let record): contents.components[record.id] = record
            case .removed(let id): contents.components[id] = nil
            case .intent(let intent): contents.intents[intent.id] = intent
            }
        }
        contents.eventCount += batch.events.count
        if let last = batch.events.last { contents.lastEvent = last.id }
        if batch.durability == .power { flushed = contents }
    }

    /// What was committed and not flushed may be gone.
    mutating func losePower(everythingUnflushed: Bool) {
        if everythingUnflushed { contents = flushed } else { flushed = contents }
    }

    mutating func lose() {
        contents = Contents()
        flushed = Contents()
        number += 1
    }
}
