internal import HaleModel

extension Engine {
    mutating func tellInterrupted(_ place: Int, _ attempt: HealAttempt, _ reason: String) {
        let id = components[place].policy.id
        emit(
            .healInterrupted, .warning, id, "\(id): \(attempt.intent.remedy) was interrupted: \(reason)",
            ["intent": .number(Double(attempt.id))])
        markDirty(place)
    }

    mutating func tellGaveUp(_ place: Int, _ reason: String) {
        let id = components[place].policy.id
        emit(
            .gaveUp, .failure, id, "\(id): Hale gives up, a person is needed: \(reason)",
            ["evidence": .string(components[place].levelCause.evidence)])
        markDirty(place)
    }

    mutating func tellWait(_ place: Int, _ wait: HealTrack.Wait) {
        guard let reason = wait.suppression else { return }
        let end = reason == .observe ? "; it would give up" : ""
        let id = components[place].policy.id
        let span = wait.until.map { " for \($0 - now.boot)" } ?? ""
        tellSuppressed(place, reason, "\(id) is not healed\(span): \(self.reason(for: reason, place))\(end)")
    }

    /// Why a remedy is kept back, with the evidence.
    func reason(for suppression: SuppressionReason, _ place: Int) -> String {
        switch suppression {
        case .cooldown: "it was healed successfully a short while ago (cooldown)"
        case .limit: "the limit of attempts is reached"
        case .blocked:
            "it depends on \(blockers(of: place).map(\.name).joined(separator: ", ")), which is not well"
        case .store: "the store can't be written (\(storeTrouble ?? "unknown reason"))"
        case .paused: "it is paused"
        case .maintenance: "it is under maintenance"
        case .owner: "\(components[place].foreignOwner ?? "somebody else") owns it"
        case .group: "another member of its group is being healed, or too few are healthy"
        case .panic: "\(lostUnblocked) of \(tally.unblocked) components are down at once (panic)"
        case .budget: "\(budget.atWork.count) other remedies are at work, no more at once"
        case .observe: "Hale only observes (healing.mode: observe)"
        case .doubt: "Hale has lost its network, and what is remote says nothing"
        case .veto: "its hook said no"
        }
    }

    mutating func tellSuppressed(_ place: Int, _ reason: SuppressionReason, _ message: String) {
        emit(
            .healSuppressed, reason == .limit ? .warning : .info, components[place].policy.id, message,
            ["reason": .string(reason.rawValue), "rule": .string(reason.rule.rawValue)])
    }
}
