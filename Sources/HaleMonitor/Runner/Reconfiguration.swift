import HaleEngine
import HaleModel

/// A new configuration on its way to the owner of the engine.
struct Reconfiguration: Sendable {
    var configuration: HaleConfiguration
    var difference: ConfigurationDifference
    /// The order that is answered when it is in force and written down.
    var order: UInt64
    /// The name of the token with which it was given; `nil` where none was needed.
    var giver: String?
}

extension Reconfiguration {
    /// What the engine is told of it.
    var step: EngineStep.Reconfigured {
        EngineStep.Reconfigured(
            configuration.engine, restarting: difference.restarting, summary: difference.summary, order: order,
            by: giver)
    }
}

extension HaleConfiguration {
    /// Every program with its number of instances.
    var supervised: [(plan: ProgramPlan, instances: Int)] {
        let counts = Dictionary(
            components.compactMap { policy in policy.program.map { (policy.id, $0.instances) } },
            uniquingKeysWith: { first, _ in first })
        return programs.map { ($0, counts[$0.component] ?? 1) }
    }
}
