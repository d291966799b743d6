internal import HaleEngine
internal import HaleModel
internal import HaleSimulator

/// Reads what a fault of one kind says.
struct FaultValueReader {
    let context: ReadingContext
    let targets: TargetReader
    let map: MappingReader
    let kind: FaultKind

    func read(_ value: Field) -> [Fault] {
        switch kind {
        case .order: return readOrder(value).map { [.order($0)] } ?? []
        case .cutNetwork, .killHale, .stallHale, .sleep, .reboot, .stepClock, .fullDisk, .loseDatabase:
            return readMachine(value).map { [$0] } ?? []
        default: return readComponents(value)
        }
    }

    // MARK: Components

    private func readComponents(_ value: Field) -> [Fault] {
        let named = targets.named(value)
        let fitting = named.filter { fits($0.place) }
        for (place, isOneOfMany) in named where !fits(place) && (!isOneOfMany || fitting.isEmpty) {
            reportUnfit(value, place)
            if isOneOfMany { break }
        }
        if kind == .unconfigure { for (place, _) in named { targets.refuseLosing(place, value) } }
        if let instance = map.optional("instance", .integer(0...9_999)), let field = map["instance"] {
            for (place, _) in fitting { refuseMissing(instance, of: place, field) }
        }
        let make = readFault()
        return make.map { make in fitting.map { make($0.place) } } ?? []
    }

    private func refuseMissing(_ instance: Int, of place: Int, _ field: Field) {
        guard let program = targets.policies[place].program, instance >= program.instances else { return }
        let range = program.instances == 1 ? "one instance, 0" : "instances 0 to \(program.instances - 1)"
        context.report("'\(targets.policies[place].id)' has \(range)", at: field)
    }

    private func fits(_ place: Int) -> Bool {
        let policy = targets.policies[place]
        switch kind.needs {
        case .anything: return true
        case .program: return policy.program != nil
        case .noProgram: return policy.program == nil
        case .heartbeat: return policy.heartbeat != nil
        }
    }

    private func reportUnfit(_ value: Field, _ place: Int) {
        let id = targets.policies[place].id
        switch kind.needs {
        case .anything: break
        case .program: context.report("'\(id)' has no program that Hale runs", hint: "use 'fail'", at: value)
        case .noProgram:
            context.report("'\(id)' is a program that Hale runs", hint: "use 'crash', 'crashLoop' or 'hang'", at: value)
        case .heartbeat: context.report("'\(id)' sends no heartbeat", at: value)
        }
    }

    private var lasting: TimeSpan? {
        if map["for"] == nil {
            if !map.hasUnknownKeys { map.report("'for' is missing", hint: "say how long, such as for: 10m") }
            return nil
        }
        return map.optional("for", .duration(FaultReader.span))
    }

    private func readFault() -> ((Int) -> Fault)? {
        switch kind {
        case .crash:
            let reason = readExit()
            let instance = map.value("instance", .integer(0...9_999), else: 0)
            return { .crash(component: $0, instance: instance, reason) }
        case .loseKeeper:
            let instance = map.value("instance", .integer(0...9_999), else: 0)
            return { .keeperLost(component: $0, instance: instance) }
        case .hang: return { .hang(component: $0) }
        case .sayGoodbye: return { .saysGoodbye(component: $0) }
        case .tearBeat: return { .unreadableBeat(component: $0) }
        case .configure: return { .configured(component: $0, true) }
        case .unconfigure: return { .configured(component: $0, false) }
        case .fail:
            let span = map["for"] == nil ? TimeSpan.longest : map.optional("for", .duration(FaultReader.span))
            return span.map { span in { .serviceFails(component: $0, for: span) } }
        default: return readLasting()
        }
    }

    private func readLasting() -> ((Int) -> Fault)? {
        let share = kind.keys.contains("share") ? map.value("share", .share, else: kind == .loseBeats ? 1 : 0.5) : 0
        let latency = kind == .slow ? map.optional("latency", .duration(.zero ... .days(1))) : nil
        guard let span = lasting else { return nil }
        switch kind {
        case .crashLoop: return { .crashLoop(component: $0, for: span) }
        case .failToStart: return { .startFailures(component: $0, for: span) }
        case .cutOff: return { .cutOff(component: $0, for: span) }
        case .own: return { .owned(component: $0, for: span) }
        case .slow: return { .slow(component: $0, latency: latency, for: span) }
        case .loseAnswers: return { .lostAnswers(component: $0, share: share, for: span) }
        case .loseBeats: return { .lostBeats(component: $0, share: share, for: span) }
        case .errors: return { .errors(component: $0, share: share, for: span) }
        default: return nil
        }
    }

    private func readExit() -> ProcessExit.Reason {
        if map["exit"] != nil, map["signal"] != nil { map.report("both 'exit' and 'signal' are given", at: "signal") }
        if let signal = map.optional("signal", .integer(1...64)) { return .signal(Int32(signal)) }
        return .code(Int32(map.value("exit", .integer(0...255), else: 1)))
    }

    // MARK: Hale and its machine

    private func readMachine(_ value: Field) -> Fault? {
        let spanKind: ScalarKind<TimeSpan> = kind == .stepClock ? .step : .duration(FaultReader.span)
        let span = context.scalar(value, spanKind)?.value
        let point = kind == .killHale ? map.value("point", .choice(CrashPoint.self), else: .idle) : .idle
        let waits = kind == .killHale && map.value("whenHealing", .boolean, else: false)
        if waits, point == .idle {
            map.report("'whenHealing' needs a 'point' other than idle", at: "whenHealing")
        }
        let step = kind == .reboot ? map.value("clockStep", .step, else: .zero) : .zero
        guard let span else { return nil }
        switch kind {
        case .cutNetwork: return .networkLost(for: span)
        case .killHale: return .killHale(at: point, whenHealing: waits, downFor: span)
        case .stallHale: return .stall(span)
        case .sleep: return .sleep(span)
        case .reboot: return .reboot(downFor: span, wallStep: step)
        case .stepClock: return .wallStep(span)
        case .fullDisk: return .storeTrouble(for: span)
        case .loseDatabase: return .storeLost(downFor: span)
        default: return nil
        }
    }

    // MARK: Orders

    /// Orders as people type them.
    private enum Order: String, CaseIterable {
        case check, heal, start, stop, explain, pause, maintenance, resume, reset, resetBreaker, acknowledge, silence
        case endSilence, autoHeal, monitoring, note, shutdown

        /// The keys that mean something beside it.
        var keys: [String] {
            switch self {
            case .maintenance, .silence: ["component", "for"]
            case .resetBreaker: ["component", "check"]
            case .autoHeal: ["component", "enabled"]
            case .monitoring: ["enabled"]
            case .note: ["component", "message"]
            case .shutdown: ["programs"]
            default: ["component"]
            }
        }

        /// Whether it has to be said whom it is about.
        var needsComponent: Bool { ![.check, .note, .monitoring, .shutdown].contains(self) }
    }

    private func readOrder(_ value: Field) -> OperatorOrder? {
        guard let order = context.scalar(value, .choice(Order.self))?.value else { return nil }
        for key in FaultKind.order.keys where map[key] != nil && !order.keys.contains(key) {
            map.report("'\(key)' means nothing to '\(order.rawValue)'", at: key)
        }
        let places = map["component"].map { targets.places($0) }
        if let places, places.count > 1 {
            map.report("an order is about one component, found \(places.count)", at: "component")
        }
        guard let place = places?.first else {
            if order.needsComponent, places == nil {
                map.report("'component' is missing", hint: "say whom the order is about")
            }
            return order.needsComponent || places != nil ? nil : wholeOrder(order)
        }
        return self.order(order, targets.policies[place].id)
    }

    /// An order about everything.
    private func wholeOrder(_ order: Order) -> OperatorOrder? {
        switch order {
        case .check: .check(nil)
        case .note: .note(nil, message: message, details: [:])
        case .monitoring: .monitoring(isEnabled)
        case .shutdown: .shutdown(programs: map.value("programs", .boolean, else: false))
        default: nil
        }
    }

    private func order(_ order: Order, _ id: ComponentID) -> OperatorOrder? {
        let span = map.optional("for", .duration(FaultReader.span))
        switch order {
        case .check: return .check(id)
        case .heal: return .heal(id)
        case .start: return .start(id)
        case .stop: return .stop(id)
        case .explain: return .explain(id)
        case .pause: return .pause(id)
        case .maintenance: return .maintenance(id, for: span)
        case .resume: return .resume(id)
        case .reset: return .reset(id)
        case .resetBreaker: return .resetBreaker(id, check: map.optional("check", .name))
        case .acknowledge: return .acknowledge(id, note: nil)
        case .silence:
            guard let span else {
                map.report("'for' is missing", hint: "say how long, such as for: 10m")
                return nil
            }
            return .silence(id, for: span)
        case .endSilence: return .endSilence(id)
        case .autoHeal: return .autoHeal(id, isEnabled)
        case .note: return .note(id, message: message, details: [:])
        case .monitoring, .shutdown: return wholeOrder(order)
        }
    }

    private var isEnabled: Bool { map.value("enabled", .boolean, else: true) }
    private var message: String { map.value("message", .text(), else: "changed") }
}
