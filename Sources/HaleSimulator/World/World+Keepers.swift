internal import HaleEngine
package import HaleModel

extension World {
    /// A keeper obeys, and reports.
    package mutating func obey(_ order: ProcessOrder) {
        guard let place = places[order.instance.component],
            components[place].keepers.indices.contains(order.instance.number)
        else { return }
        let number = order.instance.number
        switch order {
        case .spawn(_, let launch): spawn(place, number, launch)
        case .stop(_, let launch, let signal, let timeout): stop(place, number, launch, signal, timeout)
        case .retire: components[place].keepers[number] = SimulatedKeeper()
        }
    }

    private mutating func spawn(_ place: Int, _ number: Int, _ launch: UInt64) {
        let keeper = components[place].keepers[number]
        let instance = InstanceID(components[place].id, number)
        guard keeper.launch != launch || keeper.phase == .absent else {
            return keeper.pid == nil ? report(place, number) : release(place, number, launch)
        }
        guard keeper.pid == nil else {
            refusals.append("\(instance): spawn of launch \(launch) while launch \(keeper.launch) is alive")
            return
        }
        guard launch > keeper.launch else {
            refusals.append("\(instance): spawn of launch \(launch) after launch \(keeper.launch)")
            return
        }
        nextPid += 1
        components[place].keepers[number].hold(nextPid, launch: launch)
        if clock.time < components[place].unstartableUntil, random.chance(0.5) {
            end(place, number, .startFailed("chdir: no such file or directory"))
        } else {
            report(place, number)
            plan(
                .processReleased(component: place, instance: number, launch: launch),
                in: draw(.microseconds(100), .milliseconds(5)))
        }
    }

    /// The held process runs its program; one that runs already says so again.
    mutating func release(_ place: Int, _ number: Int, _ launch: UInt64) {
        let keeper = components[place].keepers[number]
        guard keeper.launch == launch, case .held(let pid) = keeper.phase else { return report(place, number) }
        if clock.time < components[place].unstartableUntil {
            return end(place, number, .startFailed("exec: no such file or directory"))
        }
        components[place].keepers[number].phase = .running(pid: pid)
        components[place].keepers[number].startedAt = clock.time
        beginLeak(place)
        report(place, number)
        let warmUp = random.jittered(components[place].model.warmUp, by: 0.3)
        plan(.processReady(component: place, instance: number, pid: pid), in: warmUp)
        if clock.time < components[place].crashesUntil {
            let life = draw(.milliseconds(1), warmUp * 2)
            plan(
                .processEnds(component: place, instance: number, pid: pid, .code(Int32(1 + random.next() % 3))),
                in: life)
        }
    }

    private mutating func stop(_ place: Int, _ number: Int, _ launch: UInt64, _ signal: Int32, _ timeout: TimeSpan) {
        let keeper = components[place].keepers[number]
        guard keeper.launch == launch, keeper.phase != .absent else { return }
        switch keeper.phase {
        case .held: end(place, number, .signal(9))
        case .running(let pid):
            guard !keeper.isStopping else { return }
            components[place].keepers[number].isStopping = true
            // A client of Hale's says goodbye when its program is told to end.
            if random.chance(0.5) { sayGoodbye(place) }
            let takes = random.jittered(components[place].model.stopTakes, by: 0.5)
            if keeper.isHung || takes > timeout {
                plan(.processEnds(component: place, instance: number, pid: pid, .signal(9)), in: timeout)
            } else {
                let reason: ProcessExit.Reason = random.chance(0.5) ? .code(0) : .signal(signal)
                plan(.processEnds(component: place, instance: number, pid: pid, reason), in: takes)
            }
        case .exited, .absent: report(place, number)
        }
    }

    /// A process ends, by itself or by a signal.
    mutating func end(_ place: Int, _ number: Int, _ reason: ProcessExit.Reason) {
        guard components[place].keepers[number].pid != nil else { return }
        components[place].keepers[number].end(reason, at: clock.now)
        report(place, number)
    }

    /// The keeper dies, and its program with it.
    mutating func loseKeeper(_ place: Int, _ number: Int) {
        let launch = components[place].keepers[number].launch
        guard components[place].keepers[number].phase != .absent else { return }
        let last = components[place].keepers[number].lastReport
        components[place].keepers[number] = SimulatedKeeper()
        components[place].keepers[number].lastReport = last
        deliver(
            ProcessReport(instance: InstanceID(components[place].id, number), launch: launch, phase: .absent), place,
            number)
    }

    private mutating func report(_ place: Int, _ number: Int) {
        let keeper = components[place].keepers[number]
        deliver(
            ProcessReport(
                instance: InstanceID(components[place].id, number), launch: keeper.launch, phase: keeper.phase),
            place, number)
    }

    private mutating func deliver(_ report: ProcessReport, _ place: Int, _ number: Int) {
        let at = max(
            clock.time + draw(.microseconds(50), .milliseconds(4)), components[place].keepers[number].lastReport)
        components[place].keepers[number].lastReport = at
        tellHale(.processChanged(report), in: at - clock.time)
    }
}
