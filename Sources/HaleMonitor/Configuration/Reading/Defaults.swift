internal import HaleEngine
internal import HaleModel
internal import HaleResilience

/// What holds where a check or a remedy says nothing of its own: environment over file over default.
struct Defaults {
    var interval = Setting(TimeSpan.seconds(10))
    /// `nil`: the smaller of 5 s and the interval.
    var timeout: Setting<TimeSpan>?
    /// `nil`: half of the interval.
    var recheck: Setting<TimeSpan>?
    var failureThreshold = Setting(SourceState.Thresholds().failures)
    var recoveryThreshold = Setting(SourceState.Thresholds().recoveries)
    var startPeriod = Setting(TimeSpan.seconds(60))
    var slow: Setting<TimeSpan>?

    var breakerFailures = Setting(CircuitBreakerStateMachine.Configuration().failureThreshold)
    var breakerOpen = Setting(CircuitBreakerStateMachine.Configuration().openDuration)
    var breakerSuccesses = Setting(CircuitBreakerStateMachine.Configuration().successThreshold)

    var retries = Setting(HealPolicy.Rung(.program).retries)
    var backoffBase = Setting(BackoffStateMachine.Configuration().base)
    var backoffMax = Setting(BackoffStateMachine.Configuration().max)
    var backoffFactor = Setting(BackoffStateMachine.Configuration().factor)

    static let keys = [
        "interval", "timeout", "recheck", "failureThreshold", "recoveryThreshold", "startPeriod", "slow",
    ]

    /// Reads `defaults:`, then the environment over it, and records what is in force.
    static func read(_ field: Field?, _ context: ReadingContext) -> Defaults {
        var defaults = Defaults()
        if let field { defaults.readFile(field, context) }
        defaults.readEnvironment(context)
        defaults.record(context)
        return defaults
    }

    private mutating func readFile(_ field: Field, _ context: ReadingContext) {
        guard let map = MappingReader(field, keys: Self.keys, expected: "a mapping of defaults", context) else {
            return
        }
        func read<Value: Sendable>(_ key: String, _ kind: ScalarKind<Value>) -> Setting<Value>? {
            map[key].flatMap { context.scalar($0, kind) }
        }
        interval = read("interval", .duration(CheckBounds.interval)) ?? interval
        timeout = read("timeout", .duration(CheckBounds.timeout))
        recheck = read("recheck", .duration(CheckBounds.interval))
        failureThreshold = read("failureThreshold", .integer(CheckBounds.threshold)) ?? failureThreshold
        recoveryThreshold = read("recoveryThreshold", .integer(CheckBounds.threshold)) ?? recoveryThreshold
        startPeriod = read("startPeriod", .duration(CheckBounds.startPeriod)) ?? startPeriod
        slow = read("slow", .duration(CheckBounds.slow))
    }

    private mutating func readEnvironment(_ context: ReadingContext) {
        let environment = EnvironmentReader(context)
        interval = environment.seconds("HEALTH_CHECK_INTERVAL", CheckBounds.interval) ?? interval
        timeout = environment.seconds("HEALTH_CHECK_TIMEOUT", CheckBounds.timeout) ?? timeout
        breakerFailures =
            environment.scalar("HEALTH_FAILURE_THRESHOLD", .integer(CheckBounds.threshold)) ?? breakerFailures
        breakerOpen = environment.seconds("HEALTH_RECOVERY_TIMEOUT", CheckBounds.breakerPause) ?? breakerOpen
        breakerSuccesses =
            environment.scalar("HEALTH_SUCCESS_THRESHOLD", .integer(CheckBounds.threshold)) ?? breakerSuccesses
        retries = environment.scalar("HEALTH_MAX_RETRIES", .integer(HealBounds.retries)) ?? retries
        backoffBase = environment.seconds("HEALTH_BASE_DELAY", HealBounds.backoffBase) ?? backoffBase
        backoffMax = environment.seconds("HEALTH_MAX_DELAY", HealBounds.backoffMax) ?? backoffMax
        backoffFactor =
            environment.scalar("HEALTH_EXPONENTIAL_BASE", .number(HealBounds.backoffFactor)) ?? backoffFactor
    }

    private func record(_ context: ReadingContext) {
        func record<Value: Sendable>(_ key: String, _ setting: Setting<Value>?, _ kind: ScalarKind<Value>) {
            guard let setting else { return }
            context.record("defaults.\(key)", setting, kind)
        }
        record("interval", interval, .duration(CheckBounds.interval))
        record("timeout", timeout, .duration(CheckBounds.timeout))
        record("recheck", recheck, .duration(CheckBounds.interval))
        record("failureThreshold", failureThreshold, .integer(CheckBounds.threshold))
        record("recoveryThreshold", recoveryThreshold, .integer(CheckBounds.threshold))
        record("startPeriod", startPeriod, .duration(CheckBounds.startPeriod))
        record("slow", slow, .duration(CheckBounds.slow))
    }
}

/// Settings by environment variable. Times are plain seconds; an empty variable counts as not set.
struct EnvironmentReader {
    let context: ReadingContext

    init(_ context: ReadingContext) { self.context = context }

    func scalar<Value: Sendable>(_ name: String, _ kind: ScalarKind<Value>) -> Setting<Value>? {
        guard let text = context.environment[name], !text.isEmpty else { return nil }
        do {
            return Setting(try kind.parse(text), .environment(name))
        } catch {
            context.report(
                .init(file: "environment", line: 0, column: 0, path: name, message: error.message, hint: error.hint))
            return nil
        }
    }

    func seconds(_ name: String, _ range: ClosedRange<TimeSpan>) -> Setting<TimeSpan>? {
        let bounds = range.lowerBound.seconds...range.upperBound.seconds
        let kind = ScalarKind<TimeSpan>("plain seconds", show: { .string($0.description) }) { text throws(Mismatch) in
            do throws(Mismatch) {
                return TimeSpan(seconds: try ScalarKind<Double>.number(bounds).parse(text))
            } catch {
                throw Mismatch(error.message, hint: "write plain seconds, such as 10 or 0.5")
            }
        }
        return scalar(name, kind)
    }
}
