import HaleModel
import Testing

@testable import HaleEngine
@testable import HaleSimulator

/// Which components the checkers look at after a step.
@Suite struct StepTests {
    private func places(_ input: Input, changed: [Int], turn: Int, of count: Int) -> [Int] {
        var buffer = EffectBuffer()
        buffer.changedViews = [0]
        var step = Step(input: input, at: Moment(boot: .zero, wall: .epoch), buffer)
        buffer.changedViews += changed
        step.end(buffer, turn: turn, of: count)
        return step.places
    }

    @Test func whatChangedInThisStepAndOneMore() {
        #expect(places(.tick, changed: [3, 1], turn: 7, of: 5) == [3, 1, 2])
    }

    @Test func whatIsNoComponentOfTheWorldIsLeftOut() {
        #expect(places(.tick, changed: [5], turn: 0, of: 5) == [0])
        #expect(places(.tick, changed: [], turn: 3, of: 0) == [])
    }

    @Test func eachHasItsTurn() {
        let turns = Set((0..<5).flatMap { places(.tick, changed: [], turn: $0, of: 5) })
        #expect(turns == [0, 1, 2, 3, 4])
    }

    @Test func allOfThemWhenHaleStarts() {
        let report = StartReport(version: "test", bootID: "boot", processes: [])
        #expect(places(.started(report), changed: [], turn: 0, of: 3) == [0, 1, 2])
    }
}
