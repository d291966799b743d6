import HaleModel

/// Reads the configuration again when it is told to. A bad one is refused whole; of a good one, what did not change is
/// left alone.
actor Reloader {
    private let place: ConfigurationPlace?
    private let inbox: Inbox
    private let desk: OrderDesk
    /// With which Hale was started: what of it can't be changed while it runs.
    private let started: HaleConfiguration
    private var current: HaleConfiguration

    init(
        _ configuration: HaleConfiguration, place: ConfigurationPlace?, inbox: Inbox, desk: OrderDesk
    ) {
        self.place = place
        self.inbox = inbox
        self.desk = desk
        started = configuration
        current = configuration
    }

    /// - Parameter isRehearsal: only tell what would change.
    func reload(isRehearsal: Bool = false) async -> ReloadAnswer {
        guard let place else {
            return .refused(OrderRefusal(.conflict, "this Hale was not started from a configuration file"))
        }
        let fresh: HaleConfiguration
        do {
            fresh = try place.load()
        } catch {
            let problems = error.problems.map(\.description)
            if !isRehearsal { inbox.post(rejected: problems) }
            return .rejected(problems)
        }
        var difference = ConfigurationDifference(from: current, to: fresh)
        difference.needsRestart = ConfigurationDifference(from: started, to: fresh).needsRestart
        guard !isRehearsal, !difference.isEmptyNow else { return .accepted(difference.document) }
        return await apply(fresh, difference)
    }

    private func apply(_ fresh: HaleConfiguration, _ difference: ConfigurationDifference) async -> ReloadAnswer {
        let former = current
        current = fresh
        let answer = await desk.submit { [inbox] order in
            inbox.post(Reconfiguration(configuration: fresh, difference: difference, order: order))
        }
        guard case .refused(let refusal) = answer else { return .accepted(difference.document) }
        current = former
        return .refused(refusal)
    }
}
