internal import HaleModel

/// Makes one document of `hale.yaml` and the files of `hale.d`: their components together, everything else from one of
/// them.
struct DocumentMerge {
    let context: ReadingContext

    func merge(_ main: YAMLNode, with others: [YAMLNode]) -> YAMLNode {
        guard case .mapping(var merged) = main.content else { return main }
        for other in others where !other.isNull {
            guard case .mapping(let pairs) = other.content else {
                context.report(
                    "expected a mapping with 'components:', found \(other.kind)", at: Field(node: other, path: ""))
                continue
            }
            for pair in pairs { add(pair, to: &merged) }
        }
        return YAMLNode(content: .mapping(merged), position: main.position)
    }

    func hasComponent(_ id: ComponentID, in root: YAMLNode) -> Bool {
        guard case .mapping(let pairs) = root.content,
            case .mapping(let components)? = pairs.first(where: { $0.key == "components" })?.value.content
        else { return false }
        return components.contains { $0.key == id.name }
    }

    /// One more component, which no file has.
    func adding(_ component: YAMLNode, _ id: ComponentID, to root: YAMLNode) -> YAMLNode {
        guard case .mapping(var pairs) = root.content,
            let place = pairs.firstIndex(where: { $0.key == "components" }),
            case .mapping(var components) = pairs[place].value.content
        else { return root }
        components.append(.init(key: id.name, keyPosition: component.position, value: component))
        pairs[place].value = YAMLNode(content: .mapping(components), position: pairs[place].value.position)
        return YAMLNode(content: .mapping(pairs), position: root.position)
    }

    private func add(_ pair: YAMLNode.Pair, to merged: inout [YAMLNode.Pair]) {
        guard let place = merged.firstIndex(where: { $0.key == pair.key }) else { return merged.append(pair) }
        let first = merged[place]
        guard pair.key == "components", isMappingOrNothing(first.value) else {
            context.report(
                "'\(pair.key)' is given twice; the first is in \(context.place(of: first.keyPosition))",
                hint: "keep one of them", at: pair.keyPosition, "")
            return
        }
        guard isMappingOrNothing(pair.value) else {
            context.report(
                "expected a mapping of components by id, found \(pair.value.kind)",
                at: Field(node: pair.value, path: pair.key))
            return
        }
        merged[place].value = YAMLNode(
            content: .mapping(components(first.value) + fresh(pair.value, beside: first.value)),
            position: first.value.position)
    }

    /// The components that are in no file before.
    private func fresh(_ node: YAMLNode, beside first: YAMLNode) -> [YAMLNode.Pair] {
        let known = Dictionary(components(first).map { ($0.key, $0.keyPosition) }, uniquingKeysWith: { a, _ in a })
        return components(node).filter { pair in
            guard let position = known[pair.key] else { return true }
            context.report(
                "component '\(pair.key)' is given twice; the first is in \(context.place(of: position))",
                hint: "ids are unique across all files", at: pair.keyPosition, "components")
            return false
        }
    }

    private func components(_ node: YAMLNode) -> [YAMLNode.Pair] {
        if case .mapping(let pairs) = node.content { pairs } else { [] }
    }

    private func isMappingOrNothing(_ node: YAMLNode) -> Bool {
        if case .mapping = node.content { true } else { node.isNull }
    }
}
