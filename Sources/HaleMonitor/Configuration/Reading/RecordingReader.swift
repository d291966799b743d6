internal import HaleModel

/// Reads `recording:`, how much is kept of what the engine is told.
struct RecordingReader {
    static let keys = ["enabled", "size", "age"]

    let context: ReadingContext

    func read(_ field: Field) -> RecordingSettings {
        let settings = RecordingSettings()
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping such as {size: 1GiB, age: 7d}", context)
        else { return settings }
        return RecordingSettings(
            isOn: map.value("enabled", .boolean, else: settings.isOn),
            maxBytes: map.value("size", .size((1 << 20)...(1 << 40)), else: settings.maxBytes),
            maxAge: map.value("age", .duration(.minutes(1) ... .days(366)), else: settings.maxAge))
    }
}
