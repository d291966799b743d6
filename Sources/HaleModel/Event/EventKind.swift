/// What kind of thing happened.
public enum EventKind: String, Codable, CaseIterable, Hashable, Sendable {
    case componentAdded = "component_added"
    case componentRemoved = "component_removed"
    case stateChanged = "state_changed"
    /// The first failure, and when the kind of failure changes; counters tell the rest.
    case checkFailed = "check_failed"
    /// The first success after failures.
    case checkPassed = "check_passed"
    /// The first after silence.
    case heartbeatReceived = "heartbeat_received"
    case heartbeatUnreadable = "heartbeat_unreadable"
    case circuitOpened = "circuit_opened"
    case circuitHalfOpened = "circuit_half_opened"
    case circuitClosed = "circuit_closed"
    case processStarted = "process_started"
    case processExited = "process_exited"
    case healStarted = "heal_started"
    case healSucceeded = "heal_succeeded"
    case healFailed = "heal_failed"
    case healInterrupted = "heal_interrupted"
    case healSuppressed = "heal_suppressed"
    case gaveUp = "gave_up"
    case hookFailed = "hook_failed"
    case flappingBegan = "flapping_began"
    case flappingEnded = "flapping_ended"
    case panicBegan = "panic_began"
    case panicEnded = "panic_ended"
    case selfDoubtBegan = "self_doubt_began"
    case selfDoubtEnded = "self_doubt_ended"
    /// Somebody told that something was changed: a deploy, say.
    case change
    case `operator` = "operator"
    case configLoaded = "config_loaded"
    case configRejected = "config_rejected"
    case haleStarted = "hale_started"
    case haleStopped = "hale_stopped"
    case haleStalled = "hale_stalled"
    case storeTroubleBegan = "store_trouble_began"
    case storeTroubleEnded = "store_trouble_ended"
    case storeSetAside = "store_set_aside"
}
