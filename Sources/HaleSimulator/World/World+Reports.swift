internal import HaleEngine
internal import HaleModel

/// What components report of themselves.
extension World {
    mutating func beat(_ place: Int) {
        let component = components[place]
        guard let every = component.model.beatEvery else { return }
        plan(.beatDue(component: place), in: random.jittered(every, by: 0.1))
        let isLost =
            clock.time < component.losesAnswersUntil && random.chance(component.answersLost)
            || clock.time < component.losesBeatsUntil && random.chance(component.beatsLost)
            || component.model.beatsLost > 0 && random.chance(component.model.beatsLost)
        guard !isLost, canSpeak(place) else { return }
        var metrics = leaked(place)
        if clock.time < component.slowUntil { metrics["latency_ms"] = 200 + 2_000 * random.unit() }
        if random.chance(0.3) { metrics["latency_ms"] = metrics["latency_ms"] ?? 20 }
        let status: HealthStatus? = random.chance(component.model.degraded) ? .degraded : nil
        tellHale(
            .heartbeat(Heartbeat(component: component.id, metrics: metrics, status: status)), in: .milliseconds(1))
    }

    /// Whether something that is remote or not gets through at present.
    func reaches(_ isRemote: Bool?) -> Bool { isRemote != true || clock.time >= networkLostUntil }

    /// Whether what a component says of itself gets through: it works, Hale's machine is awake, and the way is open.
    func canSpeak(_ place: Int) -> Bool {
        works(place) && clock.time >= asleepUntil && clock.time >= components[place].cutOffUntil
            && reaches(components[place].model.policy.heartbeat?.isRemote)
    }

    mutating func sayGoodbye(_ place: Int) {
        guard components.indices.contains(place), components[place].model.beatEvery != nil, canSpeak(place) else {
            return
        }
        tellHale(.heartbeat(Heartbeat(component: components[place].id, isStopping: true)), in: .milliseconds(1))
    }

    mutating func reportErrors(_ place: Int) {
        components[place].reportsErrors = clock.time < components[place].errorsUntil
        guard components[place].reportsErrors else { return }
        plan(.errorsReported(component: place), in: .seconds(5))
        guard canSpeak(place) else { return }
        let count = 50 + Int(random.next() % 100)
        let failed = Int(Double(count) * components[place].errorShare)
        let counts = OperationCounts(
            component: components[place].id, origin: random.chance(0.5) ? .errors : .traffic,
            succeeded: count - failed, failed: failed, hasCritical: random.chance(0.02))
        tellHale(.operations(counts), in: .milliseconds(1))
    }

    mutating func changeOwner(_ place: Int, _ isOwned: Bool) {
        components[place].isOwned = isOwned
        tellHale(.ownership(component: components[place].id, owner: isOwned ? "systemd" : nil), in: .milliseconds(1))
    }
}
