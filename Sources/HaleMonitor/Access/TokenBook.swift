import HaleModel
import Synchronization

/// Every token in force: those of the configuration, and those of the file, which is read again when it has changed.
final class TokenBook: Sendable {
    private struct State {
        var configured: [StoredToken]
        /// `nil` where the file could not be read, so that it is tried again.
        var stamp: FileStamp?
        var stored: [StoredToken]
        var hasComplained = false
    }

    private let file: TokenFile
    private let onTrouble: @Sendable (TokenFile.Failure) -> Void
    private let state: Mutex<State>

    /// - Parameter onTrouble: told once when the file can't be read any more.
    /// - Throws: `TokenFile.Failure` where the file can't be understood: who may do what must not be guessed.
    init(
        _ configured: [StoredToken], file: TokenFile, onTrouble: @escaping @Sendable (TokenFile.Failure) -> Void
    ) throws(TokenFile.Failure) {
        self.file = file
        self.onTrouble = onTrouble
        let stamp = FileStamp(file.path)
        state = Mutex(State(configured: configured, stamp: stamp, stored: try file.load()))
    }

    func replace(configured: [StoredToken]) { state.withLock { $0.configured = configured } }

    var isEmpty: Bool { all.isEmpty }

    /// Who shows this token; every token is compared, so that time tells nothing.
    func bearer(of token: String) -> Bearer? {
        let digest = TokenDigest(of: token)
        var found: Bearer?
        for known in all where known.digest.matches(digest) { found = known.bearer }
        return found
    }

    /// Whether the bearer's token is still in force, and for the same.
    func holds(_ bearer: Bearer) -> Bool { all.contains { $0.bearer == bearer } }

    /// A file that has become unreadable lets nobody in; it is tried again each time.
    private var all: [StoredToken] {
        let (all, complaint) = state.withLock { state -> ([StoredToken], TokenFile.Failure?) in
            let stamp = FileStamp(file.path)
            guard stamp != state.stamp else { return (state.configured + state.stored, nil) }
            do throws(TokenFile.Failure) {
                state.stored = try file.load()
                state.stamp = stamp
                state.hasComplained = false
                return (state.configured + state.stored, nil)
            } catch {
                state.stored = []
                state.stamp = nil
                defer { state.hasComplained = true }
                return (state.configured, state.hasComplained ? nil : error)
            }
        }
        if let complaint { onTrouble(complaint) }
        return all
    }
}
