import Foundation
import HaleModel

/// How one life of Hale ends.
enum Kill: Sendable, CustomStringConvertible {
    case failpoint(String, passage: Int)
    /// From outside, this long after the start.
    case signal(after: Duration)

    var description: String {
        switch self {
        case .failpoint(let name, let passage): "\(name):\(passage)"
        case .signal(let time): "SIGKILL after \(time)"
        }
    }

    var environment: [String: String] {
        guard case .failpoint = self else { return [:] }
        return ["HALE_FAILPOINT": description]
    }
}

/// Which kills happen in which data directory.
struct KillPlan: Sendable {
    /// The failpoints, and how many passages a short scenario has at least.
    static let failpoints: KeyValuePairs = [
        "before-commit": 25, "after-commit": 25, "before-spawn": 5, "after-spawn": 5, "between-spawn-and-record": 5,
        "before-stop": 3, "after-stop": 3, "before-remedy": 3, "after-remedy": 3,
        "between-remedy-and-record": 2, "before-answer": 8, "checkpoint": 1,
    ]
    static let killsPerRound = 5

    struct Round: Sendable, CustomStringConvertible {
        var number: Int
        var seed: UInt64
        var kills: [Kill]
        var description: String { "round \(number) of seed \(seed): \(kills)" }
    }

    let rounds: [Round]

    /// Each failpoint in its turn, for seven kills in ten; the others come at any time.
    init(kills count: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let points = Array(Self.failpoints)
        let atPoints = count * 7 / 10
        var kills: [Kill] = (0..<atPoints).map { index in
            let point = points[index % points.count]
            return .failpoint(point.key, passage: Int.random(in: 1...point.value, using: &random))
        }
        kills += (atPoints..<count).map { _ in .signal(after: .milliseconds(Int.random(in: 0...3_000, using: &random)))
        }
        kills.shuffle(using: &random)
        rounds = stride(from: 0, to: count, by: Self.killsPerRound).enumerated().map { number, start in
            Round(number: number, seed: seed, kills: Array(kills[start..<min(start + Self.killsPerRound, count)]))
        }
    }

    static let fromEnvironment: KillPlan = {
        let environment = ProcessInfo.processInfo.environment
        return KillPlan(
            kills: environment["HALE_E2E_KILLS"].flatMap { Int($0) } ?? 40,
            seed: environment["HALE_E2E_SEED"].flatMap { UInt64($0) } ?? 1)
    }()
}
