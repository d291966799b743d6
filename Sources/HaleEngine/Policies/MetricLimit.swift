/// Beyond which value of a reported metric a component is not quite well (S5): never `down`, for slow is not dead.
public struct MetricLimit: Hashable, Codable, Sendable {
    public var degraded: Double?
    public var unhealthy: Double?

    public init(degraded: Double? = nil, unhealthy: Double? = nil) {
        self.degraded = degraded
        self.unhealthy = unhealthy
    }
}
