import HaleModel
import Hummingbird

/// The query of a request; what is not expected is refused, so that a misspelt filter is not mistaken for no filter.
struct Query {
    private let values: [String: String]

    init(_ request: Request, allowed: Set<String>) throws {
        var values: [String: String] = [:]
        for (key, value) in request.uri.queryParameters {
            guard allowed.contains(String(key)) else {
                throw Problem(
                    .badRequest,
                    "unknown query parameter '\(key)'; expected \(allowed.sorted().joined(separator: ", "))")
            }
            values[String(key)] = String(value)
        }
        self.values = values
    }

    func value<Value: RawRepresentable & CaseIterable>(_ key: String, _: Value.Type) throws -> Value?
    where Value.RawValue == String {
        guard let text = values[key] else { return nil }
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badRequest, "\(key)=\(text): expected one of \(known)")
        }
        return value
    }

    func componentID(_ key: String) throws -> ComponentID? {
        guard let text = values[key] else { return nil }
        guard let id = ComponentID(text) else { throw Problem(.badRequest, "\(key)=\(text): not a component id") }
        return id
    }

    func eventID(_ key: String) throws -> EventID? {
        guard let text = values[key] else { return nil }
        guard let number = UInt64(text) else { throw Problem(.badRequest, "\(key)=\(text): not an event id") }
        return EventID(number)
    }

    func limit(default standard: Int, max: Int) throws -> Int {
        guard let text = values["limit"] else { return standard }
        guard let limit = Int(text), (1...max).contains(limit) else {
            throw Problem(.badRequest, "limit=\(text): expected a number from 1 to \(max)")
        }
        return limit
    }
}
