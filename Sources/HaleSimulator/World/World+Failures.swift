internal import HaleEngine
internal import HaleModel

/// What fails by itself.
extension World {
    mutating func planFailure(_ place: Int) {
        guard let failures = components[place].model.failures else { return }
        plan(.failureDue(component: place), in: random.exponential(mean: failures.every))
    }

    mutating func fail(_ place: Int) {
        guard let failures = components[place].model.failures else { return }
        let lasting = failures.lasting.map { random.exponential(mean: $0) }
        if components[place].keepers.isEmpty {
            failService(place, for: lasting ?? .longest)
        } else {
            failProgram(place, failures.kind, lasting)
        }
        planFailure(place)
    }

    private mutating func failProgram(_ place: Int, _ kind: FailureModel.Kind, _ lasting: TimeSpan?) {
        if let lasting, kind == .crash { components[place].crashesUntil = clock.time + lasting }
        for number in components[place].keepers.indices where components[place].keepers[number].isRunning {
            switch kind {
            case .crash: end(place, number, .code(1))
            case .hang: components[place].keepers[number].isHung = true
            }
        }
        guard kind == .hang, let lasting else { return }
        components[place].failure += 1
        plan(.serviceMends(component: place, failure: components[place].failure), in: lasting)
    }

    // MARK: Leaks

    /// What it reports of its memory.
    func leaked(_ place: Int) -> [String: Double] {
        guard let leak = components[place].model.leak else { return [:] }
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
        guard let leak = components[place].model.leak else { return }
        components[place].freshSince = clock.time
        let minutes = max(0, leak.limit - leak.atStart) / leak.perMinute
        plan(.leakFull(component: place, since: clock.time), in: TimeSpan(seconds: 60 * minutes))
    }

    mutating func burst(_ place: Int, _ since: Instant) {
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
