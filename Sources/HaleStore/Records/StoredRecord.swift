/// One record as it lies in the database: what it is about, and a JSON document whose shape belongs to its writer.
package struct StoredRecord: Hashable, Sendable {
    package var kind: String
    package var key: String
    /// `nil` removes the record.
    package var body: String?

    package init(kind: String, key: String, body: String?) {
        self.kind = kind
        self.key = key
        self.body = body
    }
}
