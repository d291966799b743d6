/// Everything at one moment: `GET /status`.
public struct StatusDocument: Codable, Hashable, Sendable {
    /// The worst status of all components that count; `nil` where none does.
    public var level: HealthStatus?
    public var time: String
    public var version: String
    public var counts: [String: Int]
    public var storeTrouble: String?
    public var components: [ComponentDocument]
    /// Newest last.
    public var recentEvents: [EventDocument]

    public init(_ view: HealthView, version: String, recentEvents: [Event]) {
        level = view.components.compactMap(\.state.status).max()
        time = "\(view.at.wall)"
        self.version = version
        counts = view.components.reduce(into: [:]) { $0[$1.state.rawValue, default: 0] += 1 }
        storeTrouble = view.storeTrouble
        components = view.components.map(ComponentDocument.init)
        self.recentEvents = recentEvents.map(EventDocument.init)
    }
}
