public import HaleModel

/// What really became of the components, whatever the monitor believed: over one run, or added up over many.
public struct Figures: Hashable, Sendable {
    public struct Component: Hashable, Sendable {
        public var id: ComponentID
        /// From when it first worked until the end, and how much of that it worked.
        public var observed: TimeSpan = .zero
        public var well: TimeSpan = .zero
        public var outages = 0
        /// Outages that were over before the monitor took the component for lost.
        public var undetected = 0
        /// From the beginning of an outage until the monitor took the component for lost; where it already did, the outage
        /// is left out.
        public var detection = Spread()
        /// From the beginning of an outage to its end; those that were not over at the end of the run are left out.
        public var recovery = Spread()
        /// Programs started again, and commands run for what has no program.
        public var restarts = 0
        /// Restarts of something that was well.
        public var falseRestarts = 0

        public init(_ id: ComponentID) { self.id = id }

        /// The share of its time that it worked, 0…1; `nil` where it never did.
        public var availability: Double? { observed > .zero ? well.seconds / observed.seconds : nil }
    }

    /// In the configuration's order.
    public var components: [Component]
    public var runs = 0
    /// The most remedies that Hale had at work at once in any run; the naive monitor counts none.
    public var mostAtWork = 0

    public init(_ ids: [ComponentID]) { components = ids.map(Component.init) }

    public mutating func merge(_ other: Figures) {
        runs += other.runs
        mostAtWork = max(mostAtWork, other.mostAtWork)
        for index in components.indices where other.components.indices.contains(index) {
            components[index].merge(other.components[index])
        }
    }

    /// All components taken together.
    public var whole: Component {
        var whole = Component("all")
        for component in components { whole.merge(component) }
        return whole
    }
}

extension Figures.Component {
    mutating func merge(_ other: Self) {
        observed = observed + other.observed
        well = well + other.well
        outages += other.outages
        undetected += other.undetected
        detection.merge(other.detection)
        recovery.merge(other.recovery)
        restarts += other.restarts
        falseRestarts += other.falseRestarts
    }
}
