import HaleModel

/// Lets callers in, by the rules and by what they show.
struct Doorkeeper: Sendable {
    let rules: AccessRules
    /// On the Unix socket everything is allowed: whoever may open it is the owner.
    let isSocket: Bool
    let backend: any ServerBackend
    let sessions: Sessions

    /// Lets the caller in, and says whose token was shown; `nil` where none was, or a link's session.
    func admit(_ caller: Caller) throws(AccessRules.Refusal) -> Bearer? {
        let (shown, bearer) = credential(caller)
        if case .refused(let refusal) = rules.decide(caller.request(isSocket: isSocket, shown)) { throw refusal }
        return bearer
    }

    func letsIn(_ caller: Caller) -> Bool {
        do throws(AccessRules.Refusal) {
            _ = try admit(caller)
            return true
        } catch {
            return false
        }
    }

    /// Whether the caller would be let in now, and as the one that it was; for those that stay.
    func stillAdmits(_ caller: Caller, as bearer: Bearer?) -> Bool {
        do throws(AccessRules.Refusal) {
            return try admit(caller) == bearer
        } catch {
            return false
        }
    }

    private func credential(_ caller: Caller) -> (shown: AccessRequest.Credential, bearer: Bearer?) {
        if let header = caller.fields("authorization").first {
            let words = header.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[0].lowercased() == "bearer",
                let bearer = backend.bearer(of: String(words[1]))
            else { return (.unknown, nil) }
            return (.token(bearer.grant), bearer)
        }
        guard let secret = caller.sessionSecret, let session = sessions.session(secret, holds: backend.holds) else {
            return (.none, nil)
        }
        return (.cookie(session.grant), session.bearer)
    }
}
