internal import HaleEngine
internal import HaleModel

/// What fails by itself.
extension World {
    mutating func planFailure(_ place: Int) {
        guard let failures = components[place].model.failures else { return }
        plan(.failureDue(component: place), in: random.exponential(mean: failures.every))
    }

    mutating func fail(_ place: Int) {
        guard !isCalm, let failures = components[place].model.failures else { return }
        let lasting = failures.lasting.map { random.exponential(mean: $0) }
        if components[place].keepers.isEmpty {
            failService(place, for: lasting ?? .longest)
        } else {
            failProgram(place, failures.kind, lasting)
        }
        planFailure(place)
    }

    private mutating func failProgram(_ place: Int, _ kind: FailureModel.Kind, _ lasting: TimeSpan?) {
        switch kind {
        case .crash:
            if let lasting {
                components[place].crashesUntil = max(components[place].crashesUntil, clock.time + lasting)
            }
            for number in components[place].keepers.indices where components[place].keepers[number].isRunning {
                end(place, number, .code(1))
            }
        case .hang: hang(place, for: lasting ?? .longest)
        }
    }

    /// Programs live and answer nothing, until they are started again or the time is over.
    mutating func hang(_ place: Int, for span: TimeSpan) {
        let isFresh = !components[place].keepers.contains { $0.isHung }
        for number in components[place].keepers.indices where components[place].keepers[number].isRunning {
            components[place].keepers[number].isHung = true
        }
        failLonger(place, for: span, isFresh: isFresh)
    }

    mutating func failService(_ place: Int, for span: TimeSpan) {
        guard components.indices.contains(place), components[place].keepers.isEmpty else { return }
        let isFresh = components[place].isUp
        components[place].isUp = false
        failLonger(place, for: span, isFresh: isFresh)
    }

    /// Of failures that overlap, the longest counts.
    private mutating func failLonger(_ place: Int, for span: TimeSpan, isFresh: Bool) {
        let until = clock.time + span
        components[place].failsUntil = isFresh ? until : max(until, components[place].failsUntil)
        components[place].failure += 1
        plan(
            .serviceMends(component: place, failure: components[place].failure),
            in: components[place].failsUntil - clock.time)
    }

    // MARK: Leaks

    /// What it reports of its memory. Leaks stop with the faults, and what leaked is given back.
    func leaked(_ place: Int) -> [String: Double] {
        guard let leak = components[place].model.leak else { return [:] }
        guard !isCalm else { return [leak.metric: leak.atStart] }
        let minutes = max(0, (clock.time - leakingSince(place)).seconds / 60)
        return [leak.metric: min(leak.limit, leak.atStart + leak.perMinute * minutes)]
    }

    /// The oldest program counts.
    private func leakingSince(_ place: Int) -> Instant {
        let component = components[place]
        return component.keepers.filter(\.isRunning).map(\.startedAt).min() ?? component.freshSince
    }

    /// Memory grows from the start of a program, or from when a service was mended.
    mutating func beginLeak(_ place: Int) {
        guard components[place].model.leak != nil else { return }
        components[place].freshSince = clock.time
        planBurst(place, since: clock.time)
    }

    private mutating func planBurst(_ place: Int, since: Instant) {
        guard let leak = components[place].model.leak else { return }
        let minutes = max(0, leak.limit - leak.atStart) / leak.perMinute
        queue.add(.leakFull(component: place, since: since), at: since + TimeSpan(seconds: 60 * minutes))
    }

    /// While the machine sleeps, nothing grows on it.
    mutating func putOffLeaks(by span: TimeSpan) {
        for place in components.indices where components[place].model.leak != nil && isLocal(place) {
            components[place].freshSince = components[place].freshSince + span
            if components[place].keepers.isEmpty, components[place].isUp {
                planBurst(place, since: components[place].freshSince)
            }
            for number in components[place].keepers.indices where components[place].keepers[number].isRunning {
                let since = components[place].keepers[number].startedAt + span
                components[place].keepers[number].startedAt = since
                planBurst(place, since: since)
            }
        }
    }

    mutating func burst(_ place: Int, _ since: Instant) {
        guard !isCalm else { return }
        guard !components[place].keepers.isEmpty else {
            if components[place].freshSince == since { failService(place, for: .longest) }
            return
        }
        for number in components[place].keepers.indices
        where components[place].keepers[number].isRunning && components[place].keepers[number].startedAt == since {
            end(place, number, .signal(9))
        }
    }
}

extension SeededGenerator {
    /// A span of an exponential distribution, by von Neumann's method, which needs no logarithm: of numbers drawn one
    /// after the other, how long do they fall, and is that an odd number of steps?
    mutating func exponential(mean: TimeSpan) -> TimeSpan {
        var whole = 0.0
        while true {
            let first = unit()
            var last = first
            var isAccepted = true
            while true {
                let next = unit()
                guard next < last else { break }
                last = next
                isAccepted.toggle()
            }
            if isAccepted { return mean.scaled(by: whole + first) }
            whole += 1
        }
    }
}
