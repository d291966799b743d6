internal import HaleEngine
internal import HaleModel

/// FNV-1a with 64 bits over all that went into the engine and came out, and over what was written to disk: the same seed gives the same digest, in every
/// build and process.
struct Digest: Sendable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    mutating func add(_ number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }

    mutating func add(_ number: Int64) { add(UInt64(bitPattern: number)) }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        add(UInt8(0))
    }

    mutating func add(_ input: Input, at moment: Moment) {
        add(moment.boot.nanoseconds)
        add(moment.wall.nanoseconds)
        switch input {
        case .started(let report):
            add("started")
            for process in report.processes { add(process) }
        case .checkFinished(let run, let component, let check, let result):
            add(run)
            add(component.name)
            add(check)
            add(result)
        case .processChanged(let report): add(report)
        case .remedyFinished(let attempt, let component, let outcome):
            add(attempt)
            add(component.name)
            if case .failed(let message) = outcome { add(message) } else { add("done") }
        case .remedyRefused(let attempt, let component, let reason):
            add(attempt)
            add(component.name)
            add(reason)
        case .heartbeat(let beat):
            add(beat.component.name)
            add("\(beat.status?.rawValue ?? "") \(beat.isStopping)")
            add(beat.metrics)
        case .heartbeatUnreadable(let component, let reason):
            add(component.name)
            add(reason)
        case .operations(let counts):
            add(counts.component.name)
            add("\(counts.origin.rawValue) \(counts.succeeded) \(counts.failed) \(counts.hasCritical)")
        case .ownership(let component, let owner):
            add(component.name)
            add(owner ?? "nobody")
        case .hookFinished(let id, let component, let outcome):
            add(id)
            add(component.name)
            if case .failed(let message) = outcome { add(message) } else { add("done") }
        case .storeTrouble(let reason): add(reason ?? "store is well")
        case .order(let id, let order, _):
            add(id)
            add("\(order)")
        case .tick: add("tick")
        }
    }

    mutating func add(_ event: Event) {
        add(event.id.number)
        add(event.time.nanoseconds)
        add(event.kind.rawValue)
        add(event.severity.rawValue)
        add(event.component?.name ?? "")
        add(event.message)
        add(event.details)
    }

    mutating func add(_ effect: Effect) {
        switch effect {
        case .check(let order):
            add(order.run)
            add(order.component.name)
            add(order.check)
            add(order.timeout.nanoseconds)
        case .process(let order):
            add(order.instance.component.name)
            add(Int64(order.instance.number))
            switch order {
            case .spawn(_, let launch): add("spawn"); add(launch)
            case .stop(_, let launch, let signal, let timeout):
                add("stop")
                add(launch)
                add(Int64(signal))
                add(timeout.nanoseconds)
            case .retire: add("retire")
            }
        case .remedy(let order):
            add(order.attempt)
            add(order.component.name)
            for word in order.command ?? [] { add(word) }
            add(order.timeout.nanoseconds)
            add(order.state.rawValue)
            add(Int64(order.number))
            add(order.reason)
        case .hook(let order):
            add(order.id)
            add(order.component.name)
            add(order.occasion.rawValue)
            for word in order.command ?? [] { add(word) }
            add(order.timeout.nanoseconds)
            add(order.state.rawValue)
            add(order.reason)
        case .answer(let order, let answer):
            add(order)
            switch answer {
            case .accepted(let text): add(text)
            case .refused(let refusal): add(refusal.message)
            case .checked(let results): for result in results { add(result.component.name); add(result.result) }
            case .explained(let explanation): for line in explanation.lines { add(line.subject); add(line.text) }
            }
        case .finish: add("finish")
        }
    }

    private mutating func add(_ result: HealthCheckResult) {
        add(result.status?.rawValue ?? "")
        add(result.message)
        add(result.details)
        add(result.metrics)
        add(result.latency.nanoseconds)
    }

    private mutating func add(_ metrics: [String: Double]) {
        for name in metrics.keys.sorted() { add(name); add(metrics[name]!) }
    }

    private mutating func add(_ report: ProcessReport) {
        add(report.instance.component.name)
        add(Int64(report.instance.number))
        add(report.launch)
        switch report.phase {
        case .absent: add("absent")
        case .held(let pid): add("held"); add(Int64(pid))
        case .running(let pid): add("running"); add(Int64(pid))
        case .exited(let exit): add(exit.description)
        }
    }
}
