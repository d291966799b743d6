import Foundation
import HaleEngine
import HaleModel
import HaleSimulator
import Testing

/// What is written is what is read: every kind of record that simulations commit.
@Suite struct RecordTests {
    @Test(arguments: 100...115 as ClosedRange<UInt64>)
    func everyRecordSurvivesJSON(seed: UInt64) throws {
        var options = SimulationOptions(.minutes(20))
        options.keptRecords = 1500
        let scenario = ScenarioGenerator.scenario(seed: seed, duration: options.duration)
        let records = Simulation.run(scenario, seed: seed, options: options).records
        #expect(!records.isEmpty)
        for record in records {
            let data = try JSONEncoder().encode(record)
            #expect(try JSONDecoder().decode(Record.self, from: data) == record)
        }
    }
}
