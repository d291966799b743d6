import Foundation
import GRDB
package import HaleModel

extension Store {
    /// Writes all of a batch, or nothing. When it returns, the batch is as durable as it asked to be.
    package func commit(_ batch: StoreBatch) async throws {
        try await pool.writeWithoutTransaction { [retention] db in
            if batch.survivesPowerLoss { try db.execute(sql: "PRAGMA synchronous = FULL") }
            defer { if batch.survivesPowerLoss { try? db.execute(sql: "PRAGMA synchronous = NORMAL") } }
            try db.inTransaction(.immediate) {
                try Self.write(batch.records, db)
                try Self.write(batch.intents, db)
                try Self.write(batch.events, retention, db)
                return .commit
            }
        }
    }

    private static func write(_ records: [StoredRecord], _ db: Database) throws {
        let upsert = try db.cachedStatement(
            sql: "INSERT INTO record (kind, key, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body")
        for record in records {
            if let body = record.body {
                try upsert.execute(arguments: [record.kind, record.key, body])
            } else {
                try db.execute(
                    sql: "DELETE FROM record WHERE kind = ? AND key = ?", arguments: [record.kind, record.key])
            }
        }
    }

    private static func write(_ intents: [Intent], _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO intent
                    (id, component, instance, rung, number, remedy, reason, manual, began, ended, outcome, message)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET ended = excluded.ended, outcome = excluded.outcome, message = excluded.message
                """)
        for intent in intents {
            try insert.execute(arguments: [
                Int64(intent.id), intent.component.name, intent.instance, intent.rung, intent.number, intent.remedy,
                intent.reason, intent.isManual, intent.began.nanoseconds, intent.ended?.nanoseconds,
                intent.outcome?.rawValue, intent.message,
            ])
        }
    }

    private static func write(_ events: [Event], _ retention: EventRetention, _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql:
                "INSERT INTO event (id, time, kind, component, severity, message, details) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for event in events {
            let details =
                event.details.isEmpty ? "{}" : String(decoding: try encoder.encode(event.details), as: UTF8.self)
            try insert.execute(arguments: [
                Int64(event.id.number), event.time.nanoseconds, event.kind.rawValue, event.component?.name,
                event.severity.rawValue, event.message, details,
            ])
            if event.id.number.isMultiple(of: pruneEvery) { try prune(retention, newest: event, db) }
        }
    }

    /// Attempts that are no longer kept are still counted, or counters would go down; those of components that are gone
    /// are not, so that totals stay as many as components.
    private static func pruneIntents(before oldest: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO recovery_total (component, remedy, outcome, count, duration)
                SELECT component, remedy, outcome, count(*), sum(max(ended - began, 0))
                FROM intent WHERE began < ? AND outcome IS NOT NULL GROUP BY component, remedy, outcome
                ON CONFLICT DO UPDATE SET count = count + excluded.count, duration = duration + excluded.duration
                """, arguments: [oldest])
        try db.execute(sql: "DELETE FROM intent WHERE began < ? AND outcome IS NOT NULL", arguments: [oldest])
        try db.execute(
            sql: """
                DELETE FROM recovery_total
                WHERE component NOT IN (SELECT key FROM record WHERE kind = 'component')
                """)
    }

    /// Old rows are removed once in so many events, rather than with each.
    private static let pruneEvery: UInt64 = 1_024

    private static func prune(_ retention: EventRetention, newest: Event, _ db: Database) throws {
        let oldest = (newest.time - retention.age).nanoseconds
        try db.execute(sql: "DELETE FROM event WHERE time < ?", arguments: [oldest])
        try pruneIntents(before: oldest, db)
        try db.execute(
            sql: "DELETE FROM event WHERE id <= (SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET ?)",
            arguments: [Int64(retention.count)])
    }
}
