public import HaleModel

/// Whatever changes an engine, `collectRecords` apart: with the moment of each, all that has to be known to have it decide
/// the same again.
public enum EngineStep: Codable, Sendable {
    case input(Input)
    case reconfigured(Reconfigured)
    /// What was wrong with a configuration that was refused.
    case rejectedConfiguration([String])

    /// Another configuration, taken in while running.
    public struct Reconfigured: Codable, Sendable {
        public var configuration: EngineConfiguration
        /// Components whose program is another one: it is stopped and started.
        public var restarting: Set<ComponentID>
        public var summary: String
        /// The order that is answered once the configuration is in force and written down.
        public var order: UInt64
        /// The name of the token with which it was given; `nil` where none was needed.
        public var giver: String?

        public init(
            _ configuration: EngineConfiguration, restarting: Set<ComponentID>, summary: String, order: UInt64,
            by giver: String? = nil
        ) {
            self.configuration = configuration
            self.restarting = restarting
            self.summary = summary
            self.order = order
            self.giver = giver
        }
    }
}

extension Engine {
    /// Takes one step and adds what follows from it to `effects`.
    public mutating func take(_ step: EngineStep, at moment: Moment, into effects: inout EffectBuffer) {
        switch step {
        case .input(let input): handle(input, at: moment, into: &effects)
        case .reconfigured(let change):
            // Places meant other components before.
            effects.changedViews.removeAll(keepingCapacity: true)
            reconfigure(
                change.configuration, restarting: change.restarting, summary: change.summary,
                by: change.giver, at: moment, into: &effects)
            effects.durable.append((.answer(order: change.order, .accepted(change.summary)), nil))
        case .rejectedConfiguration(let problems): rejectConfiguration(problems, at: moment, into: &effects)
        }
    }
}
