internal import HaleModel

/// Rule C1 (and S6 for several processes): one level from many sources.
enum ComponentRules {
    /// The level of a component whose sources are its checks and its processes.
    static func level(checks: some Sequence<SourceLevel>, processes: some Collection<SourceLevel>) -> SourceLevel {
        var worst = level(processes: processes)
        for level in checks { worst = max(worst, level) }
        return worst
    }

    /// Some dead: degraded. All dead: down. Otherwise the worst.
    static func level(processes: some Collection<SourceLevel>) -> SourceLevel {
        var dead = 0
        var worst = SourceLevel.unknown
        for level in processes {
            if level == .down { dead += 1 } else { worst = max(worst, level) }
        }
        if dead == 0 { return worst }
        return dead == processes.count ? .down : max(worst, .degraded)
    }
}
