public import HaleModel

/// All that the engine is told to watch and heal. Valid by construction: ids are unique, dependencies exist and form no
/// cycle, names of checks are unique in their component.
public struct EngineConfiguration: Codable, Sendable {
    public enum Invalid: Error, Hashable, Sendable {
        case duplicateComponent(ComponentID)
        case duplicateCheck(ComponentID, String)
        case unknownDependency(ComponentID, on: ComponentID)
        case dependencyCycle([ComponentID])
        case emptyLadder(ComponentID)
        case tooFewReferences
    }

    public let components: [ComponentPolicy]
    public let healing: HealingPolicy
    /// Reference targets (C10): when all of them fail, Hale has lost its own network. None, or two at least.
    public let references: [CheckPolicy]
    /// The component whose checks are the reference targets.
    public static let referenceID: ComponentID = "connectivity"
    /// Runs of checks against one host at once. Default 8.
    public let checksPerHost: Int
    /// Where the reference targets stand among the components.
    let referencePlace: Int?
    let graph: DependencyGraph
    let places: [ComponentID: Int]

    public init(
        components: [ComponentPolicy], healing: HealingPolicy = .init(), references: [CheckPolicy] = [],
        checksPerHost: Int = 8
    ) throws(Invalid) {
        var components = components
        referencePlace = references.isEmpty ? nil : components.count
        if !references.isEmpty {
            components.append(ComponentPolicy(id: Self.referenceID, layer: .node, weight: 0, checks: references))
        }
        var places: [ComponentID: Int] = [:]
        for (place, policy) in components.enumerated() {
            guard places.updateValue(place, forKey: policy.id) == nil else { throw .duplicateComponent(policy.id) }
            var names: Set<String> = []
            for check in policy.checks where !names.insert(check.name).inserted {
                throw .duplicateCheck(policy.id, check.name)
            }
            if let heal = policy.heal, heal.rungs.isEmpty { throw .emptyLadder(policy.id) }
        }
        var edges: [[Int]] = []
        for policy in components {
            var targets: [Int] = []
            for dependency in policy.dependsOn {
                guard let place = places[dependency.on] else {
                    throw .unknownDependency(policy.id, on: dependency.on)
                }
                targets.append(place)
            }
            edges.append(targets)
        }
        graph = DependencyGraph(edges)
        if let cycle = graph.findCycle() { throw .dependencyCycle(cycle.map { components[$0].id }) }
        guard references.isEmpty || references.count > 1 else { throw .tooFewReferences }
        self.components = components
        self.healing = healing
        self.references = references
        self.checksPerHost = checksPerHost
        self.places = places
    }

    private init(healing: HealingPolicy, references: [CheckPolicy], checksPerHost: Int) {
        components = []
        self.healing = healing
        self.references = references
        self.checksPerHost = checksPerHost
        referencePlace = references.isEmpty ? nil : 0
        graph = DependencyGraph([])
        places = [:]
    }

    /// What holds for all components, and none of them.
    var withoutComponents: EngineConfiguration {
        EngineConfiguration(healing: healing, references: references, checksPerHost: checksPerHost)
    }

    private enum CodingKeys: CodingKey { case components, healing, references, checksPerHost }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let components = try container.decode([ComponentPolicy].self, forKey: .components)
        let healing = try container.decode(HealingPolicy.self, forKey: .healing)
        let references = try container.decode([CheckPolicy].self, forKey: .references)
        let checksPerHost = try container.decode(Int.self, forKey: .checksPerHost)
        do {
            self = try EngineConfiguration(
                components: components, healing: healing, references: references, checksPerHost: checksPerHost)
        } catch {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "\(error)"))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        // The reference targets' component is made of them.
        let own = referencePlace == nil ? components[...] : components.dropLast()
        try container.encode(Array(own), forKey: .components)
        try container.encode(healing, forKey: .healing)
        try container.encode(references, forKey: .references)
        try container.encode(checksPerHost, forKey: .checksPerHost)
    }
}
