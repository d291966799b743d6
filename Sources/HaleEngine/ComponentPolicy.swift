public import HaleModel

/// One component as it is configured: what the engine has to know of it.
public struct ComponentPolicy: Hashable, Sendable {
    public var id: ComponentID
    public var layer: Layer
    public var labels: [String: String]
    public var isVital: Bool
    public var dependsOn: [ComponentID]
    public var checks: [CheckPolicy]
    public var program: ProgramPolicy?
    public var heal: HealPolicy?

    public init(
        id: ComponentID, layer: Layer = .daemon, labels: [String: String] = [:], isVital: Bool = false,
        dependsOn: [ComponentID] = [], checks: [CheckPolicy] = [], program: ProgramPolicy? = nil,
        heal: HealPolicy? = nil
    ) {
        self.id = id
        self.layer = layer
        self.labels = labels
        self.isVital = isVital
        self.dependsOn = dependsOn
        self.checks = checks
        self.program = program
        self.heal = heal
    }
}
