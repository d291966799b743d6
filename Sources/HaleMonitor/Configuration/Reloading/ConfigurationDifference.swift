package import HaleEngine
package import HaleModel

/// What a configuration changes of another one.
package struct ConfigurationDifference: Hashable, Sendable {
    /// One value that is another one afterwards.
    package struct Field: Hashable, Sendable {
        /// Such as `check.interval`, counted from its component, or `defaults.flapping.changes`.
        package var path: String
        /// `nil` where there was none, or is none any more.
        package var before: JSONValue?
        package var after: JSONValue?
    }

    package struct Change: Hashable, Sendable {
        package var id: ComponentID
        /// Empty where what changed is not to be shown.
        package var fields: [Field]
        /// Its program runs with something else from now on, and so is restarted.
        package var restartsProgram: Bool
    }

    package var added: [ComponentID]
    package var removed: [ComponentID]
    package var changed: [Change]
    /// What is in force for all of Hale, such as `healing.mode`.
    package var settings: [Field]
    /// What takes effect when Hale is restarted: `data`, `recording:`, and of `server:` all but its tokens.
    package var needsRestart: [Field]

    package init(from old: HaleConfiguration, to new: HaleConfiguration) {
        let former = Parts(old)
        let fresh = Parts(new)
        added = new.components.map(\.id).filter { former.policies[$0] == nil }
        removed = old.components.map(\.id).filter { fresh.policies[$0] == nil }
        let others = new.components.map(\.id).filter {
            former.policies[$0] != nil && !fresh.isSame($0, as: former)
        }
        let before = Values(old, of: Set(others))
        let after = Values(new, of: Set(others))
        changed = others.map { id in
            let fields = Self.fields(before.own[id] ?? [:], after.own[id] ?? [:])
            return Change(
                id: id, fields: fields.isEmpty ? Self.fields(before.defaults, after.defaults) : fields,
                restartsProgram: fresh.restartsProgram(id, after: former))
        }
        let global = Self.fields(before.settings, after.settings)
        needsRestart = global.filter { Self.isFixed($0.path) }
        settings = global.filter { !Self.isFixed($0.path) }
        if old.access.tokens != new.access.tokens, !settings.contains(where: { $0.path.hasPrefix("server.tokens") }) {
            let hidden = JSONValue.string(Secrets.shown)
            settings.append(Field(path: "server.tokens", before: hidden, after: hidden))
        }
    }

    private static func isFixed(_ path: String) -> Bool {
        path == "data" || path.hasPrefix("recording.")
            || (path.hasPrefix("server.") && !path.hasPrefix("server.tokens"))
    }

    private static func fields(_ old: [String: JSONValue], _ new: [String: JSONValue]) -> [Field] {
        Set(old.keys).union(new.keys).sorted().compactMap { path in
            old[path] == new[path] ? nil : Field(path: path, before: old[path], after: new[path])
        }
    }

    /// Whether nothing is to be done at once.
    package var isEmptyNow: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && settings.isEmpty }
    package var isEmpty: Bool { isEmptyNow && needsRestart.isEmpty }

    /// The components whose programs are restarted.
    package var restarting: Set<ComponentID> { Set(changed.filter(\.restartsProgram).map(\.id)) }
}

/// A configuration by component, to be compared.
private struct Parts {
    var policies: [ComponentID: ComponentPolicy] = [:]
    var programs: [ComponentID: ProgramPlan] = [:]
    var checks: [ComponentID: Set<CheckPlan>] = [:]

    init(_ configuration: HaleConfiguration) {
        for policy in configuration.components { policies[policy.id] = policy }
        for plan in configuration.programs { programs[plan.component] = plan }
        for plan in configuration.checks { checks[plan.component, default: []].insert(plan) }
    }

    func isSame(_ id: ComponentID, as other: Parts) -> Bool {
        policies[id] == other.policies[id] && programs[id] == other.programs[id] && checks[id] == other.checks[id]
    }

    /// Whether a program that runs is to run otherwise. How much of its output is kept is no reason to end it.
    func restartsProgram(_ id: ComponentID, after other: Parts) -> Bool {
        guard var new = programs[id], let old = other.programs[id] else { return false }
        new.log = old.log
        return new != old
    }
}

/// The values in force, by what they belong to.
private struct Values {
    var own: [ComponentID: [String: JSONValue]] = [:]
    /// What components inherit without a word.
    var defaults: [String: JSONValue] = [:]
    /// Values that belong to no component.
    var settings: [String: JSONValue] = [:]

    private static let prefix = "components."

    /// - Parameter wanted: the components whose values are of interest.
    init(_ configuration: HaleConfiguration, of wanted: Set<ComponentID>) {
        var names: [Substring: ComponentID] = [:]
        if !wanted.isEmpty {
            for policy in configuration.components { names[policy.id.name[...]] = policy.id }
        }
        for entry in configuration.effective.entries {
            if entry.path.hasPrefix(Self.prefix) {
                guard let (id, path) = Self.component(entry.path, names), wanted.contains(id) else { continue }
                own[id, default: [:]][path] = entry.value
            } else if entry.path.hasPrefix("defaults.") {
                defaults[entry.path] = entry.value
            } else {
                settings[entry.path] = entry.value
            }
        }
    }

    /// Ids may contain dots: `components.a.b.check.interval` belongs to `a.b`, where there is such a component.
    private static func component(_ path: String, _ names: [Substring: ComponentID]) -> (ComponentID, String)? {
        let place = path.utf8.index(path.startIndex, offsetBy: prefix.utf8.count)
        var found: (ComponentID, String)?
        for dot in path[place...].utf8.indices where path.utf8[dot] == UInt8(ascii: ".") {
            let rest = path[path.utf8.index(after: dot)...]
            guard let id = names[path[place..<dot]],
                ComponentReader.keys.contains(String(rest.prefix { $0 != "." && $0 != "[" }))
            else { continue }
            found = (id, String(rest))
        }
        return found
    }
}
