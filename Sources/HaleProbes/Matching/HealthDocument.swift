import HaleModel
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A health document: what a program says of its own health, in one of the vocabularies of the field.
///
/// Spring Boot (`UP`, `DOWN`, `OUT_OF_SERVICE`, `UNKNOWN`), ASP.NET (`Healthy`, `Degraded`, `Unhealthy`, as JSON or plain
/// text), health+json (`pass`, `warn`, `fail`) and Hale's own (`healthy`, `degraded`, `unhealthy`, `critical`).
struct HealthDocument: Hashable, Sendable {
    /// Parts whose statuses are kept.
    private static let maxParts = 32

    /// `nil`: the program says that it does not know.
    var status: HealthStatus?
    /// The status in the document's own word.
    var word: String
    /// What the document says beside it, if it does.
    var reason: String?
    /// The statuses of its parts, in their own words, by name.
    var parts: [String: String] = [:]
    /// The names of the parts that are not well, sorted.
    var unwell: [String] = []

    /// `nil` when the bytes are no health document.
    init?(_ bytes: ByteBuffer) {
        let data = bytes.withUnsafeReadableBytes { Data($0) }
        switch try? JSONDecoder().decode(JSONValue.self, from: data) {
        case .object(let members)?: self.init(members)
        case .string(let word)?: self.init(word: word)
        case nil: self.init(word: String(buffer: bytes))
        default: return nil
        }
    }

    private init?(word: String) {
        let word = word.filter { !$0.isWhitespace }
        guard let meaning = HealthWord(word) else { return nil }
        status = meaning.status
        self.word = word
    }

    private init?(_ members: [String: JSONValue]) {
        guard case .string(let word)? = members["status"] ?? members["Status"], let meaning = HealthWord(word)
        else { return nil }
        status = meaning.status
        self.word = word
        for key in ["output", "message", "reason", "description"] {
            if reason == nil, case .string(let text)? = members[key], !text.isEmpty { reason = text }
        }
        // Spring: components (formerly details); ASP.NET: entries (or results); health+json: checks.
        for key in ["components", "details", "entries", "results", "checks"] where parts.isEmpty {
            if let value = members[key] { readParts(value) }
        }
    }

    private mutating func readParts(_ value: JSONValue) {
        switch value {
        case .object(let members):
            for (name, part) in members.sorted(by: { $0.key < $1.key }) { readPart(name, part) }
        case .array(let elements):
            for part in elements {
                guard case .object(let members) = part, case .string(let name)? = members["name"] ?? members["key"]
                else { continue }
                readPart(name, part)
            }
        case .null, .bool, .number, .string: break
        }
    }

    private mutating func readPart(_ name: String, _ part: JSONValue) {
        guard parts.count < Self.maxParts, let word = Self.word(of: part) else { return }
        let name = quotable(name)
        parts[name] = quotable(word)
        guard let meaning = HealthWord(word), meaning.status != .healthy else { return }
        unwell.append(name)
    }

    /// A part is a word, an object with a status, or a list of them (health+json), of which the worst speaks.
    private static func word(of part: JSONValue) -> String? {
        switch part {
        case .string(let word): return HealthWord(word) == nil ? nil : word
        case .object(let members):
            guard case .string(let word)? = members["status"] ?? members["Status"] else { return nil }
            return word
        case .array(let elements):
            let words = elements.compactMap { element -> String? in
                guard case .object(let members) = element, case .string(let word)? = members["status"] else {
                    return nil
                }
                return word
            }
            return words.max { rank($0) < rank($1) }
        case .null, .bool, .number: return nil
        }
    }

    private static func rank(_ word: String) -> Int { HealthWord(word)?.status?.rank ?? 0 }
}

/// A word of one of the vocabularies.
struct HealthWord: Hashable, Sendable {
    /// `nil`: not known.
    var status: HealthStatus?

    /// `nil` when the word belongs to no vocabulary.
    init?(_ word: String) {
        switch word.lowercased() {
        case "up", "healthy", "pass", "ok": status = .healthy
        case "degraded", "warn", "warning": status = .degraded
        case "down", "out_of_service", "unhealthy", "fail", "error": status = .unhealthy
        case "critical": status = .critical
        case "unknown": status = nil
        default: return nil
        }
    }
}
