public import HaleEngine
internal import HaleModel

/// A world and what goes wrong in it.
public struct Scenario: Hashable, Sendable {
    public var name: String
    public var components: [ComponentModel]
    /// Places of components that are not configured when Hale first starts.
    public var absentAtFirst: Set<Int> = []
    public var faults: [PlannedFault] = []
    public var healing = HealingPolicy()
    /// The reference targets that Hale asks about its own network; none, or two at least.
    public var references: [CheckPolicy] = []
    public var checksPerHost = 8
    /// Whether everything can be well once the faults have stopped.
    public var endsWell = true

    /// What the component at a place is called, for a timeline.
    func nameOfComponent(_ place: Int) -> String {
        components.indices.contains(place) ? components[place].policy.id.name : "nobody"
    }

    public init(_ name: String, components: [ComponentModel], faults: [PlannedFault] = []) {
        self.name = name
        self.components = components
        self.faults = faults
    }
}
