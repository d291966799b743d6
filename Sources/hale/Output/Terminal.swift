import Foundation
import HaleModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the terminal can show.
enum Terminal {
    static let isInteractive = isatty(STDOUT_FILENO) == 1
    static let hasColour = isInteractive && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func coloured(_ text: String, _ code: Int) -> String {
        hasColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    static func state(_ state: HealthState) -> String {
        coloured("\(state.symbol) \(state.rawValue)", colour(state))
    }

    private static func colour(_ state: HealthState) -> Int {
        switch state {
        case .healthy: 32
        case .degraded, .unhealthy: 33
        case .down: 31
        case .failed: 35
        case .restarting, .starting: 34
        case .recovering: 36
        case .unknown: 90
        }
    }

    static func colour(_ severity: EventSeverity) -> Int {
        switch severity {
        case .failure: 31
        case .warning, .change: 33
        case .recovery: 32
        case .info: 34
        }
    }

    /// Characters that could move the cursor or change its colour are shown, not sent: output of programs ends up here.
    static func safe(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : Character($0) })
    }
}
