import HaleEngine
import HaleModel
import HaleSimulator
import Testing

/// The recorded inputs under another policy.
@Suite struct RehearsalTests {
    private static func remedied(retries: Int = 3) -> HealPolicy {
        HealPolicy(
            rungs: [.init(.command(["/bin/mend"], timeout: .seconds(30)), retries: retries)], cooldown: .minutes(1),
            limit: HealPolicy.Limit(count: 10, window: .hours(1)))
    }

    private static func web(_ heal: HealPolicy?, failures: Int = 3, timeout: TimeSpan = .seconds(5)) -> ComponentPolicy
    {
        ComponentPolicy(
            id: "web",
            checks: [
                CheckPolicy(
                    name: "http", kind: "http", timeout: timeout, thresholds: .init(failures: failures),
                    startPeriod: .seconds(1))
            ], heal: heal)
    }

    private static let api = ComponentPolicy(
        id: "api", checks: [CheckPolicy(name: "tcp", kind: "tcp", startPeriod: .seconds(1))],
        program: ProgramPolicy(), heal: .supervision)

    /// For a quarter of an hour no remedy helps `web`; `api` ends twice.
    private static let faults = [
        PlannedFault(.minutes(20), .serviceFails(component: 0, for: .minutes(15))),
        PlannedFault(.minutes(30), .crash(component: 1, instance: 0, .code(1)), every: .minutes(30)),
        PlannedFault(.minutes(70), .serviceFails(component: 0, for: .minutes(5))),
    ]

    /// While nothing is under way: what the disk had of it is not recorded.
    private static let kills = [
        PlannedFault(
            .minutes(13), .killHale(at: .idle, whenHealing: false, downFor: .seconds(2)), every: .minutes(41))
    ]

    private func record(_ web: ComponentPolicy, _ more: [PlannedFault] = []) -> Recorder {
        let recorder = Recorder()
        var options = SimulationOptions(.hours(2))
        options.observer = recorder
        var model = ComponentModel(web)
        model.remedyHelps = 0
        var scenario = Scenario("replay", components: [model, ComponentModel(Self.api)], faults: Self.faults + more)
        scenario.endsWell = false
        #expect(Simulation.run(scenario, seed: 7, options: options).failures == [])
        return recorder
    }

    private func play(
        _ recorder: Recorder, _ components: [ComponentPolicy], from: WallTime = .epoch
    ) throws -> Rehearsal {
        let first = try #require(recorder.lives.first)
        var rehearsal = Rehearsal(
            first.engine, try EngineConfiguration(components: components), at: first.began, from: from)
        for (number, life) in recorder.lives.enumerated() {
            if number > 0 { rehearsal.resume(life.engine, after: .restart) }
            for batch in life.batches { #expect(rehearsal.play(batch) == nil) }
        }
        return rehearsal
    }

    @Test(arguments: [[], kills])
    func theSamePolicyDecidesTheSame(more: [PlannedFault]) throws {
        let recorder = record(Self.web(Self.remedied()), more)
        #expect((recorder.lives.count > 1) == !more.isEmpty)
        let rehearsal = try play(recorder, [Self.web(Self.remedied()), Self.api])
        for (id, pair) in rehearsal.tallies {
            #expect(pair.actual.attempts == pair.other.attempts, "\(id)")
            #expect(pair.actual.losses == pair.other.losses, "\(id)")
            #expect(pair.actual.givenUp == pair.other.givenUp, "\(id)")
        }
        let web = try #require(rehearsal.tallies["web"])
        #expect(web.actual.attempts > 3)
        #expect(rehearsal.tallies["api"]?.actual.attempts ?? 0 >= 2)
    }

    @Test func aPolicyWithoutRemediesHealsNothing() throws {
        let rehearsal = try play(record(Self.web(Self.remedied())), [Self.web(nil), Self.api])
        let web = try #require(rehearsal.tallies["web"])
        #expect(web.actual.attempts > 3 && web.other.attempts == 0)
        #expect(web.other.losses == 2)
        #expect(rehearsal.omissions.consequences >= web.actual.attempts)
    }

    @Test func aPolicyThatHealsFindsItsRemediesTakenForDone() throws {
        let rehearsal = try play(record(Self.web(nil)), [Self.web(Self.remedied(retries: 2)), Self.api])
        let web = try #require(rehearsal.tallies["web"])
        #expect(web.actual.attempts == 0 && web.other.attempts >= 2)
        #expect(web.other.givenUp == 2)
        #expect(rehearsal.omissions.assumed == web.other.attempts)
    }

    @Test func aPolicyOfMorePatienceLosesNothing() throws {
        let rehearsal = try play(
            record(Self.web(Self.remedied())), [Self.web(Self.remedied(), failures: 10_000), Self.api])
        let web = try #require(rehearsal.tallies["web"])
        #expect(web.actual.losses >= 2)
        #expect(web.other.losses == 0 && web.other.attempts == 0)
    }

    @Test func anAnswerThatCameTooLateForThePolicyDidNotCome() throws {
        let rehearsal = try play(
            record(Self.web(nil)), [Self.web(nil, timeout: .microseconds(1)), Self.api])
        let web = try #require(rehearsal.tallies["web"])
        // Lost from the first result on, and for good.
        #expect(web.other.losses == 1)
        #expect(rehearsal.healing.entries.contains { $0.isOther && $0.event.message.contains("it came after") })
    }

    @Test func whatThePolicyDoesNotHaveIsLeftOutAndCounted() throws {
        let other = ComponentPolicy(id: "new", checks: [CheckPolicy(name: "tcp", kind: "tcp")])
        let rehearsal = try play(record(Self.web(nil)), [Self.api, other])
        #expect(rehearsal.omissions.unknown["web"] ?? 0 > 500)
        #expect(rehearsal.omissions.unknown["api"] == nil)
        #expect(rehearsal.omissions.unansweredChecks > 500)
        #expect(rehearsal.tallies["new"]?.other.losses == 0)
        #expect(rehearsal.tallies["api"]?.actual.attempts == rehearsal.tallies["api"]?.other.attempts)
    }

    /// Wherever inputs are missing: what the other policy waited for is answered, and it goes on.
    @Test func whatWaitsAtAGapIsAnswered() throws {
        let life = try #require(record(Self.web(Self.remedied())).lives.first)
        let configuration = try EngineConfiguration(components: [Self.web(Self.remedied()), Self.api])
        let missing = 30
        var assumed = 0
        for first in stride(from: 50, to: life.batches.count / 2, by: 71) {
            var recorded = Reproduction(life.engine)
            var rehearsal = Rehearsal(life.engine, configuration, at: life.began, from: .epoch)
            for (number, batch) in life.batches.enumerated() {
                #expect(recorded.play(batch) == nil)
                if number == first + missing - 1 { rehearsal.resume(recorded.engine, after: .gap) }
                // A digest runs on over a life, and begins anew with a snapshot: after it there is nothing to compare.
                if !(first..<(first + missing)).contains(number) { _ = rehearsal.play(batch) }
            }
            #expect(rehearsal.omissions.gaps == 1)
            let web = try #require(rehearsal.tallies["web"])
            #expect(web.other.losses >= 1, "the last outage is seen, whatever was missing before")
            assumed += rehearsal.omissions.assumed
        }
        #expect(assumed > 0, "something waited at one of them")
    }

    @Test func onlyWhatCameLaterIsCounted() throws {
        let recorder = record(Self.web(Self.remedied()))
        let begin = try #require(recorder.lives.first).began.wall
        let rehearsal = try play(recorder, [Self.web(nil), Self.api], from: begin + .minutes(60))
        #expect(rehearsal.tallies["web"]?.other.losses == 1)
    }
}
