internal import HaleEngine
internal import HaleModel

/// Reads `healing:`, what holds for healing as a whole.
struct HealingReader {
    static let keys = ["concurrent", "panicAbove", "mode"]

    let context: ReadingContext

    func read(_ field: Field, observes: Bool) -> HealingPolicy {
        var policy = HealingPolicy()
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping such as {concurrent: 3, mode: observe}", context)
        else { return policy }
        policy.concurrent = map.value("concurrent", .integer(1...1_000), else: policy.concurrent)
        policy.panicAbove = map.value("panicAbove", .share, else: policy.panicAbove)
        let kind = ScalarKind<HealingPolicy.Mode>.choice()
        var mode = map["mode"].flatMap { context.scalar($0, kind) } ?? Setting(policy.mode)
        if observes { mode = Setting(.observe, .commandLine("--observe")) }
        context.record("\(map.path).mode", mode, kind)
        policy.mode = mode.value
        return policy
    }
}
