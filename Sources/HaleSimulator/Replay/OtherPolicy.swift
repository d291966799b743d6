internal import HaleEngine
internal import HaleModel

/// Another policy that is told what was recorded, as far as it concerns it, and whose orders are answered from the
/// recording: the next result of a check, the end of a process. What the recording has no answer for is assumed to work,
/// and counted.
struct OtherPolicy: Sendable {
    private(set) var engine: Engine
    let configuration: EngineConfiguration
    private(set) var omissions = RehearsalOmissions()
    /// What was decided since it was last taken.
    private var events: [Event] = []

    private var effects = EffectBuffer()
    private var store = SimulatedStore()
    /// Runs that wait for a result: at the latest at an instant they take the last one.
    private var waitingRuns: [RecordedWorld.CheckKey: WaitingRun] = [:]
    private var waitingRemedies: [ComponentID: UInt64] = [:]
    private var waitingHooks: [RecordedWorld.HookKey: UInt64] = [:]
    private var waitingStarts: [InstanceID: UInt64] = [:]
    private var waitingStops: [InstanceID: UInt64] = [:]
    /// Answers that follow at once.
    private var answers: [Input] = []

    private struct WaitingRun: Sendable {
        var run: UInt64
        var began: Instant
        var timeout: TimeSpan
        /// `nil`: the recorded policy runs the same check, whose result will come.
        var until: Instant?
    }

    /// Whether it still is the engine as it was.
    private var isUnchanged = true

    /// Takes the engine as it was, to have it go on under another policy.
    init(_ engine: Engine, _ configuration: EngineConfiguration, at now: Moment) {
        self.engine = engine
        self.configuration = configuration
        // One that was not started yet changes its policy as soon as it is.
        if engine.hasBegun { change(at: now) }
    }

    /// As if the policy had been changed and Hale told to reload.
    private mutating func change(at now: Moment) {
        isUnchanged = false
        engine.reconfigure(configuration, restarting: [], summary: "another policy", at: now, into: &effects)
        engine.collectRecords(at: now, into: &effects)
        effects.events.removeAll()
        keep()
    }

    mutating func takeEvents() -> [Event] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    // MARK: Time

    /// When it wants to do something by itself.
    var nextDeadline: Instant? {
        let held = waitingRuns.values.compactMap(\.until).min()
        return [engine.nextDeadline, held].compactMap { $0 }.min()
    }

    /// A deadline has come that the recording has no input for.
    mutating func pass(to now: Moment, _ actual: Engine, _ world: RecordedWorld) {
        answerLateRuns(at: now, world)
        tell(.tick, at: now, actual, world)
        collect(at: now)
    }

    private mutating func answerLateRuns(at now: Moment, _ world: RecordedWorld) {
        let late = waitingRuns.filter { $0.value.until.map { $0 <= now.boot } ?? false }.keys
        for key in late.sorted(by: { ($0.component, $0.check) < ($1.component, $1.check) }) {
            guard let waiting = waitingRuns.removeValue(forKey: key) else { continue }
            answers.append(answer(waiting, key, world.seen[key], at: now))
        }
    }

    private mutating func answer(
        _ waiting: WaitingRun, _ key: RecordedWorld.CheckKey, _ seen: RecordedWorld.Seen?, at now: Moment
    ) -> Input {
        if let seen, now.boot - seen.at <= RecordedWorld.memory {
            omissions.repeatedResults += 1
            return finished(waiting, key, seen.result, at: now)
        }
        omissions.unansweredChecks += 1
        let nothing = HealthCheckResult(
            nil, "the recording says nothing of it", timestamp: now.wall, latency: now.boot - waiting.began)
        return .checkFinished(run: waiting.run, component: key.component, check: key.check, nothing)
    }

    /// A result as this policy would have had it: what took longer than it waits for did not come.
    private func finished(
        _ waiting: WaitingRun, _ key: RecordedWorld.CheckKey, _ result: HealthCheckResult, at now: Moment
    ) -> Input {
        var result = result
        if result.latency > waiting.timeout, result.status != nil {
            result = HealthCheckResult(
                .critical, "no answer within \(waiting.timeout); it came after \(result.latency)",
                timestamp: result.timestamp, latency: waiting.timeout)
        }
        return .checkFinished(run: waiting.run, component: key.component, check: key.check, result)
    }

    // MARK: What was recorded

    mutating func noteReload() { omissions.reloads += 1 }

    /// Hale was started anew: of this policy there is what it had recorded.
    mutating func restart(_ report: StartReport, seed: UInt64, at now: Moment, _ actual: Engine, _ world: RecordedWorld)
    {
        if isUnchanged {
            tell(.started(report), at: now, actual, world)
            change(at: now)
            return obey(at: now, actual, world)
        }
        let alive = processesAlive()
        engine = Engine(configuration: configuration, restoring: store.contents.records, seed: seed)
        forgetWork()
        var report = report
        let recorded = Dictionary(report.processes.map { ($0.instance, $0.phase) }) { first, _ in first }
        report.processes = alive.map { instance, launch in
            // What ended while Hale was away ended for this policy, too.
            var phase = recorded[instance] ?? .running(pid: 1)
            if case .held(let pid) = phase { phase = .running(pid: pid) }
            return ProcessReport(instance: instance, launch: launch, phase: phase)
        }
        tell(.started(report), at: now, actual, world)
    }

    private func processesAlive() -> [(InstanceID, UInt64)] {
        var alive: [(InstanceID, UInt64)] = []
        for place in 0..<engine.componentCount {
            let id = engine.policy(at: place).id
            for (number, process) in engine.processes(at: place).enumerated() where process.isAlive {
                alive.append((InstanceID(id, number), process.launch))
            }
        }
        return alive
    }

    private mutating func forgetWork() {
        waitingRuns.removeAll()
        waitingRemedies.removeAll()
        waitingHooks.removeAll()
        waitingStarts.removeAll()
        waitingStops.removeAll()
        answers.removeAll()
    }

    /// Inputs are missing here: whatever waits for one is answered as if there were none.
    mutating func passGap() {
        omissions.gaps += 1
        for (key, waiting) in waitingRuns where waiting.until == nil {
            waitingRuns[key]?.until = waiting.began + waiting.timeout
        }
        for (component, attempt) in waitingRemedies {
            answers.append(.remedyFinished(attempt: attempt, component: component, .done))
        }
        for (key, id) in waitingHooks { answers.append(.hookFinished(id: id, component: key.component, .done)) }
        for (instance, launch) in waitingStarts { answers.append(Self.running(instance, launch)) }
        for (instance, launch) in waitingStops { answers.append(Self.stopped(instance, launch)) }
        omissions.assumed += answers.count
        answers.sort { "\($0)" < "\($1)" }
        waitingRemedies.removeAll()
        waitingHooks.removeAll()
        waitingStarts.removeAll()
        waitingStops.removeAll()
    }

    /// One recorded input. `former` is the process that a report is about, as the recorded policy knew it before.
    mutating func hear(
        _ input: Input, at now: Moment, former: ProcessState.Phase?, occasion: HookOrder.Occasion?, _ actual: Engine,
        _ world: RecordedWorld
    ) {
        answerLateRuns(at: now, world)
        switch input {
        case .checkFinished(_, let component, let check, let result):
            let key = RecordedWorld.CheckKey(component: component, check: check)
            if let waiting = waitingRuns.removeValue(forKey: key) {
                tell(finished(waiting, key, result, at: now), at: now, actual, world)
            } else {
                omit(component) { $0.unusedResults += 1 }
                tell(.tick, at: now, actual, world)
            }
        case .processChanged(let report):
            tell(translate(report, former) ?? .tick, at: now, actual, world)
        case .remedyFinished(_, let component, let outcome):
            guard let attempt = waitingRemedies.removeValue(forKey: component) else {
                return omit(component) { $0.consequences += 1 }
            }
            tell(.remedyFinished(attempt: attempt, component: component, outcome), at: now, actual, world)
        case .remedyRefused(_, let component, let reason):
            guard let attempt = waitingRemedies.removeValue(forKey: component) else {
                return omit(component) { $0.consequences += 1 }
            }
            tell(.remedyRefused(attempt: attempt, component: component, reason: reason), at: now, actual, world)
        case .hookFinished(_, let component, let outcome):
            guard let occasion,
                let id = waitingHooks.removeValue(forKey: .init(component: component, occasion: occasion))
            else { return omit(component) { $0.consequences += 1 } }
            tell(.hookFinished(id: id, component: component, outcome), at: now, actual, world)
        case .heartbeat(let beat): hear(input, of: beat.component, at: now, actual, world)
        case .heartbeatUnreadable(let component, _): hear(input, of: component, at: now, actual, world)
        case .operations(let counts): hear(input, of: counts.component, at: now, actual, world)
        case .ownership(let component, _): hear(input, of: component, at: now, actual, world)
        case .order, .storeTrouble, .tick: tell(input, at: now, actual, world)
        case .started: preconditionFailure("a start is not heard but begun with")
        }
    }

    private mutating func hear(
        _ input: Input, of component: ComponentID, at now: Moment, _ actual: Engine, _ world: RecordedWorld
    ) {
        guard engine.place(named: component) != nil else {
            omissions.unknown[component, default: 0] += 1
            return
        }
        tell(input, at: now, actual, world)
    }

    private mutating func omit(_ component: ComponentID, _ count: (inout RehearsalOmissions) -> Void) {
        if engine.place(named: component) == nil {
            omissions.unknown[component, default: 0] += 1
        } else {
            count(&omissions)
        }
    }

    /// What the report means here: a start or stop that was waited for, or an end that nobody had ordered.
    private mutating func translate(_ report: ProcessReport, _ former: ProcessState.Phase?) -> Input? {
        let instance = report.instance
        guard let process = process(instance) else {
            omit(instance.component) { $0.consequences += 1 }
            return nil
        }
        func input(_ launch: UInt64) -> Input {
            .processChanged(ProcessReport(instance: instance, launch: launch, phase: report.phase))
        }
        switch (report.phase, former) {
        case (.running, .spawning):
            if let launch = waitingStarts.removeValue(forKey: instance) { return input(launch) }
        case (.exited, .stopping), (.absent, .stopping):
            if let launch = waitingStops.removeValue(forKey: instance) { return input(launch) }
        case (.exited, _), (.absent, _):
            waitingStarts[instance] = nil
            waitingStops[instance] = nil
            if process.isAlive { return input(process.launch) }
        case (.held, _), (.running, _): return nil
        }
        omissions.consequences += 1
        return nil
    }

    private func process(_ instance: InstanceID) -> ProcessState? {
        guard let place = engine.place(named: instance.component) else { return nil }
        let processes = engine.processes(at: place)
        return processes.indices.contains(instance.number) ? processes[instance.number] : nil
    }

    // MARK: What it orders

    private mutating func tell(_ input: Input, at now: Moment, _ actual: Engine, _ world: RecordedWorld) {
        answers.append(input)
        var next = 0
        // Each answer may lead to an order that is answered at once, too: bounded by the guards of healing.
        while next < answers.count {
            engine.handle(answers[next], at: now, into: &effects)
            next += 1
            obey(at: now, actual, world)
        }
        answers.removeAll(keepingCapacity: true)
    }

    private mutating func obey(at now: Moment, _ actual: Engine, _ world: RecordedWorld) {
        for case .check(let order) in effects.prompt {
            let key = RecordedWorld.CheckKey(component: order.component, check: order.check)
            waitingRuns[key] = WaitingRun(
                run: order.run, began: now.boot, timeout: order.timeout,
                until: world.runs[key] == nil ? now.boot + order.timeout : nil)
        }
        effects.prompt.removeAll(keepingCapacity: true)
        for item in effects.durable {
            switch item.effect {
            case .process(let order): obey(order, actual)
            case .remedy(let order):
                if world.remedies.contains(order.component) {
                    waitingRemedies[order.component] = order.attempt
                } else {
                    assume(.remedyFinished(attempt: order.attempt, component: order.component, .done))
                }
            case .hook(let order):
                let key = RecordedWorld.HookKey(component: order.component, occasion: order.occasion)
                if world.hooks[key] != nil {
                    waitingHooks[key] = order.id
                } else {
                    assume(.hookFinished(id: order.id, component: order.component, .done))
                }
            case .check, .answer, .finish: break
            }
        }
        effects.durable.removeAll(keepingCapacity: true)
        events += effects.events
        keep()
    }

    private mutating func obey(_ order: ProcessOrder, _ actual: Engine) {
        let former = actual.place(named: order.instance.component).flatMap { place -> ProcessState.Phase? in
            let processes = actual.processes(at: place)
            return processes.indices.contains(order.instance.number) ? processes[order.instance.number].phase : nil
        }
        switch order {
        case .spawn(let instance, let launch):
            if case .spawning = former {
                waitingStarts[instance] = launch
            } else {
                assume(Self.running(instance, launch))
            }
        case .stop(let instance, let launch, _, _):
            waitingStarts[instance] = nil
            if case .stopping = former {
                waitingStops[instance] = launch
            } else {
                assume(Self.stopped(instance, launch))
            }
        case .retire(let instance):
            waitingStarts[instance] = nil
            waitingStops[instance] = nil
        }
    }

    private mutating func assume(_ answer: Input) {
        omissions.assumed += 1
        answers.append(answer)
    }

    private static func running(_ instance: InstanceID, _ launch: UInt64) -> Input {
        .processChanged(ProcessReport(instance: instance, launch: launch, phase: .running(pid: 1)))
    }

    private static func stopped(_ instance: InstanceID, _ launch: UInt64) -> Input {
        .processChanged(ProcessReport(instance: instance, launch: launch, phase: .exited(ProcessExit(.signal(15)))))
    }

    // MARK: Records

    /// What would have been written down by now, from which a restart of Hale goes on.
    mutating func collect(at now: Moment) {
        engine.collectRecords(at: now, into: &effects)
        events += effects.events
        keep()
    }

    private mutating func keep() {
        store.commit(Batch(records: effects.records, events: [], durable: [], durability: .power))
        effects.records.removeAll(keepingCapacity: true)
        effects.events.removeAll(keepingCapacity: true)
        effects.changedViews.removeAll(keepingCapacity: true)
    }
}
