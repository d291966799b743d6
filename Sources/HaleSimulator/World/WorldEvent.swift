package import HaleEngine
package import HaleModel

/// What happens by itself in the world. Events of a process bear its pid, those of Hale its life: what comes too late for
/// its owner is dropped.
package enum WorldEvent: Sendable {
    /// A held process runs its program.
    case processReleased(component: Int, instance: Int, launch: UInt64)
    /// A program that was let go answers from this moment on.
    case processReady(component: Int, instance: Int, pid: Int32)
    case processEnds(component: Int, instance: Int, pid: Int32, ProcessExit.Reason)
    /// It is time for a heartbeat, and for what else a component reports.
    case beatDue(component: Int)
    case errorsReported(component: Int)
    case ownerLeaves(component: Int)
    /// A remote service is well again, if nothing failed it anew since.
    case serviceMends(component: Int, failure: Int)
    /// It is time for a failure that comes by itself.
    case failureDue(component: Int)
    /// Memory that grows since then is used up.
    case leakFull(component: Int, since: Instant)
    case checkEnds(life: Int, CheckOrder, latency: TimeSpan)
    case remedyEnds(life: Int, RemedyOrder)
    case hookEnds(life: Int, HookOrder)
    /// Something is told to Hale.
    case arrives(life: Int, Input)
    case fault(Int)
    case wake(life: Int, number: Int)
    case commitEnds(life: Int)
    case retryStore(life: Int)
    /// The disk takes writes again.
    case storeMends
    /// Hale is killed by now, if it was not at the point it was meant to be.
    case crashOverdue(life: Int)
    case haleStarts(life: Int)
    /// A person looks after what was given up or stopped.
    case operatorLooks
}
