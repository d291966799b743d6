/// Everything at one moment: `GET /status`.
public struct StatusDocument: Codable, Hashable, Sendable {
    /// One of the four layers' roll-ups.
    public struct LayerDocument: Codable, Hashable, Sendable {
        public var layer: Layer
        public var counts: [String: Int]
        public var worst: HealthState?
        public var score: Double?
    }

    /// The system's level; `nil` where nothing is known.
    public var level: HealthStatus?
    /// 0…100, from the parts.
    public var score: Double?
    public var scoreParts: ScoreParts
    public var layers: [LayerDocument]
    /// Remedies stop because too much is down at once.
    public var panic: Bool
    /// Hale has lost its own network.
    public var selfDoubt: Bool
    public var time: String
    public var version: String
    public var counts: [String: Int]
    public var storeTrouble: String?
    public var monitoring: MonitoringDocument
    public var components: [ComponentDocument]
    /// Newest last.
    public var recentEvents: [EventDocument]

    public init(_ view: HealthView, version: String, recentEvents: [Event]) {
        level = view.system.level
        score = view.system.score
        scoreParts = view.system.parts
        layers = view.system.layers.map {
            LayerDocument(layer: $0.layer, counts: Self.names($0.counts), worst: $0.worst, score: $0.score)
        }
        panic = view.system.isPanicking
        selfDoubt = view.system.doubtsNetwork
        time = "\(view.at.wall)"
        self.version = version
        counts = Self.names(view.system.counts)
        storeTrouble = view.storeTrouble
        monitoring = MonitoringDocument(view)
        components = view.components.map { ComponentDocument($0, at: view.at.wall) }
        self.recentEvents = recentEvents.map(EventDocument.init)
    }

    /// States that occur, by name.
    private static func names(_ counts: [HealthState: Int]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: counts.filter { $0.value > 0 }.map { ($0.key.rawValue, $0.value) })
    }
}
