internal import HaleEngine
internal import HaleModel

/// The `sometimes` marks: how often each thing that can happen did. A suite in which one never fired has not tested it.
public struct Marks: Hashable, Sendable {
    private var counts = [UInt64](repeating: 0, count: Marks.names.count)

    public init() {}

    /// All marks with their counts, in one order.
    public var all: [(name: String, count: UInt64)] { zip(Self.names, counts).map { ($0, $1) } }
    /// What should have happened at least once in a thousand seeds, and did not.
    public var neverFired: [String] { all.filter { $0.count == 0 && !Self.rare.contains($0.name) }.map(\.name) }

    public mutating func merge(_ other: Marks) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    mutating func hit(_ index: Int) { counts[index] += 1 }

    mutating func hit(_ name: String) {
        guard let index = Self.places[name] else { preconditionFailure("there is no mark '\(name)'") }
        counts[index] += 1
    }

    // MARK: What there is

    private static let inputs = [
        "started", "check_finished", "process_changed", "remedy_finished", "remedy_refused", "store_trouble", "order",
        "tick", "heartbeat", "heartbeat_unreadable", "operations", "ownership", "hook_finished",
    ]
    private static let effects = [
        "check", "spawn", "stop", "retire", "remedy", "accepted", "refused", "checked", "explained", "finish",
        "hook",
    ]
    private static let phases = [
        "idle", "waiting H1", "waiting H2", "waiting H3", "waiting H5", "waiting H9", "waiting C6",
        "waiting C8", "waiting C10", "waiting H4", "waiting H6", "waiting H7", "waiting H10", "acting asking",
        "acting stopping",
        "acting settling",
        "acting commanding", "acting starting", "acting verifying", "proving", "gave_up", "relieved",
    ]
    private static let resumptions = [
        "asking", "stopping", "settling", "commanding", "starting", "verifying", "proving",
    ]
    private static let orders = [
        "check", "check all", "heal", "start", "stop", "explain", "shutdown", "shutdown with programs", "pause",
        "maintenance", "resume", "reset", "reset breaker", "acknowledge", "silence", "end silence", "auto heal off",
        "auto heal on", "monitoring off", "monitoring on", "note",
    ]
    /// What became of orders.
    private static let obeyed = [
        "end silence", "auto heal off", "auto heal on", "monitoring off", "monitoring on", "note",
    ]
    private static let others = [
        "power lost with unflushed records", "boot changed", "manual heal", "retry of a failed one",
        "ladder climbed", "reports at start", "store set aside", "left to people", "started without monitoring",
    ]

    /// Configurations are not changed in the invented world while Hale runs.
    private static let events = EventKind.allCases.filter { ![.configLoaded, .configRejected].contains($0) }

    static let transitions: [(from: HealthState, to: HealthState)] = HealthState.allCases.flatMap { from in
        HealthState.allCases.filter { TransitionsAreLegal.table[from]?.contains($0) == true }.map { (from, $0) }
    }

    /// Seen less than ten times in two thousand random scenarios, some not once: they need an odd threshold and a relapse, or a
    /// return, at the same moment.
    static let rare: Set<String> = [
        "transition unknown to restarting", "transition unhealthy to failed", "transition failed to down",
        "transition failed to starting", "transition failed to unknown", "transition unknown to failed",
        "transition starting to failed", "transition degraded to failed", "transition recovering to failed",
        "transition unknown to unhealthy", "transition unknown to recovering",
    ]

    static let names: [String] =
        inputs.map { "input \($0)" } + effects.map { "effect \($0)" } + events.map { "event \($0.rawValue)" }
        + transitions.map { "transition \($0.from.rawValue) to \($0.to.rawValue)" }
        + SuppressionReason.allCases.map { "suppressed \($0.rawValue)" } + phases.map { "phase \($0)" }
        + CrashPoint.allCases.map { "crash \($0.rawValue)" } + resumptions.map { "resumed \($0)" }
        + orders.map { "order \($0)" } + obeyed.map { "obeyed \($0)" } + others

    static let places: [String: Int] = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
}

extension Marks {
    private static let inputBase = places["input started"]!
    private static let effectBase = places["effect check"]!
    private static let waitPlaces: [Rule: Int] = Dictionary(
        uniqueKeysWithValues: Rule.allCases.compactMap { rule in
            places["phase waiting \(rule.rawValue)"].map { (rule, $0) }
        })
    private static let actingBase = places["phase acting asking"]!
    private static let idle = places["phase idle"]!
    private static let proving = places["phase proving"]!
    private static let gaveUp = places["phase gave_up"]!
    private static let relieved = places["phase relieved"]!
    private static let eventPlaces: [EventKind: Int] = Dictionary(
        uniqueKeysWithValues: events.map { ($0, places["event \($0.rawValue)"]!) })

    mutating func hit(_ input: Input) {
        switch input {
        case .started: hit(Self.inputBase)
        case .checkFinished: hit(Self.inputBase + 1)
        case .processChanged: hit(Self.inputBase + 2)
        case .remedyFinished: hit(Self.inputBase + 3)
        case .remedyRefused: hit(Self.inputBase + 4)
        case .storeTrouble: hit(Self.inputBase + 5)
        case .order(_, let order, _):
            hit(Self.inputBase + 6)
            hit("order \(order.markName)")
        case .tick: hit(Self.inputBase + 7)
        case .heartbeat: hit(Self.inputBase + 8)
        case .heartbeatUnreadable: hit(Self.inputBase + 9)
        case .operations: hit(Self.inputBase + 10)
        case .ownership: hit(Self.inputBase + 11)
        case .hookFinished: hit(Self.inputBase + 12)
        }
    }

    /// An order was not only given: it had its effect.
    mutating func obeyed(_ order: OperatorOrder) {
        if Self.obeyed.contains(order.markName) { hit("obeyed \(order.markName)") }
    }

    mutating func hit(_ effect: Effect) {
        switch effect {
        case .check: hit(Self.effectBase)
        case .process(.spawn): hit(Self.effectBase + 1)
        case .process(.stop): hit(Self.effectBase + 2)
        case .process(.retire): hit(Self.effectBase + 3)
        case .remedy: hit(Self.effectBase + 4)
        case .answer(_, .accepted): hit(Self.effectBase + 5)
        case .answer(_, .refused): hit(Self.effectBase + 6)
        case .answer(_, .checked): hit(Self.effectBase + 7)
        case .answer(_, .explained): hit(Self.effectBase + 8)
        case .finish: hit(Self.effectBase + 9)
        case .hook: hit(Self.effectBase + 10)
        }
    }

    mutating func hit(_ event: Event) {
        if let place = Self.eventPlaces[event.kind] { hit(place) }
        switch event.kind {
        case .stateChanged:
            guard case .string(let from)? = event.details["from"], case .string(let to)? = event.details["to"],
                let place = Self.places["transition \(from) to \(to)"]
            else { return }
            hit(place)
        case .healSuppressed:
            guard case .string(let reason)? = event.details["reason"] else { return }
            hit("suppressed \(reason)")
        case .healStarted:
            if event.details["manual"] == .bool(true) { hit("manual heal") }
            if case .number(let rung)? = event.details["rung"], rung > 0 { hit("ladder climbed") }
        default: break
        }
    }

    mutating func hit(_ phase: HealTrack.Phase) {
        switch phase {
        case .idle: hit(Self.idle)
        case .waiting(let wait):
            guard let place = Self.waitPlaces[wait.rule] else {
                preconditionFailure("there is no mark for waiting by \(wait.rule.rawValue)")
            }
            hit(place)
        case .acting(let attempt):
            hit(Self.actingBase + attempt.step.markPlace)
            if attempt.isRetryOfFailed { hit("retry of a failed one") }
        case .proving: hit(Self.proving)
        case .gaveUp: hit(Self.gaveUp)
        case .relieved: hit(Self.relieved)
        }
    }
}

extension HealAttempt.Step {
    /// Its place among the marks of acting.
    fileprivate var markPlace: Int {
        switch self {
        case .asking: 0
        case .stopping: 1
        case .settling: 2
        case .commanding: 3
        case .starting: 4
        case .verifying: 5
        }
    }

    var markName: String {
        switch self {
        case .asking: "asking"
        case .stopping: "stopping"
        case .settling: "settling"
        case .commanding: "commanding"
        case .starting: "starting"
        case .verifying: "verifying"
        }
    }
}

extension OperatorOrder {
    fileprivate var markName: String {
        switch self {
        case .check(nil): "check all"
        case .check: "check"
        case .heal: "heal"
        case .start: "start"
        case .stop: "stop"
        case .explain: "explain"
        case .pause: "pause"
        case .maintenance: "maintenance"
        case .resume: "resume"
        case .reset: "reset"
        case .resetBreaker: "reset breaker"
        case .acknowledge: "acknowledge"
        case .silence: "silence"
        case .endSilence: "end silence"
        case .autoHeal(_, let isOn): "auto heal \(isOn ? "on" : "off")"
        case .monitoring(let isOn): "monitoring \(isOn ? "on" : "off")"
        case .note: "note"
        case .shutdown(programs: true): "shutdown with programs"
        case .shutdown(programs: false): "shutdown"
        }
    }
}
