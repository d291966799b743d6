/// All of an engine between two inputs, in parts that can be written and read one by one: an engine made of it decides
/// everything as the one that it was taken of.
public struct EngineSnapshot: Sendable {
    /// What belongs to no single component.
    public struct Whole: Codable, Sendable {
        fileprivate let engine: Engine
    }

    /// One component.
    public struct Part: Codable, Sendable {
        fileprivate let state: ComponentState
        /// As it is configured, where a person has ordered otherwise.
        fileprivate let configured: ComponentPolicy?
    }

    public struct Incomplete: Error {}

    private let engine: Engine

    public init(_ engine: Engine) { self.engine = engine }

    public var whole: Whole {
        var engine = engine
        engine.components = []
        engine.configuration = engine.configuration.withoutComponents
        return Whole(engine: engine)
    }

    public var count: Int { engine.components.count }

    public func part(_ place: Int) -> Part {
        let state = engine.components[place]
        let configured = engine.configuration.components[place]
        return Part(state: state, configured: configured == state.policy ? nil : configured)
    }

    /// - Throws: `EngineConfiguration.Invalid` or `Incomplete` where the parts are not all of one engine.
    public static func engine(of whole: Whole, _ parts: [Part]) throws -> Engine {
        var engine = whole.engine
        var policies = parts.map { $0.configured ?? $0.state.policy }
        if engine.configuration.referencePlace != nil {
            guard policies.popLast()?.id == EngineConfiguration.referenceID else { throw Incomplete() }
        }
        engine.configuration = try EngineConfiguration(
            components: policies, healing: engine.configuration.healing, references: engine.configuration.references,
            checksPerHost: engine.configuration.checksPerHost)
        engine.components = parts.map(\.state)
        return engine
    }
}
