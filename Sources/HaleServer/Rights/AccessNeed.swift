package import HaleModel

/// What a request needs to be allowed, by its method and path alone: what nobody thought of needs the most.
package enum AccessNeed: Hashable, Sendable {
    /// Nothing: probes of Hale itself, and handing in a token.
    case nothing
    case read
    /// `nil`: for which component is said in the body, or for several.
    case heartbeat(ComponentID?)
    case operate

    package init(method: String, path: String) {
        let words = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        let isReading = method == "GET" || method == "HEAD"
        switch (isReading, words.first ?? "") {
        case (true, "health") where words.count == 1, (true, "ready") where words.count == 1,
            (true, "started") where words.count == 1:
            self = .nothing
        case (true, "session") where words.count == 2: self = .nothing
        case (false, "session") where words.count == 1 && (method == "POST" || method == "DELETE"): self = .nothing
        case (false, "health") where method == "POST" && Self.heartbeats.contains(words.dropFirst().first ?? ""):
            self = .heartbeat(words.count > 2 ? ComponentID(words[2]) : nil)
        default: self = isReading ? .read : .operate
        }
    }

    private static let heartbeats: Set<String> = ["heartbeat", "heartbeats"]

    /// Whether it changes something, so that a browser has to prove who made it.
    package var isWrite: Bool {
        switch self {
        case .read, .nothing: false
        case .heartbeat, .operate: true
        }
    }
}
