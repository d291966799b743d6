/// The four parts of the system's score, each 0…1; `nil` where there is no data.
public struct ScoreParts: Hashable, Codable, Sendable {
    /// Weighted mean over counted components.
    public var availability: Double?
    /// Mean over breakers: closed 1, half-open 0.5, open 0.
    public var circuits: Double?
    /// 1 − min(1, error rate ÷ 0.5).
    public var errors: Double?
    /// Remedies that worked in the last hour ÷ (those finished + components given up).
    public var recovery: Double?

    public init(availability: Double? = nil, circuits: Double? = nil, errors: Double? = nil, recovery: Double? = nil) {
        self.availability = availability
        self.circuits = circuits
        self.errors = errors
        self.recovery = recovery
    }
}

/// The system as a whole.
public struct SystemView: Hashable, Sendable {
    /// All of one layer.
    public struct Rollup: Hashable, Sendable {
        public var layer: Layer
        public var counts: [HealthState: Int]
        /// `nil` where nothing is counted.
        public var worst: HealthState?
        /// 100 × availability of the layer.
        public var score: Double?

        public init(layer: Layer, counts: [HealthState: Int], worst: HealthState?, score: Double?) {
            self.layer = layer
            self.counts = counts
            self.worst = worst
            self.score = score
        }
    }

    /// `nil` where nothing is known yet.
    public var level: HealthStatus?
    /// 0…100.
    public var score: Double?
    public var parts: ScoreParts
    public var counts: [HealthState: Int]
    public var layers: [Rollup]
    public var isPanicking: Bool
    public var doubtsNetwork: Bool
    /// Since when a person has stopped all checks and healing.
    public var monitoringStoppedAt: WallTime?

    public init(
        level: HealthStatus? = nil, score: Double? = nil, parts: ScoreParts = .init(), counts: [HealthState: Int] = [:],
        layers: [Rollup] = [], isPanicking: Bool = false, doubtsNetwork: Bool = false,
        monitoringStoppedAt: WallTime? = nil
    ) {
        self.level = level
        self.score = score
        self.parts = parts
        self.counts = counts
        self.layers = layers
        self.isPanicking = isPanicking
        self.doubtsNetwork = doubtsNetwork
        self.monitoringStoppedAt = monitoringStoppedAt
    }
}
