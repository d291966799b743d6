internal import HaleModel

/// What keeps healing from doing harm: why an attempt must wait, and until when. The first guard that objects decides.
struct HealGuards {
    var hold: Hold?
    var isBlocked = false
    var isStoreTroubled = false
    /// A direct dependency fails and is not judged yet, or nothing was heard of the component itself since it ceased to be
    /// blocked or a panic ended (C8, H5, H4).
    var isUndecided = false
    /// Who owns it instead of Hale (H7).
    var owner: String?
    /// Hale has lost its network, and what is remote says nothing (C10).
    var isDoubted = false
    /// When the limit leaves room again, over all tracks of the component; `nil` when it does.
    var limitFrees: Instant?
    /// Another member of its group is being healed, or too few others are healthy (H6).
    var isGroupBusy = false
    var isPanicking = false
    var isBudgetUsed = false
    /// Hale watches and touches nothing (H10).
    var isObserving = false

    /// Whether the ladder must not be judged either: what is not touched is not given up.
    func forbidJudgement(_ policy: HealPolicy) -> Bool {
        isBlocked || hold != nil || owner != nil || isDoubted || isUndecided || (isStoreTroubled && policy.limit != nil)
    }

    func objection(to track: HealTrack, _ need: HealTrack.Need, _ policy: HealPolicy, at now: Instant)
        -> HealTrack.Wait?
    {
        if isStoreTroubled, policy.limit != nil { return .init(.h9, until: nil, .store) }
        if let hold { return .init(.c6, until: hold.until, hold.suppression) }
        if isBlocked { return .init(.h5, until: nil, .blocked) }
        if owner != nil { return .init(.h7, until: nil, .owner) }
        if isDoubted { return .init(.c10, until: nil, .doubt) }
        if isUndecided { return .init(.c8, until: nil, nil) }
        if need == .loss, now < track.notBefore { return .init(.h1, until: track.notBefore, nil) }
        if need == .loss, !track.isInEpisode, let succeeded = track.lastSuccess, now < succeeded + policy.cooldown {
            return .init(.h2, until: succeeded + policy.cooldown, .cooldown)
        }
        if let limitFrees { return .init(.h3, until: limitFrees, .limit) }
        if isGroupBusy { return .init(.h6, until: nil, .group) }
        if isPanicking { return .init(.h4, until: nil, .panic) }
        if isBudgetUsed { return .init(.h4, until: nil, .budget) }
        return nil
    }
}
