import HaleModel
import Synchronization

/// Every token in force: those of the configuration, and those of the file, which is read again when it has changed.
final class TokenBook: Sendable {
    private struct State {
        var configured: [StoredToken]
        var stamp: FileStamp
        var stored: [StoredToken]
    }

    private let file: TokenFile
    private let state: Mutex<State>

    /// - Throws: `TokenFile.Failure` where the file can't be understood: who may do what must not be guessed.
    init(_ configured: [StoredToken], file: TokenFile) throws(TokenFile.Failure) {
        self.file = file
        let stamp = FileStamp(file.path)
        state = Mutex(State(configured: configured, stamp: stamp, stored: try file.load()))
    }

    func replace(configured: [StoredToken]) { state.withLock { $0.configured = configured } }

    var isEmpty: Bool { all.isEmpty }

    /// What the bearer of a token may do; every token is compared, so that time tells nothing.
    func grant(for token: String) -> Grant? {
        let digest = TokenDigest(of: token)
        var found: Grant?
        for known in all where known.digest.matches(digest) { found = known.grant }
        return found
    }

    func holds(_ grant: Grant) -> Bool { all.contains { $0.grant == grant } }

    /// A file that has become unreadable lets nobody in.
    private var all: [StoredToken] {
        state.withLock { state in
            let stamp = FileStamp(file.path)
            if stamp != state.stamp {
                state.stamp = stamp
                state.stored = (try? file.load()) ?? []
            }
            return state.configured + state.stored
        }
    }
}
