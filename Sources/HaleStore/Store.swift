import Foundation
import GRDB
package import HaleModel

/// The durable memory of one Hale: records, intents and events in one SQLite database (WAL).
///
/// Written by one committer, read by anybody. A commit is all or nothing.
package final class Store: Sendable {
    /// What opening led to: a damaged database is set aside, and a fresh one opened in its place.
    package struct Opened: Sendable {
        package let store: Store
        /// The path of the damaged database, if there was one.
        package let setAside: String?
    }

    let pool: DatabasePool
    package let path: String
    /// How many events are kept, and for how long.
    package let retention: EventRetention

    private init(pool: DatabasePool, path: String, retention: EventRetention) {
        self.pool = pool
        self.path = path
        self.retention = retention
    }

    /// Opens or creates the database.
    /// - Parameter validate: reads the records; what it can't decode counts as damage.
    /// - Throws: `StoreError` where it can be neither opened nor set aside (permissions, a full disk).
    package static func open(
        path: String, retention: EventRetention = .init(), validate: ([StoredRecord]) throws -> Void = { _ in }
    ) throws(StoreError) -> Opened {
        do {
            return Opened(store: try connect(path, retention, validate), setAside: nil)
        } catch  where isDamage(error) {
            let aside = try setAside(path)
            do {
                return Opened(store: try connect(path, retention, validate), setAside: aside)
            } catch {
                throw StoreError("cannot create the database \(path): \(describe(error))")
            }
        } catch {
            throw StoreError("cannot open the database \(path): \(describe(error))")
        }
    }

    private static func connect(
        _ path: String, _ retention: EventRetention, _ validate: ([StoredRecord]) throws -> Void
    ) throws -> Store {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            if !db.configuration.readonly { try db.execute(sql: "PRAGMA synchronous = NORMAL") }
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        let verdict = try pool.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
        guard verdict == "ok" else {
            try? pool.close()
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: verdict ?? "quick_check gave no answer")
        }
        do {
            try Migrations.all.migrate(pool)
            let store = Store(pool: pool, path: path, retention: retention)
            try validate(try store.loadRecords())
            return store
        } catch {
            try? pool.close()
            throw error
        }
    }

    private static func isDamage(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return error is DecodingError }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT].contains(error.resultCode)
    }

    /// Renames the database with its log, under a name that was not used before.
    private static func setAside(_ path: String) throws(StoreError) -> String {
        let files = FileManager.default
        var number = 1
        while files.fileExists(atPath: "\(path).damaged-\(number)") { number += 1 }
        let aside = "\(path).damaged-\(number)"
        do {
            for suffix in ["-wal", "-shm"] where files.fileExists(atPath: path + suffix) {
                try files.moveItem(atPath: path + suffix, toPath: aside + suffix)
            }
            try files.moveItem(atPath: path, toPath: aside)
        } catch {
            throw StoreError(
                "the database \(path) is damaged, and cannot be set aside as \(aside): \(error.localizedDescription)")
        }
        return aside
    }

    /// The reason in a person's words, without the SQL.
    package static func describe(_ error: any Error) -> String {
        guard let error = error as? DatabaseError else { return String(describing: error) }
        return error.message ?? error.resultCode.description
    }

    /// Waits for what is under way and closes the files.
    package func close() throws { try pool.close() }
}

/// How much of the event log is kept.
package struct EventRetention: Sendable {
    /// Default 30 days.
    package var age: TimeSpan
    /// Default 1,000,000.
    package var count: UInt64

    package init(age: TimeSpan = .days(30), count: UInt64 = 1_000_000) {
        self.age = age
        self.count = count
    }
}

/// The database can't be used at all.
package struct StoreError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
