public import HaleModel

/// What is to be done in the world. Values only: ids, numbers, texts.
public enum Effect: Hashable, Sendable {
    /// Prompt: at once.
    case check(CheckOrder)
    /// Durable: after the batch's records are committed.
    case process(ProcessOrder)
    case remedy(RemedyOrder)
    case hook(HookOrder)
    case answer(order: UInt64, OrderAnswer)
    /// Hale may end.
    case finish
}

/// How durable a batch has to be before its effects are carried out.
public enum Durability: Int, Comparable, Hashable, Sendable {
    /// Survives kill -9.
    case process
    /// Survives the loss of power: intents with limits, operator actions.
    case power

    public static func < (a: Durability, b: Durability) -> Bool { a.rawValue < b.rawValue }
}

/// What one batch of inputs leads to. Reused from batch to batch.
public struct EffectBuffer: Sendable {
    public var prompt: [Effect] = []
    /// In order, each with the attempt whose limit it is under, if any: it must not run unless its record is durable.
    public var durable: [(effect: Effect, limited: UInt64?)] = []
    public var events: [Event] = []
    public var records: [Record] = []
    public var durability: Durability = .process
    /// Places of components whose views changed.
    public var changedViews: [Int] = []

    public init() {}

    public var isEmpty: Bool {
        prompt.isEmpty && durable.isEmpty && events.isEmpty && records.isEmpty && changedViews.isEmpty
    }

    public mutating func removeAll() {
        if !prompt.isEmpty { prompt.removeAll(keepingCapacity: true) }
        if !durable.isEmpty { durable.removeAll(keepingCapacity: true) }
        if !events.isEmpty { events.removeAll(keepingCapacity: true) }
        if !records.isEmpty { records.removeAll(keepingCapacity: true) }
        if !changedViews.isEmpty { changedViews.removeAll(keepingCapacity: true) }
        durability = .process
    }
}
