internal import HaleModel
internal import HaleResilience

/// What a person orders beside healing and starting: holds, acknowledgements, resets.
extension Engine {
    mutating func pauseByHand(_ component: ComponentID) throws(OrderRefusal) -> String {
        let place = try known(component)
        guard components[place].hold != .paused else {
            throw OrderRefusal(.conflict, "\(component) is already paused")
        }
        emit(.operator, .info, component, "\(component): paused by hand")
        hold(place, .paused)
        return "\(component) is paused: neither checked nor healed until `hale resume \(component)`"
    }

    mutating func maintain(_ component: ComponentID, for span: TimeSpan?) throws(OrderRefusal) -> String {
        let place = try known(component)
        if let span, span <= .zero {
            throw OrderRefusal(.conflict, "a maintenance lasts longer than \(span); give it a time such as 2h")
        }
        if components[place].hold == .paused { release(place) }
        let until = span.map { now.boot + $0 }
        let length = span.map { "for \($0)" } ?? "until `hale resume \(component)`"
        emit(.operator, .info, component, "\(component): under maintenance \(length), by hand")
        hold(place, .maintenance(until: until))
        return "\(component) is under maintenance \(length): checked, but neither healed nor alerted"
    }

    mutating func resumeByHand(_ component: ComponentID) throws(OrderRefusal) -> String {
        let place = try known(component)
        guard components[place].hold != nil else {
            throw OrderRefusal(.conflict, "\(component) is neither paused nor under maintenance")
        }
        emit(.operator, .info, component, "\(component): resumed by hand")
        release(place)
        return "\(component) is watched and healed again"
    }

    /// The ladder, the waits and the breakers begin anew; limits do not.
    mutating func resetByHand(_ component: ComponentID) throws(OrderRefusal) -> String {
        let place = try known(component)
        emit(.operator, .info, component, "\(component): reset by hand")
        breakOff(place, "reset by hand")
        for index in components[place].tracks.indices { components[place].tracks[index].beginAnew() }
        resetBreakers(place, components[place].checks.indices)
        markDirty(place)
        enqueue(place)
        return "\(component) begins anew: attempts, waits and breakers are forgotten, limits are not"
    }

    mutating func resetBreaker(_ component: ComponentID, _ name: String?) throws(OrderRefusal) -> String {
        let place = try known(component)
        var chosen = components[place].checks.indices
        if let name {
            guard let index = components[place].checks.firstIndex(where: { $0.policy.name == name }) else {
                let names = components[place].checks.map(\.policy.name).joined(separator: ", ")
                throw OrderRefusal(
                    .conflict, "\(component) has no check '\(name)'; it has \(names.isEmpty ? "none" : names)")
            }
            chosen = index..<(index + 1)
        }
        guard !chosen.isEmpty else { throw OrderRefusal(.conflict, "\(component) has no check") }
        emit(.operator, .info, component, "\(component): breaker reset by hand")
        resetBreakers(place, chosen)
        return chosen.count == 1
            ? "the breaker is closed, and the check runs now" : "the breakers are closed, and the checks run now"
    }

    private mutating func resetBreakers(_ place: Int, _ chosen: Range<Int>) {
        for index in chosen {
            if let change = components[place].checks[index].memory.breaker.reset() { tellCircuit(place, index, change) }
            runCheck(place, index, forced: true)
        }
        enqueue(place)
    }

    mutating func acknowledge(_ component: ComponentID, _ note: String?) throws(OrderRefusal) -> String {
        let place = try known(component)
        guard components[place].state != .healthy else {
            throw OrderRefusal(.conflict, "\(component) is healthy: there is nothing to acknowledge")
        }
        components[place].acknowledgement = note ?? ""
        let said = note.map { ": \($0)" } ?? ""
        emit(.operator, .info, component, "\(component): acknowledged by hand\(said)")
        markDirty(place)
        return "\(component) is acknowledged until it is healthy again"
    }

    mutating func silence(_ component: ComponentID, for span: TimeSpan) throws(OrderRefusal) -> String {
        let place = try known(component)
        guard span > .zero else {
            throw OrderRefusal(.conflict, "a silence lasts longer than \(span); give it a time such as 1h")
        }
        components[place].silencedUntil = now.boot + span
        deadlines[components[place].slots.silence] = now.boot + span
        emit(.operator, .info, component, "\(component): silenced for \(span), by hand")
        markDirty(place)
        return "\(component) sends no alerts for \(span)"
    }

    mutating func endSilence(_ component: ComponentID) throws(OrderRefusal) -> String {
        let place = try known(component)
        guard components[place].silencedUntil != nil else {
            throw OrderRefusal(.conflict, "\(component) is not silenced")
        }
        emit(.operator, .info, component, "\(component): silence ended by hand")
        deadlines[components[place].slots.silence] = nil
        silenceEnded(place)
        return "\(component) sends alerts again"
    }

    mutating func setAutoHeal(_ component: ComponentID, _ isOn: Bool) throws(OrderRefusal) -> String {
        let place = try known(component)
        guard components[place].policy.heal != nil else {
            throw OrderRefusal(.conflict, "\(component) has no remedy; give it `heal:` or `run:`")
        }
        components[place].setAutoHeal(isOn)
        emit(.operator, .info, component, "\(component): automatic healing switched \(isOn ? "on" : "off") by hand")
        markDirty(place)
        enqueue(place)
        return isOn ? "\(component) is healed by Hale" : "\(component) is healed by people alone (H10)"
    }

    mutating func note(
        _ component: ComponentID?, _ message: String, _ details: [String: JSONValue]
    ) throws(OrderRefusal) -> String {
        if let component { _ = try known(component) }
        let id = emit(.change, .change, component, message, details)
        return "recorded as event \(id)"
    }

    // MARK: Monitoring as a whole

    /// C6 for everything at once.
    mutating func setMonitoring(_ isOn: Bool) throws(OrderRefusal) -> String {
        guard isOn == (monitoringStoppedAt != nil) else {
            throw OrderRefusal(.conflict, "monitoring is already \(isOn ? "on" : "stopped")")
        }
        emit(.operator, isOn ? .info : .warning, nil, "Monitoring \(isOn ? "started" : "stopped") by hand")
        monitoringStoppedAt = isOn ? nil : now.wall
        isEngineDirty = true
        for place in components.indices {
            let wasPaused = components[place].isPaused
            if !isOn, !wasPaused { breakOff(place, "monitoring is stopped") }
            components[place].isUnwatched = !isOn
            if isOn {
                if !components[place].isPaused { goOnWatching(place) }
            } else if !wasPaused {
                stopWatching(place)
            }
            markDirty(place)
            enqueue(place)
        }
        return isOn
            ? "everything is watched and healed again" : "nothing is checked or healed until monitoring is started"
    }

    // MARK: Owners

    /// H7: what somebody else owns is not touched.
    mutating func ownershipChanged(_ component: ComponentID, _ owner: String?) {
        guard let place = place(of: component), components[place].foreignOwner != owner else { return }
        components[place].foreignOwner = owner
        if let owner { abandonAttempt(place, "\(owner) owns it") }
        markDirty(place)
        enqueue(place)
    }
}
