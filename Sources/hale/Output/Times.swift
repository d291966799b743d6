import Foundation
import HaleModel

/// Times as people read them: local, and how long ago.
enum Times {
    static func parse(_ text: String?) -> Date? {
        text.flatMap { try? Date($0, strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true)) }
    }

    static func clock(_ text: String) -> String {
        guard let date = parse(text) else { return text }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        let parts = calendar.dateComponents([.hour, .minute, .second], from: date)
        func pad(_ value: Int?) -> String { String(format: "%02d", value ?? 0) }
        return "\(pad(parts.hour)):\(pad(parts.minute)):\(pad(parts.second))"
    }

    /// `3m12s`, rounded to whole seconds.
    static func since(_ text: String) -> String {
        guard let date = parse(text) else { return "?" }
        return "\(TimeSpan.seconds(Int64(max(0, Date.now.timeIntervalSince(date)))))"
    }

    /// `in 8s`, or `now`.
    static func until(_ text: String?) -> String {
        guard let date = parse(text) else { return "" }
        let seconds = Int64(date.timeIntervalSinceNow.rounded(.up))
        return seconds <= 0 ? "now" : "in \(TimeSpan.seconds(seconds))"
    }
}
