import Foundation
import HaleModel
import Testing

/// Hale is killed at -9 at every named place, and at any time; what stands outside of it is the judge.
@Suite struct KillTests {
    @Test(arguments: KillPlan.fromEnvironment.rounds)
    func nothingIsLostOrDoubledByKills(_ round: KillPlan.Round) async throws {
        try await Sandbox.use { sandbox in
            var life = try KillRound(round, sandbox)
            try await life.run()
        }
    }

    @Test func everyFailpointOfTheProgramIsInThePlan() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  any: {run: [/bin/true]}")
            let result = try await sandbox.cli("run", environment: ["HALE_FAILPOINT": "nonsense"])
            #expect(result.code == 64)
            let named = result.text.components(separatedBy: "one of ").last?.trimmingCharacters(
                in: .whitespacesAndNewlines)
            #expect(named?.components(separatedBy: ", ").sorted() == KillPlan.failpoints.map(\.key).sorted())
        }
    }
}
