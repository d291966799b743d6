import HaleModel
import Testing

@testable import HaleEngine

@Suite("Tables of what is reported")
struct RuleTableTests {
    private static let start = Instant(nanoseconds: 1_000_000_000_000)

    @Test("S3: the age of the last heartbeat", arguments: CSVTable.rows("heartbeat-age.csv"))
    func age(_ row: CSVTable.Row) throws {
        let cells = row.cells
        try #require(cells.count == 5)
        let policy = HeartbeatPolicy(isAuthoritative: cells[3] == "yes")
        var state = HeartbeatState(at: Self.start)
        if cells[0] == "yes" {
            _ = state.beat(Heartbeat(component: "api"), policy, at: Moment(boot: Self.start, wall: .epoch))
        }
        let now = Self.start + .seconds(try #require(Int64(cells[1])))
        #expect(state.judgedSilence(policy, isProvenAlive: cells[2] == "yes", at: now).rawValue == cells[4])
    }

    @Test("S4: the error rate", arguments: CSVTable.rows("error-rate.csv"))
    func rate(_ row: CSVTable.Row) throws {
        let cells = row.cells
        try #require(cells.count == 5)
        let policy = ErrorRatePolicy()
        var state = ErrorRateState(policy)
        let counts = OperationCounts(
            component: "api", origin: .errors, succeeded: try #require(Int(cells[0])),
            failed: try #require(Int(cells[1])), hasCritical: cells[3] == "yes")
        state.record(counts, at: Self.start)
        if let rate = Double(cells[2]) { state.report(rate: rate, at: Self.start) }
        #expect(state.level(policy).rawValue == cells[4])
        state.forget(policy, at: Self.start + .seconds(70))
        #expect(state.level(policy) == .unknown, "the window has passed")
        #expect(!state.isLive)
    }

    @Test("S5: limits of reported metrics", arguments: CSVTable.rows("metric-limits.csv"))
    func limit(_ row: CSVTable.Row) throws {
        let cells = row.cells
        try #require(cells.count == 4)
        var metrics = MetricLimits()
        metrics.report(["memory_mb": try #require(Double(cells[2])), "other": .nan])
        let limits = ["memory_mb": MetricLimit(degraded: Double(cells[0]), unhealthy: Double(cells[1]))]
        #expect(metrics.worst(limits)?.level.rawValue == cells[3])
        #expect(metrics.values["other"] == nil, "what is no number is not kept")
    }

    @Test("Score and level", arguments: CSVTable.rows("score.csv"))
    func score(_ row: CSVTable.Row) throws {
        let cells = row.cells
        try #require(cells.count == 8)
        let parts = ScoreParts(
            availability: Double(cells[0]), circuits: Double(cells[1]), errors: Double(cells[2]),
            recovery: Double(cells[3]))
        let score = Score.score(parts).map { ($0 * 10).rounded() / 10 }
        #expect(score == Double(cells[6]))
        let level = Score.level(
            parts, lost: try #require(Int(cells[4])), vitalLost: try #require(Int(cells[5])))
        #expect(level?.rawValue ?? "-" == cells[7])
    }
}
