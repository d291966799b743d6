internal import HaleEngine
internal import HaleModel

/// What was written to disk, and values within.
extension Digest {
    mutating func add(_ record: Record) {
        switch record {
        case .engine(let record):
            add(record.bootID)
            add(record.lastSeen.boot.nanoseconds)
            add(record.nextID)
            add(record.lastEvent.number)
        case .component(let record): add(record)
        case .removed(let id): add(id.name)
        case .intent(let intent):
            add(intent.id)
            add(intent.component.name)
            add(Int64(intent.instance ?? -1))
            add(Int64(intent.rung))
            add(Int64(intent.number))
            add(intent.remedy)
            add(intent.outcome?.rawValue ?? "")
            add(intent.message ?? "")
        }
    }

    private mutating func add(_ record: ComponentRecord) {
        add(record.id.name)
        add(record.state.rawValue)
        add(record.since.nanoseconds)
        add(record.isStopped ? "stopped" : "")
        add(record.cause.evidence)
        add(record.restartsFor?.name ?? "")
        add(record.stableSince?.nanoseconds ?? -1)
        add(record.silencedUntil?.nanoseconds ?? -1)
        switch record.hold {
        case nil: add("")
        case .paused: add("paused")
        case .maintenance(let until): add("maintenance"); add(until?.nanoseconds ?? -1)
        }
        for check in record.checks {
            add(check.total)
            add(check.failures)
            add(Int64(check.source.failures))
            add(Int64(check.source.successes))
        }
        for process in record.processes {
            add(process.launch)
            add(Int64(process.restarts))
            add(process.phase)
        }
        for track in record.tracks { add(track) }
    }

    private mutating func add(_ phase: ProcessState.Phase) {
        switch phase {
        case .idle: add("idle")
        case .spawning: add("spawning")
        case .running(let pid): add("running"); add(Int64(pid))
        case .stopping(let pid): add("stopping"); add(Int64(pid ?? -1))
        case .exited: add("exited")
        }
    }

    private mutating func add(_ track: HealTrack) {
        add(Int64(track.attempts))
        add(Int64(track.rung))
        add(track.notBefore.nanoseconds)
        for stamp in track.stamps { add(stamp.nanoseconds) }
        switch track.phase {
        case .idle: add("idle")
        case .waiting(let wait):
            add(wait.rule.rawValue)
            add(wait.until?.nanoseconds ?? -1)
        case .acting(let attempt):
            add(attempt.id)
            add(attempt.step.markName)
        case .proving(let attempt):
            add("proving")
            add(attempt.id)
        case .gaveUp(let retryAt, _):
            add("gave up")
            add(retryAt?.nanoseconds ?? -1)
        case .relieved: add("relieved")
        }
    }

    // MARK: Values

    mutating func add(_ details: [String: JSONValue]) {
        for key in details.keys.sorted() { add(key); add(details[key]!) }
    }

    mutating func add(_ value: JSONValue) {
        switch value {
        case .null: add("null")
        case .bool(let value): add(value ? "true" : "false")
        case .number(let number): add(number)
        case .string(let text): add(text)
        case .array(let values):
            add(Int64(values.count))
            for value in values { add(value) }
        case .object(let values):
            add(Int64(values.count))
            add(values)
        }
    }

    mutating func add(_ number: Double) { add(number.bitPattern) }

}
