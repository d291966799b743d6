import HaleModel

/// An event as one line.
enum EventLine {
    static func text(_ event: EventDocument) -> String {
        "\(Times.clock(event.time))  \(mark(event.severity)) \(Terminal.safe(event.message))"
    }

    static func mark(_ severity: EventSeverity) -> String {
        let mark: Character
        switch severity {
        case .failure: mark = "■"
        case .warning: mark = "◆"
        case .recovery: mark = "●"
        case .change: mark = "↻"
        case .info: mark = "·"
        }
        return Terminal.coloured("\(mark)", Terminal.colour(severity))
    }
}
