internal import HaleEngine
internal import HaleModel

/// Reads `limits:`, beyond which values of its metrics a component is not quite well.
struct LimitsReader {
    static let keys = ["degraded", "unhealthy"]
    private static let bounds = -1e15...1e15

    let context: ReadingContext

    func read(_ field: Field) -> [String: MetricLimit] {
        guard
            let map = MappingReader(
                field, keys: nil, expected: "a mapping of metrics such as {memory_mb: {degraded: 900}}", context)
        else { return [:] }
        var limits: [String: MetricLimit] = [:]
        for name in map.keys {
            guard let field = map[name] else { continue }
            guard (1...128).contains(name.utf8.count), name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
                map.report("the name of a metric has 1 to 128 bytes, without spaces", at: name)
                continue
            }
            limits[name] = readLimit(field)
        }
        return limits
    }

    private func readLimit(_ field: Field) -> MetricLimit? {
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping such as {degraded: 900, unhealthy: 1200}", context)
        else { return nil }
        let limit = MetricLimit(
            degraded: map.optional("degraded", .number(Self.bounds)),
            unhealthy: map.optional("unhealthy", .number(Self.bounds)))
        if map["degraded"] == nil, map["unhealthy"] == nil, !map.hasUnknownKeys {
            map.report("no limit is given", hint: "write it like {degraded: 900, unhealthy: 1200}")
        }
        if let degraded = limit.degraded, let unhealthy = limit.unhealthy, unhealthy < degraded {
            map.report("'unhealthy' is less than 'degraded'", at: "unhealthy")
        }
        return limit
    }
}
