internal import HaleModel

/// What keeps healing from doing harm: why an attempt must wait, and until when. The first guard that objects decides.
struct HealGuards {
    var isBlocked: Bool
    var isStoreTroubled: Bool

    func objection(to track: HealTrack, _ policy: HealPolicy, at now: Instant) -> HealTrack.Wait? {
        if isStoreTroubled, policy.limit != nil { return .init(.h9, until: nil, .store) }
        if isBlocked { return .init(.h5, until: nil, .blocked) }
        if now < track.notBefore { return .init(.h1, until: track.notBefore, nil) }
        if !track.isInEpisode, let succeeded = track.lastSuccess, now < succeeded + policy.cooldown {
            return .init(.h2, until: succeeded + policy.cooldown, .cooldown)
        }
        if let limit = policy.limit, let free = track.limitFrees(limit, at: now) { return .init(.h3, until: free, .limit) }
        return nil
    }
}
