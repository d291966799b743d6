/// Where a component stands: node → daemon → cluster → pipeline (→ endpoint).
public enum Layer: String, Codable, CaseIterable, Hashable, Sendable {
    case endpoint
    case daemon
    case node
    case pipeline
    case cluster
}
