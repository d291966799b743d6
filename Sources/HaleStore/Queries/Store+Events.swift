import Foundation
import GRDB
package import HaleModel

extension Store {
    /// Committed events in their order.
    package func events(_ query: EventQuery) async throws -> [Event] {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        if let after = query.after {
            conditions.append("id > ?")
            arguments += [Int64(clamping: after.number)]
        }
        if let component = query.component {
            conditions.append("component = ?")
            arguments += [component.name]
        }
        if let kind = query.kind {
            conditions.append("kind = ?")
            arguments += [kind.rawValue]
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let order = query.after == nil ? "DESC" : "ASC"
        arguments += [query.limit]
        let request = (sql: "SELECT * FROM event \(filter) ORDER BY id \(order) LIMIT ?", arguments: arguments)
        let events = try await pool.read { db in
            try Row.fetchAll(db, sql: request.sql, arguments: request.arguments).compactMap(Self.event)
        }
        return query.after == nil ? events.reversed() : events
    }

    /// A row of a kind that this version does not know is passed over.
    private static func event(_ row: Row) throws -> Event? {
        guard let kind = EventKind(rawValue: row["kind"]), let severity = EventSeverity(rawValue: row["severity"])
        else {
            return nil
        }
        let details: String = row["details"]
        return Event(
            id: EventID(UInt64(row["id"] as Int64)), time: WallTime(nanoseconds: row["time"]), kind: kind,
            component: (row["component"] as String?).flatMap { ComponentID($0) }, severity: severity,
            message: row["message"],
            details: try JSONDecoder().decode([String: JSONValue].self, from: Data(details.utf8)))
    }
}
