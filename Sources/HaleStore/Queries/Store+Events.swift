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

    /// A row that this version can't read, of a later one or damaged, is passed over.
    private static func event(_ row: Row) -> Event? {
        func text(_ column: String) -> String? { String.fromDatabaseValue(row[column] as DatabaseValue) }
        func number(_ column: String) -> Int64? { Int64.fromDatabaseValue(row[column] as DatabaseValue) }
        guard let id = number("id").flatMap(UInt64.init(exactly:)), let time = number("time"),
            let kind = text("kind").flatMap(EventKind.init),
            let severity = text("severity").flatMap(EventSeverity.init),
            let message = text("message"), let details = text("details"),
            let decoded = try? JSONDecoder().decode([String: JSONValue].self, from: Data(details.utf8))
        else { return nil }
        return Event(
            id: EventID(id), time: WallTime(nanoseconds: time), kind: kind,
            component: text("component").flatMap { ComponentID($0) }, severity: severity, message: message,
            details: decoded)
    }
}
