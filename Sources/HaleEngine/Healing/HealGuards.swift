internal import HaleModel

/// What keeps healing from doing harm: why an attempt must wait, and until when. The first guard that objects decides.
struct HealGuards {
    var isBlocked: Bool
    var isStoreTroubled: Bool
    /// When the limit leaves room again, over all tracks of the component; `nil` when it does.
    var limitFrees: Instant?

    /// Whether the ladder must not be judged either: what is not touched is not given up.
    func forbidJudgement(_ policy: HealPolicy) -> Bool { isBlocked || (isStoreTroubled && policy.limit != nil) }

    func objection(to track: HealTrack, _ policy: HealPolicy, at now: Instant) -> HealTrack.Wait? {
        if isStoreTroubled, policy.limit != nil { return .init(.h9, until: nil, .store) }
        if isBlocked { return .init(.h5, until: nil, .blocked) }
        if now < track.notBefore { return .init(.h1, until: track.notBefore, nil) }
        if !track.isInEpisode, let succeeded = track.lastSuccess, now < succeeded + policy.cooldown {
            return .init(.h2, until: succeeded + policy.cooldown, .cooldown)
        }
        if let limitFrees { return .init(.h3, until: limitFrees, .limit) }
        return nil
    }
}
