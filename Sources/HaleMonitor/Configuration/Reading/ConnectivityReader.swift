internal import HaleEngine
internal import HaleModel

/// Reads `connectivity:`, the reference targets by which Hale knows whether its own network is there (C10).
struct ConnectivityReader {
    static let keys = ["targets"]
    /// The component under which the checks of reference targets run.
    static let component = EngineConfiguration.referenceID

    let context: ReadingContext
    let defaults: Defaults

    struct Result {
        var policies: [CheckPolicy] = []
        var plans: [CheckPlan] = []
    }

    func read(_ field: Field) -> Result {
        let expected = "a mapping such as {targets: [tcp://1.1.1.1:53, tcp://9.9.9.9:53]}"
        guard let map = MappingReader(field, keys: Self.keys, expected: expected, context) else { return Result() }
        guard let list = map["targets"] else {
            if !map.hasUnknownKeys {
                map.report("'targets' is missing", hint: "write targets: [tcp://1.1.1.1:53, tcp://9.9.9.9:53]")
            }
            return Result()
        }
        guard let items = context.items(list, expected: "a list of targets") else { return Result() }
        if items.count < 2 {
            context.report(
                "one target could be down by itself", hint: "name two at least, such as a router and a resolver",
                at: list)
        }
        return Result(items.compactMap(readTarget), context)
    }

    private func readTarget(_ field: Field) -> CheckReader.Result? {
        let reader = CheckReader(context: context, defaults: defaults.forReferences)
        guard case .scalar = field.node.content, !field.node.isNull else {
            return reader.read(Self.component, field)
        }
        guard let url = context.text(field) else { return nil }
        let isTCP = url.hasPrefix("tcp://")
        guard isTCP || url.contains("://") else {
            context.report("'\(url.escaped)' is not a target", hint: "write it like tcp://1.1.1.1:53", at: field)
            return nil
        }
        func scalar(_ text: String) -> YAMLNode {
            YAMLNode(content: .scalar(text, isPlain: false), position: field.node.position)
        }
        let address = isTCP ? String(url.dropFirst("tcp://".count)) : url
        let pairs = [
            YAMLNode.Pair(key: isTCP ? "tcp" : "http", keyPosition: field.node.position, value: scalar(address)),
            YAMLNode.Pair(key: "name", keyPosition: field.node.position, value: scalar(Self.name(of: url))),
        ]
        return reader.read(
            Self.component,
            Field(node: YAMLNode(content: .mapping(pairs), position: field.node.position), path: field.path))
    }

    /// `1.1.1.1-53` for `tcp://1.1.1.1:53`: what an address leaves when only what a name may contain is kept.
    private static func name(of url: String) -> String {
        let rest = url.drop { $0 != ":" }.drop { ":/[".contains($0) }
        let text = String(rest.prefix(100).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
        return text.first.map { $0 == "-" || $0 == "." } == false ? text : "target" + text
    }
}

extension ConnectivityReader.Result {
    fileprivate init(_ checks: [CheckReader.Result], _ context: ReadingContext) {
        var names: Set<String> = []
        for check in checks where !names.insert(check.policy.name).inserted {
            context.report(
                "a second target is called '\(check.policy.name)'", hint: "give it a 'name:' of its own",
                at: check.field)
        }
        policies = checks.map(\.policy)
        plans = checks.map(\.plan)
    }
}
