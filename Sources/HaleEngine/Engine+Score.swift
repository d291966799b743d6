public import HaleModel
internal import HaleResilience

extension Engine {
    /// Brings the sums up to date with one component.
    mutating func recount(_ place: Int) {
        let isDoubted = doubtSince != nil && hasRemoteSource(place)
        let new = ask(place) { $0.newContribution(isDoubted: isDoubted) }
        guard components[place].contribution != new else { return }
        tally.replace(components[place].contribution, by: new)
        trackLost(components[place].contribution, new)
        components[place].contribution = new
    }

    /// The system as of the last input.
    public func systemView() -> SystemView {
        let (finished, worked) = recoveries.counts(at: now.boot)
        let given = tally.count(.failed)
        let parts = ScoreParts(
            availability: tally.weight > 1e-9 ? tally.availability / tally.weight : nil,
            circuits: tally.breakers > 0 ? tally.breakerSum / Double(tally.breakers) : nil,
            errors: tally.errorRates > 0
                ? 1 - min(1, tally.errorRateSum / Double(tally.errorRates) / 0.5) : nil,
            recovery: finished + given > 0 ? Double(worked) / Double(finished + given) : nil)
        return SystemView(
            level: Score.level(parts, lost: tally.lost, vitalLost: tally.vitalLost), score: Score.score(parts),
            parts: parts,
            counts: Dictionary(uniqueKeysWithValues: HealthState.allCases.map { ($0, tally.count($0)) }),
            layers: Layer.allCases.compactMap(rollup), isPanicking: isPanicking, doubtsNetwork: doubtSince != nil,
            monitoringStoppedAt: monitoringStoppedAt)
    }

    private func rollup(_ layer: Layer) -> SystemView.Rollup? {
        let counts = Dictionary(uniqueKeysWithValues: HealthState.allCases.map { ($0, tally.count($0, in: layer)) })
        guard counts.values.contains(where: { $0 > 0 }) else { return nil }
        let worst = Self.worstFirst.first { counts[$0]! > 0 }
        return SystemView.Rollup(
            layer: layer, counts: counts, worst: worst, score: tally.availability(of: layer).map { 100 * $0 })
    }

    private static let worstFirst: [HealthState] = [
        .failed, .down, .restarting, .unhealthy, .recovering, .degraded, .starting, .healthy,
    ]

    /// 0.5 × the state's value + 0.3 × success rate of the last 20 + 0.2 × min(1, usual p50 ÷ recent p50), reweighted
    /// where a part has no data.
    func healthScore(_ component: ComponentState) -> Double? {
        let rates = component.checks.compactMap { $0.memory.recent.successRate }
        let latencies = component.checks.compactMap { $0.latencyRatio }
        let parts: [(Double?, Double)] = [
            (Contribution.value(component.state), 0.5),
            (rates.isEmpty ? nil : rates.reduce(0, +) / Double(rates.count), 0.3),
            (latencies.min().map { min(1, $0) }, 0.2),
        ]
        guard parts[0].0 != nil else { return nil }
        let known = parts.compactMap { part in part.0.map { ($0, part.1) } }
        let weight = known.reduce(0) { $0 + $1.1 }
        return weight > 0 ? known.reduce(0) { $0 + $1.0 * $1.1 } / weight : nil
    }
}

extension ComponentState {
    fileprivate func newContribution(isDoubted: Bool) -> Contribution {
        let isCounted = state != .unknown && !isStopped && !isDoubted
        var part = Contribution(
            state: state, layer: policy.layer, weight: isCounted ? policy.weight : 0, isVital: policy.isVital,
            isBlocked: isBlocked)
        for index in checks.indices where !isReference {
            part.breakers += 1
            switch checks[index].memory.breaker.state {
            case .closed: part.breakerSum += 1
            case .halfOpen: part.breakerSum += 0.5
            case .open: break
            }
        }
        let rates = (errors.rate(policy.errorRate), traffic.rate(policy.errorRate))
        part.errorRate = rates.0.map { own in rates.1.map { max(own, $0) } ?? own } ?? rates.1
        return part
    }
}
