internal import HaleEngine
internal import HaleModel
internal import HaleResilience

/// What can be made plainer without being gone.
enum Simplification {
    static let ofScenario: [@Sendable (inout Scenario) -> Void] = [
        { $0.references = [] },
        { $0.healing = HealingPolicy() },
        { $0.checksPerHost = 8 },
        { $0.absentAtFirst = [] },
        { scenario in
            for index in scenario.faults.indices { scenario.faults[index].at = scenario.faults[index].at.inSeconds }
        },
    ]

    static let ofComponent: [@Sendable (inout ComponentModel) -> Void] = [
        { $0 = plain($0) },
        { $0.policy.dependsOn = [] },
        { $0.policy.hooks = HookPolicy() },
        { $0.policy.group = nil },
        { model in
            // A component has something to be watched by.
            guard model.policy.program != nil || !model.policy.checks.isEmpty else { return }
            model.policy.heartbeat = nil
            model.policy.limits = [:]
            model.beatEvery = nil
        },
        { model in
            guard model.policy.program != nil || model.policy.heartbeat != nil else { return }
            model.policy.checks = []
        },
        { model in model.policy.checks = Array(model.policy.checks.prefix(1)) },
        { model in
            model.policy.checks = model.policy.checks.map {
                CheckPolicy(name: $0.name, kind: $0.kind, host: $0.host, isRemote: $0.isRemote)
            }
        },
        { model in
            guard var program = model.policy.program else { return }
            program = ProgramPolicy(instances: 1)
            model.policy.program = program
        },
        { model in
            guard let heal = model.policy.heal, let first = heal.rungs.first else { return }
            model.policy.heal?.rungs = [HealPolicy.Rung(first.remedy)]
        },
        { $0.policy.heal?.limit = nil },
        { $0.policy.heal?.cooldown = .zero },
    ]

    /// The same policy in a component that behaves as usual.
    private static func plain(_ model: ComponentModel) -> ComponentModel {
        var plain = ComponentModel(model.policy)
        plain.beatEvery = model.beatEvery
        plain.needsDependencies = model.needsDependencies
        return plain
    }
}

extension Scenario {
    /// The same without one component and whatever strikes it alone.
    func without(_ place: Int) -> Scenario {
        let id = components[place].policy.id
        var smaller = self
        smaller.components.remove(at: place)
        for index in smaller.components.indices {
            smaller.components[index].policy.dependsOn.removeAll { $0.on == id }
        }
        smaller.absentAtFirst = Set(absentAtFirst.filter { $0 != place }.map { $0 > place ? $0 - 1 : $0 })
        smaller.faults = faults.compactMap { planned in
            if case .order(let order) = planned.fault, order.component == id { return nil }
            guard let other = planned.fault.component else { return planned }
            guard other != place else { return nil }
            var planned = planned
            if other > place { planned.fault = planned.fault.moved(to: other - 1) }
            return planned
        }
        return smaller
    }
}

extension TimeSpan {
    /// Without what is less than a second.
    fileprivate var inSeconds: TimeSpan { .seconds(nanoseconds / 1_000_000_000) }
}
