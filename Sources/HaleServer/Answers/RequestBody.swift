import Foundation
import HaleModel
import Hummingbird
import NIOCore

/// The JSON document that came with an order; without one, every key is absent.
struct RequestBody {
    let values: [String: JSONValue]

    /// - Parameters:
    ///   - keys: what may be given; anything else is refused, so that a misspelt wish is not mistaken for none. `nil`: the
    ///     reader of the values refuses what it does not know.
    ///   - maxBytes: a longer body is refused.
    init(_ request: Request, keys: Set<String>? = nil, maxBytes: Int = 4_096) async throws {
        let names = keys.map { $0.sorted().map { "\"\($0)\"" }.joined(separator: ", ") } ?? "a definition"
        let expected = "expected a JSON object" + (names.isEmpty ? " without keys" : " with \(names)")
        let values = try await Self.values(of: request, maxBytes: maxBytes, expected: expected)
        if let keys, let unknown = values.keys.sorted().first(where: { !keys.contains($0) }) {
            throw Problem(.badRequest, "unknown key \"\(unknown)\"; \(expected)")
        }
        self.values = values
    }

    /// The keys and values of a JSON object; none where there is no body.
    /// - Parameter expected: what whoever sent something else is told.
    static func values(
        of request: Request, maxBytes: Int, expected: String
    ) async throws -> [String: JSONValue] {
        let buffer = try await collect(request, maxBytes: maxBytes)
        guard buffer.readableBytes > 0 else { return [:] }
        guard let values = try? JSONDecoder().decode([String: JSONValue].self, from: Data(buffer.readableBytesView))
        else { throw Problem(.badRequest, expected) }
        return values
    }

    /// All bytes of a body.
    static func collect(_ request: Request, maxBytes: Int) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: maxBytes)
        } catch is NIOTooManyBytesError {
            throw Problem(.contentTooLarge, "expected at most \(maxBytes) bytes")
        } catch {
            throw Problem(.badRequest, "the body can't be read to its end")
        }
    }

    func flag(_ key: String) throws -> Bool {
        switch values[key] {
        case nil, .null?: return false
        case .bool(let value)?: return value
        default: throw Problem(.badRequest, "\"\(key)\": expected true or false")
        }
    }

    func requiredFlag(_ key: String) throws -> Bool {
        guard case .bool(let value)? = values[key] else {
            throw Problem(.badRequest, "\"\(key)\": expected true or false")
        }
        return value
    }

    func object(_ key: String) throws -> [String: JSONValue] {
        switch values[key] {
        case nil, .null?: return [:]
        case .object(let value)?: return value
        default: throw Problem(.badRequest, "\"\(key)\": expected an object")
        }
    }

    func text(_ key: String, maxBytes: Int = 1_024) throws -> String? {
        switch values[key] {
        case nil, .null?: return nil
        case .string(let text)? where text.utf8.count <= maxBytes: return text
        default: throw Problem(.badRequest, "\"\(key)\": expected a text of at most \(maxBytes) bytes")
        }
    }

    /// A duration such as `2h`.
    func span(_ key: String) throws -> TimeSpan? {
        guard let text = try text(key) else { return nil }
        guard let span = TimeSpan(text), span > .zero, span <= .days(366) else {
            throw Problem(.badRequest, "\"\(key)\": expected a duration such as \"2h\", at most 366d")
        }
        return span
    }

    func componentID(_ key: String) throws -> ComponentID {
        guard let text = try text(key), let id = ComponentID(text) else {
            throw Problem(.badRequest, "\"\(key)\": expected a component id")
        }
        return id
    }
}
