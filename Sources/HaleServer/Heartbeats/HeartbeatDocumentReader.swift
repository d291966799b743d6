import Foundation
import HTTPTypes
import HaleModel

/// Reads a heartbeat as programs send it over HTTP.
enum HeartbeatDocumentReader {
    private static let keys: Set<String> = [
        "component_id", "metrics", "status", "message", "progress", "timestamp",
    ]
    /// The last beat of a program that stops on purpose.
    private static let stopping = "stopping"

    /// - Parameter id: the component where the path names it; then the document may leave it out, or name the same.
    static func read(_ values: [String: JSONValue], of id: ComponentID? = nil) throws(Problem) -> Heartbeat {
        if let unknown = values.keys.sorted().first(where: { !keys.contains($0) }) {
            throw Problem(.badRequest, "unknown key \"\(unknown)\"; expected \(keys.sorted().joined(separator: ", "))")
        }
        var beat = Heartbeat(component: try component(values["component_id"], id))
        beat.metrics = try metrics(values["metrics"])
        beat.message = try text(values["message"], "message")
        beat.progress = try number(values["progress"], "progress")
        switch try text(values["status"], "status") {
        case nil: break
        case stopping?: beat.isStopping = true
        case let word?:
            guard let status = HealthStatus(rawValue: word) else {
                let known = HealthStatus.allCases.map(\.rawValue) + [stopping]
                throw Problem(.badRequest, "\"status\": expected \(known.joined(separator: ", "))")
            }
            beat.status = status
        }
        // When it came is what counts; what the sender's clock says is for people.
        switch values["timestamp"] {
        case nil, .null?, .string?, .number?: break
        default: throw Problem(.badRequest, "\"timestamp\": expected a time")
        }
        if let problem = beat.problem { throw Problem(.badRequest, problem) }
        return beat
    }

    private static func component(_ value: JSONValue?, _ id: ComponentID?) throws(Problem) -> ComponentID {
        switch value {
        case nil, .null?:
            if let id { return id }
            throw Problem(.badRequest, "\"component_id\": expected a component id")
        case .string(let text)?:
            guard let named = ComponentID(text) else {
                throw Problem(.badRequest, "\"component_id\": not a component id")
            }
            if let id, id != named {
                throw Problem(.badRequest, "\"component_id\" is \(named), and the path says \(id)")
            }
            return named
        default: throw Problem(.badRequest, "\"component_id\": expected a component id")
        }
    }

    private static func metrics(_ value: JSONValue?) throws(Problem) -> [String: Double] {
        switch value {
        case nil, .null?: return [:]
        case .object(let values)?:
            guard values.count <= Heartbeat.maxMetrics else {
                throw Problem(.badRequest, "\(values.count) metrics, expected at most \(Heartbeat.maxMetrics)")
            }
            var result: [String: Double] = [:]
            for (name, value) in values {
                result[name] = try number(value, "metrics.\(name.prefix(40))")
            }
            return result
        default: throw Problem(.badRequest, "\"metrics\": expected an object of numbers")
        }
    }

    private static func number(_ value: JSONValue?, _ key: String) throws(Problem) -> Double? {
        switch value {
        case nil, .null?: return nil
        case .number(let number)?: return number
        default: throw Problem(.badRequest, "\"\(key)\": expected a number")
        }
    }

    private static func text(_ value: JSONValue?, _ key: String) throws(Problem) -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw Problem(.badRequest, "\"\(key)\": expected a text")
        }
    }
}
