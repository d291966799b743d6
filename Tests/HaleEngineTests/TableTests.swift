import HaleModel
import Testing

@testable import HaleEngine

@Suite("Tables of rules")
struct TableTests {
    @Test("S1, S2, C2: one source, one result", arguments: CSVTable.rows("source-rules.csv"))
    func source(_ row: CSVTable.Row) throws {
        let cells = row.cells
        try #require(cells.count == 11)
        var source = SourceState()
        source.level = try #require(SourceLevel(rawValue: cells[0]))
        source.startsAfterDown = cells[1] == "yes"
        source.failures = try #require(Int(cells[2]))
        source.successes = try #require(Int(cells[3]))
        source.rule = source.level == .down ? .s1 : .c2
        if cells[10] == "C2" { source.rule = .c2 }
        let verdict = try #require(Verdict(rawValue: cells[4]))
        source.apply(verdict, .init(failures: try #require(Int(cells[5])), recoveries: try #require(Int(cells[6]))))
        #expect(source.level.rawValue == cells[7])
        #expect(String(source.failures) == cells[8])
        #expect(String(source.successes) == cells[9])
        #expect(source.rule.rawValue == cells[10])
    }

    @Test("The source table has a row for every level and verdict")
    func sourceTableIsTotal() {
        let seen = Set(CSVTable.rows("source-rules.csv").map { "\($0.cells[0]) \($0.cells[4])" })
        for level in SourceLevel.allCases {
            for verdict in Verdict.allCases { #expect(seen.contains("\(level.rawValue) \(verdict.rawValue)")) }
        }
    }

    @Test("C1, S6: the worst of the sources", arguments: CSVTable.rows("component-level.csv"))
    func component(_ row: CSVTable.Row) throws {
        func levels(_ cell: String) throws -> [SourceLevel] {
            try cell.split(separator: " ").map { try #require(SourceLevel(rawValue: String($0))) }
        }
        let level = ComponentRules.level(checks: try levels(row.cells[0]), processes: try levels(row.cells[1]))
        #expect(level.rawValue == row.cells[2])
    }

    @Test("Every state has its status and its side", arguments: CSVTable.rows("state-status.csv"))
    func status(_ row: CSVTable.Row) throws {
        let state = try #require(HealthState(rawValue: row.cells[0]))
        #expect(state.status?.rawValue ?? "-" == row.cells[1])
        #expect(state.isUsable.map { $0 ? "yes" : "no" } ?? "-" == row.cells[2])
    }

    @Test("The state table names every state")
    func statusTableIsTotal() {
        #expect(CSVTable.rows("state-status.csv").map { $0.cells[0] } == HealthState.allCases.map(\.rawValue))
    }
}
