internal import HaleEngine
internal import HaleModel

/// Reads `errorRate:`, what the share of failed operations means.
struct ErrorRateReader {
    static let keys = ["window", "degraded", "unhealthy", "down", "minimum", "slow"]
    private static let window: ClosedRange<TimeSpan> = .seconds(1) ... .hours(24)

    let context: ReadingContext

    func read(
        _ field: Field, over inherited: ErrorRateSettings, _ environment: EnvironmentReader? = nil
    ) -> ErrorRateSettings {
        var result = inherited
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping such as {degraded: 5%, unhealthy: 20%, down: 50%}", context
            )
        else { return inherited }
        result.window = map.setting("window", .duration(Self.window), else: inherited.window)
        var shares = RisingSettings(map, .share)
        result.degraded = shares.next(
            "degraded", environment: environment?.scalar("HEALTH_ERROR_RATE_THRESHOLD", .share),
            else: inherited.degraded)
        result.unhealthy = shares.next("unhealthy", else: inherited.unhealthy)
        result.down = shares.next("down", else: inherited.down)
        result.minimum = map.setting("minimum", .integer(1...1_000_000), else: inherited.minimum)
        if let slow = map["slow"].flatMap({ context.scalar($0, .duration(CheckBounds.slow)) }) ?? inherited.slow {
            result.slow = slow
            context.record("\(map.path).slow", slow, .duration(CheckBounds.slow))
        }
        return result
    }
}

/// An error-rate policy whose values know where they came from.
struct ErrorRateSettings {
    var window = Setting(ErrorRatePolicy().window)
    var degraded = Setting(ErrorRatePolicy().degraded)
    var unhealthy = Setting(ErrorRatePolicy().unhealthy)
    var down = Setting(ErrorRatePolicy().down)
    var minimum = Setting(ErrorRatePolicy().minimum)
    var slow: Setting<TimeSpan>?

    var policy: ErrorRatePolicy {
        ErrorRatePolicy(
            window: window.value, degraded: degraded.value, unhealthy: unhealthy.value, down: down.value,
            minimum: minimum.value, slow: slow?.value)
    }
}
