internal import HaleEngine
internal import HaleModel
internal import HaleSimulator

/// Reads how a component of the invented world behaves.
struct BehaviourReader {
    static let keys = [
        "latency", "starts", "stops", "remedy", "inconclusive", "degraded", "needsDependencies", "heartbeat",
        "failures",
        "leak", "absent",
    ]
    private static let span: ClosedRange<TimeSpan> = .zero ... .days(1)
    private static let long: ClosedRange<TimeSpan> = .seconds(1) ... .days(3_660)

    let context: ReadingContext

    /// What is not given stays as it is.
    /// - Parameter isOneOfMany: a pattern named it, so that what does not apply to it is passed over.
    /// - Returns: whether it is left out of the configuration when Hale first starts, if that is said.
    func read(_ field: Field, isOneOfMany: Bool, into model: inout ComponentModel) -> Bool? {
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping such as {latency: 20ms, starts: 2s}", context)
        else { return nil }
        map["latency"].map { readLatency($0, into: &model) }
        model.warmUp = map.value("starts", .duration(Self.span), else: model.warmUp)
        model.stopTakes = map.value("stops", .duration(Self.span), else: model.stopTakes)
        map["remedy"].map { readRemedy($0, into: &model) }
        model.inconclusive = map.value("inconclusive", .share, else: model.inconclusive)
        model.degraded = map.value("degraded", .share, else: model.degraded)
        model.needsDependencies = map.value("needsDependencies", .boolean, else: model.needsDependencies)
        map["heartbeat"].map { readHeartbeat($0, isOneOfMany, into: &model) }
        map["failures"].map { readFailures($0, into: &model) }
        map["leak"].map { readLeak($0, into: &model) }
        return map.optional("absent", .boolean)
    }

    private func readLatency(_ field: Field, into model: inout ComponentModel) {
        let kind = ScalarKind<TimeSpan>.duration(Self.span)
        guard case .mapping = field.node.content else {
            if let median = context.scalar(field, kind) { model.latency = Latency(median: median.value) }
            return
        }
        guard
            let map = MappingReader(
                field, keys: ["median", "p99"], expected: "a duration, or {median: 20ms, p99: 200ms}", context)
        else { return }
        var spans = RisingSettings(map, kind)
        let median = spans.next("median", else: Setting(model.latency.median)).value
        model.latency = Latency(
            median: median, p99: map["p99"] == nil ? nil : spans.next("p99", else: Setting(median)).value)
    }

    private func readRemedy(_ field: Field, into model: inout ComponentModel) {
        guard
            let map = MappingReader(
                field, keys: ["takes", "reports", "helps"], expected: "a mapping such as {takes: 3s, helps: 70%}",
                context)
        else { return }
        model.remedyTakes = map.value("takes", .duration(Self.span), else: model.remedyTakes)
        model.remedyReports = map.value("reports", .share, else: model.remedyReports)
        model.remedyHelps = map.value("helps", .share, else: model.remedyHelps)
    }

    private func readHeartbeat(_ field: Field, _ isOneOfMany: Bool, into model: inout ComponentModel) {
        guard
            let map = MappingReader(
                field, keys: ["every", "lost"], expected: "a mapping such as {every: 15s, lost: 5%}", context)
        else { return }
        let every = map.optional("every", .duration(.milliseconds(100) ... .days(1)))
        let lost = map.value("lost", .share, else: model.beatsLost)
        guard model.policy.heartbeat != nil else {
            if !isOneOfMany {
                context.report(
                    "'\(model.policy.id)' sends no heartbeat", hint: "give it 'heartbeat:' in the configuration",
                    at: field)
            }
            return
        }
        model.beatEvery = every ?? model.beatEvery
        model.beatsLost = lost
    }

    private func readFailures(_ field: Field, into model: inout ComponentModel) {
        guard
            let map = MappingReader(
                field, keys: ["every", "for", "kind"], expected: "a mapping such as {every: 6h, for: 10m}", context)
        else { return }
        let kind = map.value("kind", .choice(FailureModel.Kind.self), else: .crash)
        let lasting = map.optional("for", .duration(Self.long))
        guard let every = map["every"] else {
            if !map.hasUnknownKeys { map.report("'every' is missing", hint: "write it like {every: 6h, for: 10m}") }
            return
        }
        guard let every = context.scalar(every, .duration(Self.long)) else { return }
        model.failures = FailureModel(every: every.value, lasting: lasting, kind: kind)
    }

    private func readLeak(_ field: Field, into model: inout ComponentModel) {
        let keys = ["metric", "start", "perMinute", "limit"]
        let example = "{metric: memory_mb, start: 200, perMinute: 10, limit: 1500}"
        guard let map = MappingReader(field, keys: keys, expected: "a mapping such as \(example)", context) else {
            return
        }
        let metric = map.value("metric", .text(maxLength: 128), else: "memory_mb")
        let start = map.value("start", .number(0...1e12), else: 0)
        let rate = map.optional("perMinute", .number(1e-6...1e12))
        let limit = map.optional("limit", .number(0...1e12))
        for key in ["perMinute", "limit"] where map[key] == nil && !map.hasUnknownKeys {
            map.report("'\(key)' is missing", hint: "write it like \(example)")
        }
        guard let rate, let limit else { return }
        guard limit > start else { return map.report("'limit' is not more than 'start'", at: "limit") }
        model.leak = LeakModel(metric: metric, atStart: start, perMinute: rate, limit: limit)
    }
}
