internal import HaleEngine
internal import HaleModel

/// The machine that Hale runs on sleeps, and everything on it; what is elsewhere goes on.
extension World {
    mutating func fallAsleep(for span: TimeSpan) {
        let until = max(asleepUntil, clock.time + span)
        putOffLeaks(by: until - max(asleepUntil, clock.time))
        asleepUntil = until
    }

    /// Whether an event has to wait until the machine wakes.
    func sleepsThrough(_ event: WorldEvent) -> Bool {
        guard clock.time < asleepUntil else { return false }
        switch event {
        case .arrives, .wake, .commitEnds, .retryStore, .crashOverdue, .haleStarts, .processReleased, .processReady,
            .processEnds, .checkEnds, .remedyEnds, .hookEnds:
            return true
        case .beatDue(let place), .errorsReported(let place), .failureDue(let place), .leakFull(let place, _),
            .serviceMends(let place, _):
            return isLocal(place)
        case .fault, .ownerLeaves, .storeMends, .operatorLooks: return false
        }
    }

    /// Whether it runs on Hale's machine: its program does, and whatever is not seen over the network alone.
    func isLocal(_ place: Int) -> Bool {
        let policy = components[place].model.policy
        guard policy.program == nil, !policy.checks.isEmpty || policy.heartbeat != nil else { return true }
        return policy.checks.contains { !$0.isRemote } || policy.heartbeat?.isRemote == false
    }
}
