internal import HaleEngine
internal import HaleModel

/// Reads `flapping:`, when changes between usable and unusable are too many.
struct FlappingReader {
    static let keys = ["changes", "window"]
    private static let window: ClosedRange<TimeSpan> = .seconds(1) ... .days(1)

    let context: ReadingContext

    func read(_ field: Field, over inherited: FlappingPolicy) -> FlappingPolicy {
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping such as {changes: 6, window: 10m}", context)
        else { return inherited }
        return FlappingPolicy(
            changes: map.value("changes", .integer(2...1_000), else: inherited.changes),
            window: map.value("window", .duration(Self.window), else: inherited.window))
    }
}
