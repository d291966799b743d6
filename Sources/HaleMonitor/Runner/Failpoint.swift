import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Named places at which a test lets Hale die, as by `kill -9`: `HALE_FAILPOINT=after-commit:3` dies at the third passage.
/// Without that variable a failpoint costs one comparison.
enum Failpoint: String, CaseIterable, Sendable {
    case beforeCommit = "before-commit"
    case afterCommit = "after-commit"
    case beforeSpawn = "before-spawn"
    case afterSpawn = "after-spawn"
    case betweenSpawnAndRecord = "between-spawn-and-record"
    case beforeStop = "before-stop"
    case afterStop = "after-stop"
    case beforeRemedy = "before-remedy"
    case afterRemedy = "after-remedy"
    case betweenRemedyAndRecord = "between-remedy-and-record"
    case beforeAnswer = "before-answer"
    case checkpoint

    private struct Armed: Sendable {
        var point: Failpoint
        var passages: Int
    }

    private static let armed: Armed? = {
        guard let text = ProcessInfo.processInfo.environment["HALE_FAILPOINT"] else { return nil }
        let parts = text.split(separator: ":")
        guard let point = parts.first.flatMap({ Failpoint(rawValue: String($0)) }),
            let passages = parts.count == 2 ? Int(parts[1]) : 1, passages > 0
        else {
            let known = Failpoint.allCases.map(\.rawValue).joined(separator: ", ")
            FileHandle.standardError.write(
                Data("hale: HALE_FAILPOINT=\(text): expected NAME or NAME:COUNT, NAME one of \(known)\n".utf8))
            exit(64)
        }
        return Armed(point: point, passages: passages)
    }()

    private static let passed = Atomic<Int>(0)

    /// Reads the variable, so that a wrong one is told at once.
    static func arm() { _ = armed }

    func hit() {
        guard let armed = Self.armed, armed.point == self else { return }
        let passages = Self.passed.add(1, ordering: .sequentiallyConsistent).newValue
        if passages == armed.passages { kill(getpid(), SIGKILL) }
    }
}
