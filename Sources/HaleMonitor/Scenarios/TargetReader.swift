internal import HaleEngine
internal import HaleModel

/// Finds the components that a scenario means: by an id, or by a pattern in which `*` stands for any characters.
package struct TargetReader {
    let context: ReadingContext
    let policies: [ComponentPolicy]

    static func isPattern(_ text: String) -> Bool { text.contains("*") }

    /// The places of those whose id fits; where there is none, that is reported.
    func places(of text: String, at position: SourcePosition, _ path: String) -> [Int] {
        let found = policies.indices.filter {
            Self.isPattern(text) ? Self.matches(policies[$0].id.name, text) : policies[$0].id.name == text
        }
        guard found.isEmpty else { return found }
        let names = policies.map(\.id.name)
        context.report(
            Self.isPattern(text)
                ? "no component is called like '\(text.escaped)'" : "there is no component '\(text.escaped)'",
            hint: Self.isPattern(text) ? nil : Suggestion.hint(for: text, among: names), at: position, path)
        return []
    }

    /// Reports that a component can't be left out of the configuration while another names it.
    func refuseLosing(_ place: Int, _ field: Field) {
        let id = policies[place].id
        guard let dependent = policies.first(where: { $0.dependsOn.contains { $0.on == id } }) else { return }
        context.report("'\(id)' can't be left out: '\(dependent.id)' depends on it", at: field)
    }

    /// One id or pattern, or a list of them; each place once.
    func places(_ field: Field) -> [Int] { named(field).map(\.place) }

    /// The places, each with whether a pattern led to it.
    func named(_ field: Field) -> [(place: Int, isOneOfMany: Bool)] {
        let fields: [Field]
        if case .sequence(let nodes) = field.node.content {
            fields = nodes.enumerated().map { field.item($0.offset, $0.element) }
            if nodes.isEmpty { context.report("no component is named", at: field) }
        } else {
            fields = [field]
        }
        var found: [(place: Int, isOneOfMany: Bool)] = []
        for field in fields {
            guard let text = context.text(field) else { continue }
            for place in places(of: text, at: field.node.position, field.path)
            where !found.contains(where: { $0.place == place }) {
                found.append((place, Self.isPattern(text)))
            }
        }
        return found
    }

    /// Whether a text fits a pattern; greedy, with one place to come back to.
    package static func matches(_ text: String, _ pattern: String) -> Bool {
        let text = Array(text.utf8)
        let pattern = Array(pattern.utf8)
        var (at, next) = (0, 0)
        var back: (at: Int, next: Int)?
        while at < text.count {
            if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
                back = (at, next)
                next += 1
            } else if next < pattern.count, pattern[next] == text[at] {
                at += 1
                next += 1
            } else if let last = back {
                back = (last.at + 1, last.next)
                (at, next) = (last.at + 1, last.next + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
