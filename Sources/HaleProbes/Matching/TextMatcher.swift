import HaleModel
import NIOCore

/// A text match made ready.
struct TextMatcher: Sendable {
    private let match: TextMatch
    private let needle: [UInt8]
    private let pattern: Pattern?

    enum Outcome: Hashable, Sendable {
        case found
        case missing
    }

    init(_ match: TextMatch) {
        self.match = match
        switch match {
        case .contains(let text):
            needle = Array(text.utf8)
            pattern = nil
        case .regex(let text):
            needle = []
            pattern = try? Pattern(text)
        }
    }

    /// Whether the match can be made at once, in time that grows only with the text.
    var isPlain: Bool {
        if case .contains = match { true } else { false }
    }

    /// Looks for a plain text, from the given offset on.
    func finds(in buffer: ByteBuffer, from offset: Int = 0) -> Bool {
        buffer.withUnsafeReadableBytes { bytes in
            guard let first = needle.first else { return true }
            var start = max(0, offset - needle.count + 1)
            while start <= bytes.count - needle.count {
                guard let hit = bytes[start...(bytes.count - needle.count)].firstIndex(of: first) else { return false }
                if bytes[hit..<(hit + needle.count)].elementsEqual(needle) { return true }
                start = hit + 1
            }
            return false
        }
    }

    /// Matches anything. A pattern may take very long: only on a matching thread, and no longer than the ticket is wanted.
    func evaluate(_ buffer: ByteBuffer, _ ticket: Ticket) -> Outcome {
        guard let pattern else { return finds(in: buffer) ? .found : .missing }
        return pattern.isFound(in: String(buffer: buffer)) { ticket.isWanted } ? .found : .missing
    }

    /// "lacks "ok"" or "does not match /…/".
    var complaint: String {
        switch match {
        case .contains(let text): "lacks \(quoted(text))"
        case .regex(let pattern): "does not match /\(quotable(pattern))/"
        }
    }

    /// The finding when there is nothing that could be tried.
    var trouble: Finding? {
        guard case .regex(let text) = match, pattern == nil else { return nil }
        return .failed(.configuration, "not a regular expression: /\(quotable(text))/")
    }
}
