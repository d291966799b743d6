import Foundation
import HaleModel
import HaleMonitor
import Logging

/// How the daemon writes its log.
enum LogFormat: String, CaseIterable {
    case text
    case json
}

/// One line per record, as people read it.
struct TextLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let severity = event.metadata?["severity"].flatMap { EventSeverity(rawValue: "\($0)") }
        let time = Times.clock("\(BootClock.now().wall)")
        Terminal.complain("\(time)  \(mark(severity, event.level)) \(Terminal.safe(event.message.description))")
    }

    private func mark(_ severity: EventSeverity?, _ level: Logger.Level) -> String {
        if let severity { return EventLine.mark(severity) }
        switch level {
        case .trace, .debug: return "·"
        case .info, .notice: return "·"
        case .warning: return EventLine.mark(.warning)
        case .error, .critical: return EventLine.mark(.failure)
        }
    }
}

/// One JSON document per record, for machines.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    private struct Line: Encodable {
        var time: String
        var level: String
        var message: String
        var metadata: [String: String]
    }

    func log(event: LogEvent) {
        var fields = metadata.mapValues { "\($0)" }
        for (key, value) in event.metadata ?? [:] { fields[key] = "\(value)" }
        let line = Line(
            time: "\(BootClock.now().wall)", level: event.level.rawValue, message: event.message.description,
            metadata: fields)
        if let text = try? JSONOutput.text(line) { Terminal.complain(text) }
    }
}
