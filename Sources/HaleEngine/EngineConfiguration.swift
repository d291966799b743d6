public import HaleModel

/// All that the engine is told to watch and heal. Valid by construction: ids are unique, dependencies exist and form no
/// cycle, names of checks are unique in their component.
public struct EngineConfiguration: Sendable {
    public enum Invalid: Error, Hashable, Sendable {
        case duplicateComponent(ComponentID)
        case duplicateCheck(ComponentID, String)
        case unknownDependency(ComponentID, on: ComponentID)
        case dependencyCycle([ComponentID])
        case emptyLadder(ComponentID)
    }

    public let components: [ComponentPolicy]
    let graph: DependencyGraph
    let places: [ComponentID: Int]

    public init(components: [ComponentPolicy]) throws(Invalid) {
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
                guard let place = places[dependency] else { throw .unknownDependency(policy.id, on: dependency) }
                targets.append(place)
            }
            edges.append(targets)
        }
        graph = DependencyGraph(edges)
        if let cycle = graph.findCycle() { throw .dependencyCycle(cycle.map { components[$0].id }) }
        self.components = components
        self.places = places
    }
}
