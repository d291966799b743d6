internal import HaleEngine
internal import HaleModel

/// Reads `dependsOn:`, one or more ids, each alone or with what is to happen along the edge.
struct DependencyReader {
    static let keys = ["on", "restart", "pause"]

    let context: ReadingContext

    func read(_ field: Field) -> [(policy: DependencyPolicy, field: Field)] {
        let fields: [Field]
        switch field.node.content {
        case .scalar where !field.node.isNull, .mapping: fields = [field]
        default: fields = context.items(field, expected: "a list of component ids, or one") ?? []
        }
        var found: [(policy: DependencyPolicy, field: Field)] = []
        for field in fields {
            guard let dependency = readOne(field) else { continue }
            if found.contains(where: { $0.policy.on == dependency.policy.on }) {
                context.report("'\(dependency.policy.on)' is named twice", at: dependency.field)
            } else {
                found.append(dependency)
            }
        }
        return found
    }

    private func readOne(_ field: Field) -> (policy: DependencyPolicy, field: Field)? {
        guard case .mapping = field.node.content else {
            return readID(field).map { (DependencyPolicy(on: $0), field) }
        }
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a component id, or {on: postgres, restart: true}", context)
        else { return nil }
        guard let on = map["on"] else {
            if !map.hasUnknownKeys {
                map.report("'on' is missing", hint: "write it like {on: postgres, restart: true}")
            }
            return nil
        }
        let restarts = map.value("restart", .boolean, else: false)
        let pauses = map.value("pause", .boolean, else: false)
        return readID(on).map { (DependencyPolicy(on: $0, restarts: restarts, pauses: pauses), on) }
    }

    private func readID(_ field: Field) -> ComponentID? {
        guard let text = context.text(field) else { return nil }
        guard let id = ComponentID(text) else {
            context.report("'\(text)' is not a component id", at: field)
            return nil
        }
        context.record(field.path, .string(id.name), context.origin(of: field))
        return id
    }
}
