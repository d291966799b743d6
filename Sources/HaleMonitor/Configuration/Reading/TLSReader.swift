internal import HaleServer

/// Reads `server: {tls: …}`: with which certificate Hale answers.
struct TLSReader {
    static let keys = ["certificate", "key"]

    let context: ReadingContext

    func read(_ field: Field) -> TLSIdentity.Files? {
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping with 'certificate' and 'key'", context)
        else { return nil }
        for key in Self.keys where map[key] == nil && !map.hasUnknownKeys { map.report("'\(key)' is missing") }
        let certificate = map.optional("certificate", .path(from: context.directory))
        let key = map.optional("key", .path(from: context.directory))
        guard let certificate, let key else { return nil }
        let files = TLSIdentity.Files(certificate: certificate, key: key)
        do throws(TLSIdentity.Failure) {
            _ = try TLSIdentity.load(files)
        } catch {
            if let field = map[error.isAboutKey ? "key" : "certificate"] {
                context.report(error.description, at: field)
            }
        }
        return files
    }
}
