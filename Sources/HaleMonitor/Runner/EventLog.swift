import HaleModel
import Logging

/// Every committed event as a line of the log.
struct EventLog: Sendable {
    let logger: Logger

    func write(_ event: Event) {
        var metadata: Logger.Metadata = [
            "event": "\(event.id)", "kind": "\(event.kind.rawValue)", "severity": "\(event.severity.rawValue)",
        ]
        if let component = event.component { metadata["component"] = "\(component)" }
        logger.log(level: level(event.severity), "\(event.message)", metadata: metadata)
    }

    private func level(_ severity: EventSeverity) -> Logger.Level {
        switch severity {
        case .failure: .error
        case .warning: .warning
        case .recovery, .change: .notice
        case .info: .info
        }
    }
}
