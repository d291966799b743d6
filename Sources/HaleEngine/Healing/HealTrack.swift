public import HaleModel
internal import HaleResilience

/// Healing of one component, or of one of its several processes: attempts, ladder, guards (H1–H3, H5, H9) and giving up
/// (C4), without acting.
///
/// ```
/// idle ◄──► waiting ──► acting ──► proving ──► idle
///   │                     │           │
///   └─────────────────────┴── failed ─┴──► waiting … ──ladder used up──► gaveUp ◄──► relieved ──stable──► idle
/// ```
public struct HealTrack: Hashable, Codable, Sendable {
    public enum Phase: Hashable, Codable, Sendable {
        case idle
        /// A remedy is wanted and a guard objects.
        case waiting(Wait)
        case acting(HealAttempt)
        /// The remedy has done its part; evidence decides.
        case proving(HealAttempt)
        /// With the guard that objected to the last retry, if one did.
        case gaveUp(retryAt: Instant?, Wait?)
        /// Given up, and then good evidence came; a relapse before it is stable leads back.
        case relieved
    }

    public struct Wait: Hashable, Codable, Sendable {
        public var rule: Rule
        /// `nil`: until something else happens.
        public var until: Instant?
        public var suppression: SuppressionReason?

        init(_ rule: Rule, until: Instant?, _ suppression: SuppressionReason?) {
            self.rule = rule
            self.until = until
            self.suppression = suppression
        }

        /// Whether there is nothing new about it: the same guard, whatever the time.
        func isLike(_ other: Wait) -> Bool {
            rule == other.rule && suppression == other.suppression && (until == nil) == (other.until == nil)
        }
    }

    /// What is to happen.
    enum Decision: Hashable {
        case nothing
        /// Wait; `isNews` where the reason was not given before.
        case wait(Wait, isNews: Bool)
        case attempt(isRetryOfFailed: Bool)
        /// Remedies worked as often as the ladder allows, and health never lasted.
        case giveUp
    }

    /// Why a remedy is wanted.
    enum Need: Hashable {
        case none
        case loss
        /// A dependency was lost and is back; the component itself may be well.
        case dependency
    }

    /// What counts of former attempts.
    struct Tally: Hashable, Codable, Sendable {
        var attempts: Int
        var rung: Int
        var notBefore: Instant
        var isInEpisode: Bool
        var stamps: [Instant]
    }

    /// What a failed attempt leads to.
    enum Aftermath: Hashable {
        case retry
        case nextRung
        case gaveUp(isNews: Bool)
    }

    public internal(set) var phase: Phase = .idle
    /// Attempts on the present rung that are not forgiven yet.
    public internal(set) var attempts = 0
    public internal(set) var rung = 0
    /// H1: no further attempt before this.
    public internal(set) var notBefore: Instant = .zero
    /// H2.
    public internal(set) var lastSuccess: Instant?
    /// Whether attempts have failed since health was lost, so that H2 does not apply.
    public internal(set) var isInEpisode = false
    /// H3: when the latest intents were committed, oldest first, no more than the limit counts.
    public internal(set) var stamps: [Instant] = []

    /// Given up by an exit rule: only a person begins anew.
    public internal(set) var isBeyondRetry = false
    /// While Hale only observes (H10): what counted before the first attempt that it imagined.
    private var actual: Tally?

    init() {}

    var attempt: HealAttempt? {
        switch phase {
        case .acting(let attempt), .proving(let attempt): attempt
        case .idle, .waiting, .gaveUp, .relieved: nil
        }
    }

    var isActing: Bool { if case .acting = phase { true } else { false } }

    var hasGivenUp: Bool { if case .gaveUp = phase { true } else { false } }

    /// Whether stable health has something to forgive.
    var hasUnforgiven: Bool { attempts > 0 || rung > 0 || phase == .relieved }

    /// Whether it has nothing under way, nothing to wait for and nothing imagined.
    var isAtRest: Bool { if case .idle = phase { actual == nil } else { false } }

    /// Whether what is counted was only imagined (H10).
    var isImagined: Bool { actual != nil }

    /// When the track wants to be looked at again.
    var deadline: Instant? {
        switch phase {
        case .waiting(let wait): wait.until
        case .gaveUp(let retryAt, _): retryAt
        case .acting(let attempt):
            switch attempt.step {
            case .settling(let until), .verifying(let until): until
            case .asking, .stopping, .commanding, .starting: nil
            }
        case .idle, .proving, .relieved: nil
        }
    }

    // MARK: Deciding

    /// Says whether a remedy is due.
    mutating func consider(_ need: Need, _ policy: HealPolicy, _ guards: HealGuards, at now: Instant) -> Decision {
        switch phase {
        case .acting, .proving: return .nothing
        case .gaveUp(let retryAt, let objected):
            guard need == .loss, policy.isAutomatic, let retryAt, now >= retryAt else { return .nothing }
            guard let wait = guards.objection(to: self, need, policy, at: now) else {
                return .attempt(isRetryOfFailed: true)
            }
            phase = .gaveUp(retryAt: wait.until ?? now + Self.lookAgain, wait)
            return .wait(wait, isNews: objected.map { !$0.isLike(wait) } ?? true)
        case .relieved where need != .dependency:
            if need == .loss { giveUp(policy, at: now) }
            return .nothing
        case .idle, .waiting, .relieved:
            guard need != .none, policy.isAutomatic else {
                if case .waiting = phase { phase = .idle }
                return .nothing
            }
            if need == .loss, !guards.forbidJudgement(policy), isUsedUp(policy), !climb(policy) {
                if guards.isObserving { return wait(.init(.h10, until: nil, .observe)) }
                giveUp(policy, at: now)
                return .giveUp
            }
            guard let objection = guards.objection(to: self, need, policy, at: now) else {
                return .attempt(isRetryOfFailed: false)
            }
            return phase == .relieved ? .nothing : wait(objection)
        }
    }

    /// A retry after giving up that a guard objects to looks again after so long, where the guard names no time.
    private static let lookAgain: TimeSpan = .seconds(60)

    private mutating func wait(_ wait: Wait) -> Decision {
        var isNews = true
        if case .waiting(let former) = phase { isNews = !former.isLike(wait) }
        phase = .waiting(wait)
        return .wait(wait, isNews: isNews)
    }

    /// H10: an attempt that would have been made; the next one is spaced as if it had been.
    mutating func observe(_ policy: HealPolicy, at now: Instant, using random: inout SeededGenerator) {
        actual = actual ?? tally
        attempts += 1
        isInEpisode = true
        if let limit = policy.limit {
            stamps.append(now)
            stamps.removeFirst(max(0, stamps.count - limit.count))
        }
        spaceNext(policy, at: now, using: &random)
        phase = .waiting(.init(.h10, until: notBefore, .observe))
    }

    private var tally: Tally {
        get {
            Tally(attempts: attempts, rung: rung, notBefore: notBefore, isInEpisode: isInEpisode, stamps: stamps)
        }
        set {
            (attempts, rung, notBefore) = (newValue.attempts, newValue.rung, newValue.notBefore)
            (isInEpisode, stamps) = (newValue.isInEpisode, newValue.stamps)
        }
    }

    /// Hale acts again: what was only imagined does not count.
    mutating func endObserving() {
        guard let actual else { return }
        tally = actual
        self.actual = nil
        if case .waiting = phase { phase = .idle }
    }

    /// Whether the present rung was tried as often as allowed, with whatever success, and that is not forgiven yet.
    private func isUsedUp(_ policy: HealPolicy) -> Bool {
        attempts >= policy.rungs[min(rung, policy.rungs.count - 1)].retries
    }

    /// The remedy that an attempt would try now.
    func nextRemedy(_ policy: HealPolicy) -> HealPolicy.Rung.Remedy {
        if hasGivenUp { return policy.rungs[0].remedy }
        return policy.rungs[min(isUsedUp(policy) ? rung + 1 : rung, policy.rungs.count - 1)].remedy
    }

    /// Goes to the next rung, if there is one.
    private mutating func climb(_ policy: HealPolicy) -> Bool {
        guard rung + 1 < policy.rungs.count else { return false }
        rung += 1
        attempts = 0
        return true
    }

    /// Good evidence leads out of having given up (C4).
    mutating func relieve() {
        if hasGivenUp { phase = .relieved }
    }

    /// When the limit leaves room again for a component with these tracks; `nil` when it does.
    static func limitFrees(_ limit: HealPolicy.Limit, _ tracks: [HealTrack], at now: Instant) -> Instant? {
        let recent = tracks.flatMap(\.stamps).filter { $0 + limit.window > now }.sorted()
        guard recent.count >= limit.count else { return nil }
        return recent[recent.count - limit.count] + limit.window
    }

    /// Every place of the limit counts as used at this moment: the records that knew better are lost (H9).
    mutating func assumeLimitUsed(_ policy: HealPolicy, at now: Instant) {
        guard let limit = policy.limit else { return }
        stamps = Array(repeating: now, count: limit.count)
    }

    // MARK: An attempt

    /// Begins an attempt; its intent has to be durable before anything is done.
    mutating func begin(_ attempt: HealAttempt, _ policy: HealPolicy, at now: Instant) {
        attempts += attempt.isRetryOfFailed || attempt.isForDependency || attempt.intent.isManual ? 0 : 1
        if let limit = policy.limit {
            stamps.append(now)
            stamps.removeFirst(max(0, stamps.count - limit.count))
        }
        phase = .acting(attempt)
    }

    /// The latest attempt counts from this instant on, which is no earlier than the one it began at.
    mutating func restampLast(_ now: Instant) {
        if let last = stamps.indices.last { stamps[last] = max(stamps[last], now) }
    }

    /// Hale ended while the command ran, which may still go on for so long: no other one beside it.
    mutating func interrupt(holdingFor timeout: TimeSpan, at now: Instant) {
        notBefore = max(notBefore, now + timeout)
        guard case .acting(var attempt) = phase else { return }
        attempt.intent.outcome = .interrupted
        phase = .acting(attempt)
    }

    mutating func move(to step: HealAttempt.Step) {
        guard case .acting(var attempt) = phase else { return }
        attempt.step = step
        phase = .acting(attempt)
    }

    mutating func prove() {
        guard case .acting(let attempt) = phase else { return }
        phase = .proving(attempt)
    }

    mutating func succeed(_ policy: HealPolicy, at now: Instant, using random: inout SeededGenerator) {
        let isForDependency = attempt?.isForDependency == true
        phase = .idle
        guard !isForDependency else { return }
        isInEpisode = false
        lastSuccess = now
        spaceNext(policy, at: now, using: &random)
    }

    /// Its `beforeHeal` hook said no: nothing was done. It counts against the limit, which is on intents, and for the wait
    /// until the next, and uses up no attempt.
    mutating func veto(_ policy: HealPolicy, at now: Instant, using random: inout SeededGenerator) {
        if let attempt, !attempt.isRetryOfFailed, !attempt.isForDependency, !attempt.intent.isManual {
            attempts -= 1
        }
        var backoff = BackoffStateMachine(
            policy.rungs[min(rung, policy.rungs.count - 1)].backoff, attempts: max(attempts, 1))
        notBefore = max(notBefore, now + backoff.next(using: &random))
        let isRetryOfFailed = attempt?.isRetryOfFailed == true
        phase = .idle
        if isRetryOfFailed { giveUp(policy, at: now) }
    }

    mutating func fail(_ policy: HealPolicy, at now: Instant, using random: inout SeededGenerator) -> Aftermath {
        let isRetryOfFailed = attempt?.isRetryOfFailed ?? false
        phase = .idle
        isInEpisode = true
        if isRetryOfFailed {
            giveUp(policy, at: now)
            return .gaveUp(isNews: false)
        }
        if !isUsedUp(policy) {
            var backoff = BackoffStateMachine(
                policy.rungs[min(rung, policy.rungs.count - 1)].backoff, attempts: max(attempts, 1))
            notBefore = max(notBefore, now + backoff.next(using: &random))
            return .retry
        }
        guard climb(policy) else {
            giveUp(policy, at: now)
            return .gaveUp(isNews: true)
        }
        notBefore = max(notBefore, now)
        return .nextRung
    }

    /// The next relapse after a success is spaced like any other attempt (H1), counted from the end of this one.
    private mutating func spaceNext(_ policy: HealPolicy, at now: Instant, using random: inout SeededGenerator) {
        var backoff = BackoffStateMachine(policy.rungs[min(rung, policy.rungs.count - 1)].backoff, attempts: attempts)
        notBefore = now + backoff.next(using: &random)
    }

    mutating func giveUp(_ policy: HealPolicy, at now: Instant) {
        phase = .gaveUp(retryAt: isBeyondRetry ? nil : policy.retryFailedEvery.map { now + $0 }, nil)
    }

    /// Healthy for long enough: what was counted is forgiven.
    mutating func forgive() {
        attempts = 0
        rung = 0
        notBefore = .zero
        isInEpisode = false
        isBeyondRetry = false
        if let stamps = actual?.stamps {
            actual = tally
            actual?.stamps = stamps
        }
        if phase == .relieved { phase = .idle }
    }

    /// A person begins anew: the ladder and the waits are forgotten, the limit is not.
    mutating func beginAnew() {
        forgive()
        lastSuccess = nil
        phase = .idle
    }

    mutating func rebase(_ clock: ClockShift) {
        notBefore = clock.deadline(notBefore)
        lastSuccess = lastSuccess.map(clock.stamp)
        stamps = stamps.map(clock.stamp)
        if var before = actual {
            before.notBefore = clock.deadline(before.notBefore)
            before.stamps = before.stamps.map(clock.stamp)
            actual = before
        }
        switch phase {
        case .waiting(var wait):
            wait.until = wait.until.map(clock.deadline)
            phase = .waiting(wait)
        case .gaveUp(let retryAt, var wait):
            if let until = wait?.until { wait?.until = clock.deadline(until) }
            phase = .gaveUp(retryAt: retryAt.map(clock.deadline), wait)
        case .acting(var attempt):
            switch attempt.step {
            case .settling(let until): attempt.step = .settling(until: clock.deadline(until))
            case .verifying(let until): attempt.step = .verifying(until: clock.deadline(until))
            case .asking, .stopping, .commanding, .starting: break
            }
            phase = .acting(attempt)
        case .idle, .proving, .relieved: break
        }
    }
}
