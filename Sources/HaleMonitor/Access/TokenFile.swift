package import Foundation
package import HaleModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The tokens that `hale token create` made: `tokens.json` in the data directory, for its owner alone.
package struct TokenFile: Sendable {
    package let path: String
    package static let maxTokens = 1_000

    package init(dataDirectory: String) { path = dataDirectory + "/tokens.json" }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Throws: `Failure` for a file that can't be read or understood; one that is not there holds no token.
    package func load() throws(Failure) -> [StoredToken] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            return try JSONDecoder().decode([StoredToken].self, from: data)
        } catch {
            throw Failure(description: "\(path) can't be read as a list of tokens: \(error)")
        }
    }

    /// Adds a token and returns it: the only time that it is ever seen.
    package func create(_ grant: Grant, at now: Date = .now) throws(Failure) -> String {
        let token = StoredToken.random()
        try change { tokens throws(Failure) in
            guard !tokens.contains(where: { $0.grant.name == grant.name }) else {
                throw Failure(
                    description: "there is a token '\(grant.name)' already; revoke it first, or take another name")
            }
            guard tokens.count < Self.maxTokens else {
                throw Failure(description: "there are \(Self.maxTokens) tokens already; revoke some")
            }
            tokens.append(StoredToken(grant, token: token, created: now.formatted(.iso8601)))
        }
        return token
    }

    package func revoke(_ name: String) throws(Failure) {
        try change { tokens throws(Failure) in
            guard tokens.contains(where: { $0.grant.name == name }) else {
                throw Failure(description: "there is no token '\(name)'; `hale token list` shows them")
            }
            tokens.removeAll { $0.grant.name == name }
        }
    }

    /// One at a time, and all or nothing.
    private func change(_ body: (inout [StoredToken]) throws(Failure) -> Void) throws(Failure) {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw failure("create", directory) }
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw failure("open", path + ".lock") }
        defer { close(lock) }
        _ = DurableFile.giveAway(lock, in: path)
        guard flock(lock, LOCK_EX) == 0 else { throw failure("lock", path + ".lock") }
        var tokens = try load()
        try body(&tokens)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(tokens), DurableFile.write(data, to: path) else {
            throw failure("write", path)
        }
    }

    private func failure(_ verb: String, _ path: String) -> Failure {
        Failure(description: "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
