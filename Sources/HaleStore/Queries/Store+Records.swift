import GRDB

extension Store {
    /// Every record, in the order of its kind and key.
    /// - Throws: `DatabaseError` (SQLITE_CORRUPT) for a row whose values are not text.
    package func loadRecords() throws -> [StoredRecord] {
        try pool.read { db in
            try Row.fetchAll(db, sql: "SELECT kind, key, body FROM record ORDER BY kind, key").map { row in
                StoredRecord(kind: try text(row, "kind"), key: try text(row, "key"), body: try text(row, "body"))
            }
        }
    }

    /// A damaged page may hold anything: what is not text is damage, not a reason to trap.
    private func text(_ row: Row, _ column: String) throws -> String {
        guard let text = String.fromDatabaseValue(row[column] as DatabaseValue) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a record's \(column) is not text")
        }
        return text
    }
}
