import HaleEngine
import HaleModel
import HaleServer
import Logging

/// Changes the configuration while Hale runs: reads it again, or takes in what is registered. A bad one is refused whole;
/// of a good one, what did not change is left alone. One change at a time.
actor Reloader {
    private let place: ConfigurationPlace?
    private let inbox: Inbox
    private let desk: OrderDesk
    private let tokens: TokenBook
    private let identity: TLSIdentity?
    private let closures: Closures
    private let logger: Logger
    /// With which Hale was started: what of it can't be changed while it runs.
    private let started: HaleConfiguration
    private var current: HaleConfiguration
    private var hasBegun = false
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(
        _ configuration: HaleConfiguration, place: ConfigurationPlace?, inbox: Inbox, desk: OrderDesk,
        tokens: TokenBook, identity: TLSIdentity?, closures: Closures, logger: Logger
    ) {
        self.place = place
        self.inbox = inbox
        self.desk = desk
        self.tokens = tokens
        self.identity = identity
        self.closures = closures
        self.logger = logger
        started = configuration
        current = configuration
        Self.tell(configuration.leftOut, logger)
    }

    private static func tell(_ leftOut: [String], _ logger: Logger) {
        for problem in leftOut { logger.warning("A registered component is left out: \(problem)") }
    }

    /// Every value in force and where it came from.
    var effective: ConfigurationDescription { current.effective }

    /// What the engine begins with; from here on it is told of every change.
    func begin() -> HaleConfiguration {
        hasBegun = true
        return current
    }

    // MARK: The program that embeds Hale

    /// Watches a component of the program that embeds Hale, or watches it otherwise from here on; `nil`: no more.
    func embed(_ id: ComponentID, _ component: (policy: ComponentPolicy, own: Closures.Own)?) async
        -> RegistrationAnswer
    {
        await enter()
        defer { leave() }
        // The engine may ask for a check of it at once; what goes is not asked any more.
        let former = component.map { closures.replace($0.own, of: id) }
        let answer = await watch(id, component?.policy)
        if case .accepted = answer {
            if component == nil { closures.replace(nil, of: id) }
        } else if let former {
            closures.replace(former, of: id)
        }
        return answer
    }

    private func watch(_ id: ComponentID, _ policy: ComponentPolicy?) async -> RegistrationAnswer {
        let message = policy == nil ? "\(id) is not watched any more" : "\(id) is registered"
        var components = current.components
        if let place = components.firstIndex(where: { $0.id == id }) {
            if let policy { components[place] = policy } else { components.remove(at: place) }
        } else {
            guard let policy else {
                return .refused(OrderRefusal(.unknownComponent, "there is no component '\(id)'"))
            }
            components.append(policy)
        }
        let fresh: HaleConfiguration
        do throws(EngineConfiguration.Invalid) {
            fresh = try current.watching(components)
        } catch {
            return .rejected([error.inWords])
        }
        let difference = ConfigurationDifference(from: current, to: fresh)
        guard hasBegun, !difference.isEmptyNow else {
            current = fresh
            return .accepted(message)
        }
        if let refusal = await apply(fresh, difference) { return .refused(refusal) }
        return .accepted(message)
    }

    // MARK: The files

    /// - Parameters:
    ///   - isRehearsal: only tell what would change.
    ///   - giver: the name of the token with which it is ordered; `nil` where none was needed. Likewise below.
    func reload(isRehearsal: Bool = false, by giver: String? = nil) async -> ReloadAnswer {
        guard let place else { return .refused(Self.noFile) }
        await enter()
        defer { leave() }
        let fresh: HaleConfiguration
        do {
            // What was registered is in the data directory that Hale was started with, whatever `data:` says now.
            fresh = try place.load(place.loadFiles(), current.registrations)
        } catch {
            let problems = error.problems.map(\.description)
            if !isRehearsal { inbox.post(rejected: problems) }
            return .rejected(problems)
        }
        var difference = ConfigurationDifference(from: current, to: fresh)
        difference.needsRestart = ConfigurationDifference(from: started, to: fresh).needsRestart
        var document = difference.document
        document.leftOut = fresh.leftOut.isEmpty ? nil : fresh.leftOut
        guard !isRehearsal else { return .accepted(document) }
        // It was read with the configuration a moment ago; where it is of no use any more, the watch on it tells.
        if (try? identity?.reload()) == true {
            document.certificateRenewed = true
            logger.notice("New connections get the certificate that is in its file now")
        }
        if difference.isEmptyNow {
            current = fresh
        } else if let refusal = await apply(fresh, difference, by: giver) {
            return .refused(refusal)
        }
        tokens.replace(configured: fresh.access.tokens)
        Self.tell(fresh.leftOut, logger)
        return .accepted(document)
    }

    // MARK: Registrations

    func register(_ registration: ComponentRegistration, by giver: String?) async -> RegistrationAnswer {
        await enter()
        defer { leave() }
        let id = registration.id
        guard let place else { return .refused(Self.noFile) }
        let others = current.registrations.filter { $0.id != id }
        guard others.count < RegistrationFile.maxComponents else {
            return .refused(
                OrderRefusal(.conflict, "\(RegistrationFile.maxComponents) components are registered already"))
        }
        if !current.registered.contains(id), current.components.contains(where: { $0.id == id }) {
            return .refused(OrderRefusal(.conflict, "\(id) is in the configuration file, which wins"))
        }
        let fresh: HaleConfiguration
        do {
            fresh = try place.load(
                current, others + [registration], requiring: current.registered.union([registration.id]))
        } catch {
            let problems = error.registrationProblems
            return .rejected(problems.isEmpty ? error.problems.map(\.description) : problems)
        }
        if let refusal = await keep(fresh, by: giver) { return .refused(refusal) }
        return .accepted("\(id) is registered")
    }

    func unregister(_ id: ComponentID, by giver: String?) async -> RegistrationAnswer {
        await enter()
        defer { leave() }
        guard let place else { return .refused(Self.noFile) }
        guard current.registered.contains(id) || !current.components.contains(where: { $0.id == id }) else {
            return .refused(
                OrderRefusal(.conflict, "\(id) is in the configuration file; take it out there, and `hale reload`"))
        }
        let others = current.registrations.filter { $0.id != id }
        guard others.count < current.registrations.count else {
            return .refused(OrderRefusal(.unknownComponent, "there is no component '\(id)'"))
        }
        let fresh: HaleConfiguration
        do {
            fresh = try place.load(current, others, requiring: current.registered.subtracting([id]))
        } catch {
            return .refused(
                OrderRefusal(.conflict, "\(id) is needed: \(error.registrationProblems.joined(separator: "; "))"))
        }
        if let refusal = await keep(fresh, by: giver) { return .refused(refusal) }
        return .accepted("\(id) is not watched any more")
    }

    /// Writes the registrations down and takes them in; where the latter fails, the file says what it said.
    private func keep(_ fresh: HaleConfiguration, by giver: String?) async -> OrderRefusal? {
        let file = RegistrationFile(dataDirectory: started.dataDirectory)
        let former = current.registrations
        guard file.save(fresh.registrations) else {
            return OrderRefusal(.unavailable, "\(file.path) can't be written: \(DurableFile.reason)")
        }
        let difference = ConfigurationDifference(from: current, to: fresh)
        guard let refusal = await apply(fresh, difference, by: giver) else { return nil }
        _ = file.save(former)
        return refusal
    }

    // MARK: One at a time

    private func apply(
        _ fresh: HaleConfiguration, _ difference: ConfigurationDifference, by giver: String? = nil
    ) async -> OrderRefusal? {
        let answer = await desk.submit { [inbox] order in
            inbox.post(Reconfiguration(configuration: fresh, difference: difference, order: order, giver: giver))
        }
        switch answer {
        // In force: what it says stands in files, and only the event that tells of it is lost.
        case .refused(let refusal) where refusal.kind == .unrecorded: logger.warning("\(refusal.message)")
        case .refused(let refusal): return refusal
        default: break
        }
        current = fresh
        return nil
    }

    private static let noFile = OrderRefusal(.conflict, "this Hale was not started from a configuration file")

    private func enter() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }
}
