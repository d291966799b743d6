package import HaleModel
package import HaleResilience

/// What the simulator's checkers look at. Nothing here changes anything.
extension Engine {
    package func state(at place: Int) -> HealthState { components[place].state }
    package func isBlocked(at place: Int) -> Bool { components[place].isBlocked }
    package func isStopped(at place: Int) -> Bool { components[place].isStopped }
    package func level(at place: Int) -> SourceLevel { components[place].level }
    package func tracks(at place: Int) -> [HealTrack] { components[place].tracks }
    package func processes(at place: Int) -> [ProcessState] { components[place].processes }
    package func hasProcesses(at place: Int) -> Bool { !components[place].processes.isEmpty }
    package func healDeadline(at place: Int, track: Int) -> Instant? { deadlines[components[place].healSlots[track]] }
    package func checkCount(at place: Int) -> Int { components[place].checks.count }
    package func level(at place: Int, check: Int) -> SourceLevel { components[place].checks[check].memory.source.level }
    package func counts(at place: Int, check: Int) -> (total: UInt64, failures: UInt64) {
        (components[place].checks[check].memory.total, components[place].checks[check].memory.failures)
    }
    package func breaker(at place: Int, check: Int) -> CircuitBreakerStateMachine.State {
        components[place].checks[check].memory.breaker.state
    }
    package func isRunning(at place: Int, check: Int) -> Bool { components[place].checks[check].run != nil }
    /// When a check runs next, or its present run counts as lost.
    package func runDeadline(at place: Int, check: Int) -> Instant? {
        deadlines[components[place].checks[check].runSlot]
    }
    package func startPeriodEnd(at place: Int, check: Int) -> Instant? {
        deadlines[components[place].checks[check].startSlot]
    }
    /// Whether the end of a start period waits for the first result, or for the network.
    package func startPeriodWaits(at place: Int, check: Int) -> Bool {
        !components[place].checks[check].memory.source.hasHeard
            || (doubtSince != nil && components[place].checks[check].policy.isRemote)
    }
    package func hold(at place: Int) -> Hold? { components[place].hold }
    /// Its own hold, or that of all while monitoring is stopped.
    package func effectiveHold(at place: Int) -> Hold? { isMonitoring ? components[place].hold : .paused }
    package var isMonitoring: Bool { monitoringStoppedAt == nil }
    /// Whether Hale heals it without being asked: by its policy, or by what a person said since.
    package func healsItself(at place: Int) -> Bool { components[place].policy.heal?.isAutomatic == true }
    package func hasPendingJudgement(at place: Int) -> Bool { !components[place].judgements.isEmpty }
    package func waitsForHost(at place: Int, check: Int) -> Bool { components[place].checks[check].waitsForHost != nil }
    package func wasNeverHeard(at place: Int) -> Bool {
        components[place].heartbeat != nil && components[place].wasNeverHeard
    }
    package func isFlapping(at place: Int) -> Bool { components[place].flapping.isFlapping }
    package var healing: HealingPolicy { configuration.healing }
    package var remediesAtWork: Int { budget.atWork.count }
    package var doubtsNetwork: Bool { doubtSince != nil }
    package var panics: Bool { isPanicking }

    /// Whether the reason of a wait that has no time of its own still stands.
    package func holds(_ wait: HealTrack.Wait, at place: Int, track: Int, isStoreTroubled: Bool) -> Bool {
        switch wait.rule {
        case .h5: components[place].isBlocked
        case .h9: isStoreTroubled
        case .c6: components[place].effectiveHold != nil
        case .c8: hasUndecidedDependency(place) || awaitsEvidence(place)
        case .c10: doubtSince != nil
        case .h4: isPanicking || budget.atWork.count >= configuration.healing.concurrent
        case .h6: isGroupBusy(place, track)
        case .h7: components[place].foreignOwner != nil
        case .h10: configuration.healing.mode == .observe
        default: false
        }
    }

    /// Whether it was told of the start of Hale.
    package var hasBegun: Bool { hasStarted }
    /// Where its random numbers go on.
    package var randomState: UInt64 { random.state }
    package func place(named id: ComponentID) -> Int? { place(of: id) }
    package func policy(at place: Int) -> ComponentPolicy { components[place].policy }

    package var isShuttingDown: Bool { !shutdownAllowsWork }
}
