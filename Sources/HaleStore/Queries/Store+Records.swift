import GRDB

extension Store {
    /// Every record, in the order of its kind and key.
    package func loadRecords() throws -> [StoredRecord] {
        try pool.read { db in
            try Row.fetchAll(db, sql: "SELECT kind, key, body FROM record ORDER BY kind, key").map {
                StoredRecord(kind: $0["kind"], key: $0["key"], body: $0["body"])
            }
        }
    }
}
