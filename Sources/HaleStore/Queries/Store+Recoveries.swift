import GRDB
package import HaleModel

extension Store {
    /// The newest attempts to heal, newest first.
    package func recoveries(of component: ComponentID?, limit: Int) async throws -> [Intent] {
        let filter = component == nil ? "" : "WHERE component = ?"
        var arguments: StatementArguments = []
        if let component { arguments += [component.name] }
        arguments += [limit]
        let request = (sql: "SELECT * FROM intent \(filter) ORDER BY id DESC LIMIT ?", arguments: arguments)
        return try await pool.read { db in
            try Row.fetchAll(db, sql: request.sql, arguments: request.arguments).compactMap(Self.intent)
        }
    }

    /// How attempts that have ended came out, by component and remedy; also those that are no longer kept one by one.
    package func recoveryCounts(of component: ComponentID?) async throws -> [RecoveryCount] {
        let filter = component == nil ? "" : "WHERE component = ?"
        let name = component?.name
        return try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT component, remedy, outcome, sum(count) AS count, sum(duration) AS duration
                    FROM (
                        SELECT component, remedy, outcome, 1 AS count, max(ended - began, 0) AS duration
                        FROM intent WHERE outcome IS NOT NULL
                        UNION ALL SELECT * FROM recovery_total)
                    \(filter) GROUP BY component, remedy, outcome ORDER BY component, remedy, outcome
                    """, arguments: name.map { [$0] } ?? []
            ).compactMap { row in
                guard let component = ComponentID(row["component"] as String? ?? ""),
                    let outcome = Intent.Outcome(rawValue: row["outcome"] as String? ?? ""),
                    let remedy = row["remedy"] as String?
                else { return nil }
                return RecoveryCount(
                    component: component, remedy: remedy, outcome: outcome, count: row["count"] ?? 0,
                    duration: TimeSpan(nanoseconds: row["duration"] ?? 0))
            }
        }
    }

    /// A row that this version can't read, of a later one or damaged, is passed over.
    private static func intent(_ row: Row) -> Intent? {
        func text(_ column: String) -> String? { String.fromDatabaseValue(row[column] as DatabaseValue) }
        func number(_ column: String) -> Int64? { Int64.fromDatabaseValue(row[column] as DatabaseValue) }
        guard let id = number("id").flatMap(UInt64.init(exactly:)),
            let component = text("component").flatMap({ ComponentID($0) }), let rung = number("rung"),
            let attempt = number("number"), let remedy = text("remedy"), let reason = text("reason"),
            let began = number("began")
        else { return nil }
        var intent = Intent(
            id: id, component: component, instance: number("instance").map { Int($0) }, rung: Int(rung),
            number: Int(attempt), remedy: remedy, reason: reason, isManual: number("manual") == 1,
            began: WallTime(nanoseconds: began))
        intent.ended = number("ended").map { WallTime(nanoseconds: $0) }
        intent.outcome = text("outcome").flatMap(Intent.Outcome.init)
        intent.message = text("message")
        return intent
    }
}
