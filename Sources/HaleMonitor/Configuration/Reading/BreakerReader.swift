internal import HaleModel
internal import HaleResilience

/// The values of a check's circuit breaker, with where they came from.
struct BreakerSettings {
    static let keys = ["failures", "open", "max", "successes"]
    /// Checks are never spared.
    static let off = "off"

    var failures = Setting(CircuitBreakerStateMachine.Configuration().failureThreshold)
    var open = Setting(CircuitBreakerStateMachine.Configuration().openDuration)
    var max = Setting(CircuitBreakerStateMachine.Configuration().maxOpenDuration)
    var successes = Setting(CircuitBreakerStateMachine.Configuration().successThreshold)

    /// What a mapping says, and the environment over it.
    func read(_ field: Field, _ context: ReadingContext, _ environment: EnvironmentReader? = nil) -> BreakerSettings {
        if case .scalar(Self.off, _) = field.node.content {
            var result = self
            result.failures = Setting(.max, context.origin(of: field))
            context.record(field.path, .string(Self.off), context.origin(of: field))
            return result
        }
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping for the circuit breaker, or '\(Self.off)'", context)
        else { return self }
        var result = self
        func count(_ key: String, _ variable: String, _ inherited: Setting<Int>) -> Setting<Int> {
            let kind = ScalarKind<Int>.integer(CheckBounds.threshold)
            let inFile = map[key].flatMap { context.scalar($0, kind) }
            let setting = environment?.scalar(variable, kind) ?? inFile ?? inherited
            context.record("\(map.path).\(key)", setting, kind)
            return setting
        }
        result.failures = count("failures", "HEALTH_FAILURE_THRESHOLD", failures)
        var pauses = RisingSettings(map, .duration(CheckBounds.breakerPause))
        result.open = pauses.next(
            "open", environment: environment?.seconds("HEALTH_RECOVERY_TIMEOUT", CheckBounds.breakerPause), else: open)
        result.max = pauses.next("max", else: max)
        result.successes = count("successes", "HEALTH_SUCCESS_THRESHOLD", successes)
        return result
    }

    var configuration: CircuitBreakerStateMachine.Configuration {
        var configuration = CircuitBreakerStateMachine.Configuration(
            failureThreshold: failures.value, successThreshold: successes.value, openDuration: open.value)
        configuration.maxOpenDuration = max.value
        return configuration
    }
}
