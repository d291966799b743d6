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
                    "unknown query parameter '\(key)'; expected "
                        + (allowed.isEmpty ? "none" : allowed.sorted().joined(separator: ", ")))
            }
            guard values.updateValue(String(value), forKey: String(key)) == nil else {
                throw Problem(.badRequest, "'\(key)' is given twice")
            }
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

    func limit(default standard: Int, max: Int) throws -> Int { try number("limit", 1...max) ?? standard }

    func number(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = values[key] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                .badRequest, "\(key)=\(text): expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ key: String) throws -> Bool {
        switch values[key] {
        case nil, "false": return false
        case "true": return true
        case .some(let text): throw Problem(.badRequest, "\(key)=\(text): expected true or false")
        }
    }

    /// `name:value`.
    func pair(_ key: String) throws -> (name: String, value: String)? {
        guard let text = values[key] else { return nil }
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
            throw Problem(.badRequest, "\(key)=\(text): expected NAME:VALUE")
        }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
}
