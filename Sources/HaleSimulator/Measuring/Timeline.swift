internal import HaleModel

/// What happened, a line for each thing, with its time since the beginning.
struct Timeline: Sendable {
    let isKept: Bool
    private(set) var lines: [String] = []

    init(isKept: Bool) { self.isKept = isKept }

    mutating func add(_ time: Instant, _ text: @autoclosure () -> String) {
        if isKept { lines.append("\(Self.clock(time - .zero)) \(text())") }
    }

    /// `1:02:03.004`, counted from the beginning.
    static func clock(_ span: TimeSpan) -> String {
        let milliseconds = span.nanoseconds / 1_000_000
        func pad(_ value: Int64, _ width: Int) -> String { String(value, width: width) }
        let seconds = milliseconds / 1000
        return "\(seconds / 3600):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2)).\(pad(milliseconds % 1000, 3))"
    }
}
