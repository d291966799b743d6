internal import HaleEngine
internal import HaleModel

/// What the numbers of a check may be.
enum CheckBounds {
    static let interval: ClosedRange<TimeSpan> = .milliseconds(100) ... .days(30)
    static let timeout: ClosedRange<TimeSpan> = .milliseconds(10) ... .days(30)
    static let startPeriod: ClosedRange<TimeSpan> = .zero ... .days(7)
    static let slow: ClosedRange<TimeSpan> = .milliseconds(1) ... .days(30)
    static let threshold = 1...1_000
    static let breakerPause: ClosedRange<TimeSpan> = .milliseconds(100) ... .days(1)
}

/// Reads one check: how it asks, and when and with what meaning.
struct CheckReader {
    static let commonKeys = [
        "name", "interval", "timeout", "recheck", "failureThreshold", "recoveryThreshold", "startPeriod", "slow",
        "breaker",
    ]

    let context: ReadingContext
    let defaults: Defaults

    struct Result {
        var policy: CheckPolicy
        var plan: CheckPlan
        var isNamed: Bool
        var field: Field
    }

    func read(_ component: ComponentID, _ field: Field) -> Result? {
        guard case .mapping(let pairs) = field.node.content else {
            context.report(
                "expected a check, found \(field.node.kind)",
                hint: "write it like {http: http://127.0.0.1:8080/health}",
                at: field)
            return nil
        }
        let given = pairs.filter { CheckKind(rawValue: $0.key) != nil }
        guard given.count == 1, let kind = CheckKind(rawValue: given[0].key) else {
            reportKind(field, pairs, given)
            return nil
        }
        let keys = [kind.rawValue] + kind.keys + Self.commonKeys
        guard let map = MappingReader(field, keys: keys, expected: "a check", context) else { return nil }
        let probe = kind.read(map)
        let name = map.value("name", .name, else: kind.rawValue)
        var policy = readPolicy(name, kind.rawValue, map)
        guard let probe else { return nil }
        policy.host = probe.host
        policy.isRemote = probe.isRemote
        return Result(
            policy: policy, plan: CheckPlan(component: component, name: name, probe: probe),
            isNamed: map["name"] != nil, field: field)
    }

    private func reportKind(_ field: Field, _ pairs: [YAMLNode.Pair], _ given: [YAMLNode.Pair]) {
        if given.count > 1 {
            let kinds = given.map { "'\($0.key)'" }.joined(separator: " and ")
            context.report("one check is of one kind, found \(kinds)", at: given[1].keyPosition, field.path)
            return
        }
        let known = Set(CheckKind.allCases.flatMap(\.keys) + Self.commonKeys)
        let foreign = pairs.first { !known.contains($0.key) }
        let near = foreign.flatMap { Suggestion.nearest(to: $0.key, among: CheckKind.names) }
        context.report(
            foreign.map { "unknown kind of check '\($0.key)'" } ?? "no kind of check is given",
            hint: near.map { "did you mean '\($0)'?" } ?? "expected \(CheckKind.oneOf)",
            at: foreign?.keyPosition ?? field.node.position, field.path)
    }

    private func readPolicy(_ name: String, _ kind: String, _ map: MappingReader) -> CheckPolicy {
        let problems = context.problems.count
        let interval = map.setting("interval", .duration(CheckBounds.interval), else: defaults.interval)
        // A wrong interval is reported once, not again by what is measured against it.
        let isIntervalWrong = context.problems.count > problems
        let bound = isIntervalWrong ? CheckBounds.interval.upperBound : interval.value

        let problemsBeforeTimeout = context.problems.count
        let timeout = map.value(
            "timeout", .duration(CheckBounds.timeout, upTo: bound, called: "the interval"),
            else: defaults.timeout.flatMap { $0.value <= interval.value ? $0 : nil }
                ?? Setting(min(.seconds(5), interval.value)))
        let isTimeoutWrong =
            context.problems.count > problemsBeforeTimeout || (map["timeout"] == nil && isIntervalWrong)
        let recheck = map.value(
            "recheck", .duration(CheckBounds.interval, upTo: bound, called: "the interval"),
            else: defaults.recheck.flatMap { $0.value <= interval.value ? $0 : nil } ?? Setting(interval.value / 2))
        let thresholds = SourceState.Thresholds(
            failures: map.value("failureThreshold", .integer(CheckBounds.threshold), else: defaults.failureThreshold),
            recoveries: map.value(
                "recoveryThreshold", .integer(CheckBounds.threshold), else: defaults.recoveryThreshold))
        let startPeriod = map.value("startPeriod", .duration(CheckBounds.startPeriod), else: defaults.startPeriod)
        let slowBound = isTimeoutWrong ? CheckBounds.slow.upperBound : timeout
        var slow = map.optional("slow", .duration(CheckBounds.slow, upTo: slowBound, called: "the timeout"))
        if map["slow"] == nil, let inherited = defaults.slow, inherited.value <= timeout {
            context.record("\(map.path).slow", .string(inherited.value.description), inherited.origin)
            slow = inherited.value
        }
        return CheckPolicy(
            name: name, kind: kind, interval: interval.value, timeout: timeout, recheck: recheck,
            thresholds: thresholds,
            startPeriod: startPeriod, slow: slow,
            breaker: defaults.breaker.read(map.field("breaker"), context).configuration)
    }
}

extension YAMLNode {
    /// What is not written reads like an empty mapping: only defaults.
    static func emptyMapping(_ position: SourcePosition) -> YAMLNode {
        YAMLNode(content: .mapping([]), position: position)
    }
}

extension ScalarKind<TimeSpan> {
    /// A duration that another value of the same mapping bounds from above.
    static func duration(_ range: ClosedRange<TimeSpan>, upTo bound: TimeSpan, called name: String) -> Self {
        let plain = duration(range)
        return .init(plain.expected, hint: plain.hint, show: plain.show) { text throws(Mismatch) in
            let span = try plain.parse(text)
            guard span <= bound else { throw Mismatch("\(text) is longer than \(name) (\(bound))") }
            return span
        }
    }
}
