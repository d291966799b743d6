internal import HaleEngine
internal import HaleModel
internal import HaleSimulator

/// Reads one fault of the list: what it is, whom it strikes, and when.
struct FaultReader {
    static let span: ClosedRange<TimeSpan> = .zero ... .days(366)
    static let every: ClosedRange<TimeSpan> = .milliseconds(100) ... .days(366)

    let context: ReadingContext
    let targets: TargetReader

    /// One fault for each component that it strikes.
    func read(_ field: Field) -> [PlannedFault] {
        guard case .mapping(let pairs) = field.node.content else {
            context.report(
                "expected a fault, found \(field.node.kind)", hint: "write it like {at: 10m, crash: api}", at: field)
            return []
        }
        let given = pairs.filter { FaultKind(rawValue: $0.key) != nil }
        guard given.count == 1, let kind = FaultKind(rawValue: given[0].key) else {
            reportKind(field, pairs, given)
            return []
        }
        let keys = [kind.rawValue] + kind.keys + FaultKind.commonKeys
        guard let map = MappingReader(field, keys: keys, expected: "a fault", context), let value = map[kind.rawValue]
        else { return [] }
        let faults = FaultValueReader(context: context, targets: targets, map: map, kind: kind).read(value)
        guard let plan = readTimes(map) else { return [] }
        return faults.map { PlannedFault(plan.at, $0, every: plan.every, until: plan.until) }
    }

    private func reportKind(_ field: Field, _ pairs: [YAMLNode.Pair], _ given: [YAMLNode.Pair]) {
        if given.count > 1 {
            context.report(
                "one fault is of one kind, found '\(given[0].key)' and '\(given[1].key)'", at: given[1].keyPosition,
                field.path)
            return
        }
        let known = Set(FaultKind.allCases.flatMap(\.keys) + FaultKind.commonKeys)
        let foreign = pairs.first { !known.contains($0.key) }
        let near = foreign.flatMap { Suggestion.nearest(to: $0.key, among: FaultKind.names) }
        context.report(
            foreign.map { "unknown kind of fault '\($0.key.escaped)'" } ?? "no kind of fault is given",
            hint: near.map { "did you mean '\($0)'?" } ?? "expected \(Suggestion.oneOf(FaultKind.names))",
            at: foreign?.keyPosition ?? field.node.position, field.path)
    }

    private func readTimes(_ map: MappingReader) -> (at: TimeSpan, every: TimeSpan?, until: TimeSpan?)? {
        let every = map.optional("every", .duration(Self.every))
        let times = map.optional("times", .integer(1...1_000_000))
        var until = map.optional("until", .duration(Self.span))
        guard map["at"] != nil || map["every"] != nil else {
            if !map.hasUnknownKeys { map.report("it is not said when", hint: "give it 'at: 10m', or 'every: 10m'") }
            return nil
        }
        let at = map.value("at", .duration(Self.span), else: every ?? .zero)
        for key in ["until", "times"] where map[key] != nil && map["every"] == nil {
            map.report("'\(key)' belongs to 'every'", at: key)
        }
        if map["until"] != nil, map["times"] != nil { map.report("both 'until' and 'times' are given", at: "times") }
        if let until, until < at { map.report("'until' is before 'at' (\(at))", at: "until") }
        if let every, let times { until = min(at + every.scaled(by: Double(times - 1)), Self.span.upperBound) }
        return (at, every, until)
    }
}
