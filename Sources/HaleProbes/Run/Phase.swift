import HaleModel

/// How far a run has come.
enum Phase {
    case starting
    /// Reading the trusted roots.
    case readingRoots
    case lookingUp(host: String, Ticket)
    case connecting
    /// Looking for processes, on a thread for files.
    case readingProcesses(Ticket)
    /// Connected; the conversation tells what has come so far.
    case talking(any Conversation)
    /// Comparing the answer with what is expected, on a thread for that.
    case matching(Ticket)

    func timedOut(after timeout: TimeSpan) -> Finding {
        switch self {
        case .starting: .failed(.timeout, "no time to begin within \(timeout)")
        case .readingRoots: .inconclusive(.resources, "trusted roots not read within \(timeout)")
        case .lookingUp(let host, let ticket):
            ticket.hasStarted
                ? .failed(.timeout, "name not resolved within \(timeout): \(quotable(host))")
                : .inconclusive(.resources, "no thread was free within \(timeout) to resolve \(quotable(host))")
        case .readingProcesses(let ticket):
            .inconclusive(
                .resources,
                ticket.hasStarted
                    ? "processes not read within \(timeout)" : "no thread was free within \(timeout) to read processes")
        case .connecting: .failed(.timeout, "timed out while connecting")
        case .talking(let conversation): conversation.timedOut(after: timeout)
        case .matching(let ticket):
            ticket.hasStarted
                ? .failed(.timeout, "comparing the answer with what is expected took longer than \(timeout)")
                : .inconclusive(.resources, "no thread was free within \(timeout) to compare the answer")
        }
    }
}

/// The part of a run that talks to the peer.
protocol Conversation: AnyObject {
    func timedOut(after timeout: TimeSpan) -> Finding
}

extension Finding {
    static func silence(_ timeout: TimeSpan) -> Finding {
        .failed(.timeout, "no answer within \(timeout) (connected, nothing received)")
    }
}
