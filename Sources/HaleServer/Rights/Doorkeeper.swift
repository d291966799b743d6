import HaleModel

/// Lets callers in, by the rules and by what they show.
struct Doorkeeper: Sendable {
    let rules: AccessRules
    /// On the Unix socket everything is allowed: whoever may open it is the owner.
    let isSocket: Bool
    let backend: any ServerBackend
    let sessions: Sessions

    /// With what the caller is let in; `nil` where that needs nothing.
    func admit(_ caller: Caller) throws(AccessRules.Refusal) -> Grant? {
        let shown = credential(caller)
        if case .refused(let refusal) = rules.decide(caller.request(isSocket: isSocket, shown)) { throw refusal }
        return shown.grant
    }

    func letsIn(_ caller: Caller) -> Bool {
        do throws(AccessRules.Refusal) {
            _ = try admit(caller)
            return true
        } catch {
            return false
        }
    }

    /// Whether what the caller shows is still worth what it was; for those that stay.
    func stillKnows(_ caller: Caller) -> Bool {
        switch credential(caller) {
        case .unknown: false
        case .none: caller.sessionSecret == nil
        case .token, .cookie: true
        }
    }

    private func credential(_ caller: Caller) -> AccessRequest.Credential {
        if let header = caller.fields("authorization").first {
            let words = header.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[0].lowercased() == "bearer", let grant = backend.grant(for: String(words[1]))
            else { return .unknown }
            return .token(grant)
        }
        guard let secret = caller.sessionSecret else { return .none }
        guard let grant = sessions.grant(secret, holds: backend.holds) else { return .none }
        return .cookie(grant)
    }
}
