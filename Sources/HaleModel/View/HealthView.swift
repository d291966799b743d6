/// What readers see of the whole system: pages of components, copied only where something changed.
public struct HealthView: Sendable {
    public static let pageSize = 128

    /// Components in the order of the configuration, `pageSize` to a page.
    public var pages: [[ComponentView]]
    /// Grows with every publication.
    public var version: UInt64
    public var at: Moment
    /// The newest event that this view knows of.
    public var lastEvent: EventID
    /// The system as a whole.
    public var system = SystemView()
    /// What ails the store, where it can't be written.
    public var storeTrouble: String?
    /// How long checks took that are not there any more, by their kind: what is counted over all of them never shrinks while
    /// Hale runs.
    public private(set) var formerLatencies: [String: Histogram] = [:]
    private let pageIndex: [ComponentID: Int]

    public init(components: [ComponentView], version: UInt64, at: Moment, lastEvent: EventID, storeTrouble: String?) {
        pages = stride(from: 0, to: components.count, by: Self.pageSize).map {
            Array(components[$0..<min($0 + Self.pageSize, components.count)])
        }
        pageIndex = Dictionary(
            components.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.version = version
        self.at = at
        self.lastEvent = lastEvent
        self.storeTrouble = storeTrouble
    }

    public static let empty = HealthView(
        components: [], version: 0, at: Moment(boot: .zero, wall: .epoch), lastEvent: EventID(0), storeTrouble: nil)

    public var components: some Sequence<ComponentView> { pages.joined() }
    public var count: Int { pageIndex.count }

    public subscript(id: ComponentID) -> ComponentView? {
        pageIndex[id].map { pages[$0 / Self.pageSize][$0 % Self.pageSize] }
    }

    /// This view takes the place of another one, with other components.
    public mutating func succeed(_ former: HealthView) {
        formerLatencies = former.formerLatencies
        for component in former.components {
            let present = self[component.id]?.checks ?? []
            for check in component.checks where !present.contains(where: check.isContinued) {
                formerLatencies[check.kind, default: Histogram()].merge(check.latencies)
            }
        }
    }

    /// Replaces the views of the components at the given places.
    public mutating func update(_ changed: [(index: Int, view: ComponentView)]) {
        for (index, view) in changed { pages[index / Self.pageSize][index % Self.pageSize] = view }
    }
}

extension CheckView {
    /// Whether another view counts on from where this one is.
    fileprivate func isContinued(by other: CheckView) -> Bool {
        other.name == name && other.kind == kind && other.total >= total
    }
}
