import HaleModel
import NIOCore
import Synchronization

/// A text match made ready. One matcher belongs to one check.
final class TextMatcher: Sendable {
    let match: TextMatch
    private let needle: [UInt8]
    /// Compiled at its first use, on a matching thread; the lock is held while it matches, and `isBusy` keeps a second
    /// run from waiting for it.
    private let compiled = Mutex<Regex<AnyRegexOutput>?>(nil)
    private let isBusy = Atomic(false)

    enum Outcome: Hashable, Sendable {
        case found
        case missing
        /// Not a regular expression.
        case invalid
        /// A match that an earlier run began is still under way.
        case busy
    }

    init(_ match: TextMatch) {
        self.match = match
        needle = if case .contains(let text) = match { Array(text.utf8) } else { [] }
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

    /// Matches anything, in a time without bound: only on a matching thread.
    func evaluate(_ buffer: ByteBuffer) -> Outcome {
        guard case .regex(let pattern) = match else { return finds(in: buffer) ? .found : .missing }
        guard !isBusy.exchange(true, ordering: .acquiring) else { return .busy }
        defer { isBusy.store(false, ordering: .releasing) }
        return compiled.withLock { compiled in
            // Protocols are made of scalars: by characters, "\r\n" is one and "\n" would not match in it.
            guard let regex = compiled ?? (try? Regex(pattern))?.matchingSemantics(.unicodeScalar) else {
                return .invalid
            }
            compiled = regex
            let text = String(buffer: buffer)
            return (try? regex.firstMatch(in: text)) == nil ? .missing : .found
        }
    }

    /// "lacks "ok"" or "does not match /…/".
    var complaint: String {
        switch match {
        case .contains(let text): "lacks \(quoted(text))"
        case .regex(let pattern): "does not match /\(quotable(pattern))/"
        }
    }

    /// The finding when a regular expression could not be tried.
    func trouble(_ outcome: Outcome) -> Finding? {
        guard case .regex(let pattern) = match else { return nil }
        return switch outcome {
        case .invalid: .failed(.configuration, "not a regular expression: /\(quotable(pattern))/")
        case .busy: .failed(.timeout, "still matching an earlier answer against /\(quotable(pattern))/")
        case .found, .missing: nil
        }
    }
}
