internal import HaleEngine
internal import HaleModel

extension ScenarioGenerator {
    /// Some kinds of faults are frequent in one seed and rare in the next, so that seeds differ in kind and not only in detail.
    mutating func faults(_ components: [ComponentModel]) -> [PlannedFault] {
        var faults: [PlannedFault] = []
        let hours = max(duration.seconds / 3600, 0.05)
        let world = rate(8, hours)
        for _ in 0..<world { addWorldFault(components, &faults) }
        for _ in 0..<rate(5, hours) {
            let at = time()
            let point = CrashPoint.allCases[below(CrashPoint.allCases.count)]
            let waits = random.chance(0.7) && point != .idle
            faults.append(PlannedFault(at, .killHale(at: point, whenHealing: waits, downFor: downTime())))
        }
        for _ in 0..<rate(0.7, hours) {
            let step: TimeSpan = random.chance(0.5) ? .zero : span(.minutes(-30), .minutes(30))
            faults.append(PlannedFault(time(), .reboot(downFor: span(.seconds(5), .minutes(3)), wallStep: step)))
        }
        for _ in 0..<rate(1, hours) { faults.append(PlannedFault(time(), .wallStep(span(.hours(-1), .hours(1))))) }
        for _ in 0..<rate(1, hours) {
            faults.append(PlannedFault(time(), .storeTrouble(for: span(.seconds(2), .minutes(4)))))
        }
        for _ in 0..<rate(1.5, hours) {
            faults.append(PlannedFault(time(), .stall(span(.milliseconds(500), .seconds(40)))))
        }
        for _ in 0..<rate(0.5, hours) {
            faults.append(PlannedFault(time(), .sleep(span(.seconds(5), .minutes(20)))))
        }
        for _ in 0..<rate(0.7, hours) {
            faults.append(PlannedFault(time(), .networkLost(for: span(.seconds(5), .minutes(5)))))
        }
        for _ in 0..<rate(0.4, hours) {
            faults += massFailure(components, at: time(), for: span(.seconds(20), .minutes(8)))
        }
        for _ in 0..<rate(2, hours) { addReportFault(components, &faults) }
        if random.chance(0.1) {
            faults.append(PlannedFault(time(), .storeLost(downFor: span(.seconds(1), .seconds(30)))))
        }
        for _ in 0..<rate(3, hours) { addOrder(components, &faults) }
        return faults.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    /// Everything without processes of its own fails at once.
    func massFailure(_ components: [ComponentModel], at: TimeSpan, for span: TimeSpan) -> [PlannedFault] {
        components.indices.filter { components[$0].policy.program == nil }
            .map { PlannedFault(at, .serviceFails(component: $0, for: span)) }
    }

    mutating func downTime() -> TimeSpan {
        random.chance(0.5) ? span(.milliseconds(100), .seconds(5)) : span(.seconds(5), .minutes(3))
    }

    /// How often, in this seed, something happens that happens `mean` times an hour over all seeds.
    private mutating func rate(_ mean: Double, _ hours: Double) -> Int {
        let weight = [0, 0.5, 1, 1, 3][below(5)]
        let expected = mean * weight * hours
        return Int(expected) + (random.chance(expected - expected.rounded(.down)) ? 1 : 0)
    }

    private mutating func addWorldFault(_ components: [ComponentModel], _ faults: inout [PlannedFault]) {
        let place = below(components.count)
        let at = time()
        let long = span(.seconds(5), .minutes(6))
        guard let program = components[place].policy.program else {
            let fault: Fault =
                switch below(4) {
                case 0: .slow(component: place, latency: nil, for: long)
                case 1: .lostAnswers(component: place, share: 0.5, for: long)
                default: .serviceFails(component: place, for: long)
                }
            faults.append(PlannedFault(at, fault))
            return
        }
        let instance = below(program.instances)
        switch below(9) {
        case 0: faults.append(PlannedFault(at, .crashLoop(component: place, for: long)))
        case 1: faults.append(PlannedFault(at, .startFailures(component: place, for: long)))
        case 2: faults.append(PlannedFault(at, .hang(component: place)))
        case 3: faults.append(PlannedFault(at, .keeperLost(component: place, instance: instance)))
        case 4: faults.append(PlannedFault(at, .slow(component: place, latency: nil, for: long)))
        case 5: faults.append(PlannedFault(at, .lostAnswers(component: place, share: 0.5, for: long)))
        case 6:
            for index in 0..<(2 + below(6)) {
                let later = at + span(.zero, .seconds(20)) * Int64(index)
                faults.append(PlannedFault(later, .crash(component: place, instance: below(program.instances), exit())))
            }
        default: faults.append(PlannedFault(at, .crash(component: place, instance: instance, exit())))
        }
    }

    private mutating func addReportFault(_ components: [ComponentModel], _ faults: inout [PlannedFault]) {
        let place = below(components.count)
        let kind = below(8)
        if kind < 3 { return addGoodbye(of: place, &faults) }
        let fault: Fault =
            switch kind {
            case 3...5: .errors(component: place, share: share(0, 0.7), for: span(.seconds(10), .minutes(3)))
            case 6: .unreadableBeat(component: place)
            default: .owned(component: place, for: span(.seconds(10), .minutes(5)))
            }
        faults.append(PlannedFault(time(), fault))
    }

    /// Some come back unwell, and some say it while they are.
    private mutating func addGoodbye(of place: Int, _ faults: inout [PlannedFault]) {
        let at = time()
        faults.append(PlannedFault(at, .saysGoodbye(component: place)))
        guard below(2) == 0 else { return }
        let before = span(.zero, .seconds(30))
        let slow = Fault.slow(component: place, latency: nil, for: span(.seconds(30), .minutes(3)))
        faults.append(PlannedFault(before < at ? at - before : at, slow))
    }

    private mutating func exit() -> ProcessExit.Reason {
        switch below(6) {
        case 0: .code(0)
        case 1: .code(78)
        case 2: .signal(11)
        case 3: .signal(9)
        default: .code(1)
        }
    }

    private mutating func addOrder(_ components: [ComponentModel], _ faults: inout [PlannedFault]) {
        let id = components[below(components.count)].policy.id
        let at = time()
        let order: OperatorOrder =
            switch below(26) {
            case 14: .pause(id)
            case 15: .maintenance(id, for: random.chance(0.5) ? span(.seconds(10), .minutes(10)) : nil)
            case 16, 17: .resume(id)
            case 18: .reset(id)
            case 19: .resetBreaker(id, check: random.chance(0.5) ? "check0" : nil)
            case 20: .acknowledge(id, note: nil)
            case 21: .silence(id, for: span(.seconds(10), .minutes(10)))
            case 22: .autoHeal(id, random.chance(0.2))
            case 23: .monitoring(random.chance(0.2))
            case 24: .endSilence(id)
            case 25: .note(random.chance(0.5) ? id : nil, message: "deployed", details: [:])
            case 0...2: .heal(id)
            case 3...5: .stop(id)
            case 6, 7: .start(id)
            case 8: .check(nil)
            case 9: .check(id)
            case 10, 11: .explain(id)
            case 12: .shutdown(programs: false)
            default: .shutdown(programs: true)
            }
        faults.append(PlannedFault(at, .order(order)))
        if let undone = undoing(order), random.chance(0.8) {
            faults.append(PlannedFault(at + span(.seconds(5), .minutes(5)), .order(undone)))
        }
        if case .stop = order, random.chance(0.7) {
            faults.append(PlannedFault(at + span(.zero, .minutes(2)), .order(.start(id))))
        }
    }

    /// What a person mostly orders after a while.
    private func undoing(_ order: OperatorOrder) -> OperatorOrder? {
        switch order {
        case .pause(let id): .resume(id)
        case .silence(let id, _): .endSilence(id)
        case .autoHeal(let id, false): .autoHeal(id, true)
        case .monitoring(false): .monitoring(true)
        default: nil
        }
    }
}
