import Foundation
import HaleEngine
import HaleModel
import HaleSimulator
import Logging
import Testing

@testable import HaleMonitor

/// A recording in a directory of its own, written by a real recorder that is fed by an engine in virtual time.
struct Taped {
    let directory: RecordingDirectory
    private(set) var engine: Engine
    private(set) var now: Moment
    private var recorder: FlightRecorder
    private var effects = EffectBuffer()
    private var runs: [CheckOrder] = []
    private let configuration: EngineConfiguration

    static func use(
        _ settings: RecordingSettings = .init(), components: Int = 3, capacity: Int = FlightRecorder.capacity,
        _ body: (inout Taped) throws -> Void
    ) throws {
        let path = "/tmp/hale-recording-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: path) }
        var taped = try Taped(RecordingDirectory(path), settings, components, capacity)
        try body(&taped)
    }

    private init(
        _ directory: RecordingDirectory, _ settings: RecordingSettings, _ components: Int, _ capacity: Int
    ) throws {
        self.directory = directory
        let policies = try (0..<components).map { number in
            ComponentPolicy(
                id: try #require(ComponentID("web-\(number)")),
                checks: [CheckPolicy(name: "http", kind: "http", startPeriod: .seconds(1))])
        }
        configuration = try EngineConfiguration(components: policies)
        engine = Engine(configuration: configuration, restoring: [], seed: 7)
        now = Moment(boot: Instant(nanoseconds: 5_000_000_000), wall: WallTime(nanoseconds: 1_700_000_000_000_000_000))
        recorder = FlightRecorder(
            directory, settings, version: Monitor.version, capacity: capacity, logger: Logger(label: "test"))
        recorder.begin(engine, at: now)
        take(.input(.started(StartReport(version: "1", bootID: "boot", processes: []))))
    }

    /// One batch of one step.
    mutating func take(_ step: EngineStep) {
        engine.take(step, at: now, into: &effects)
        engine.collectRecords(at: now, into: &effects)
        recorder.record([RecordedStep(step, at: now)], effects, collected: now, engine)
        for case .check(let order) in effects.prompt { runs.append(order) }
        effects.removeAll()
    }

    /// Virtual time goes by; every check is answered after 3 ms or so.
    mutating func pass(_ span: TimeSpan, answer: (ComponentID, Int) -> HealthStatus = { _, _ in .healthy }) {
        let end = now.boot + span
        var number = 0
        while let next = engine.nextDeadline, next <= end {
            now = now.advanced(by: max(next - now.boot, .zero) + .microseconds(137))
            take(.input(.tick))
            let begun = runs
            runs.removeAll()
            for order in begun {
                number += 1
                now = now.advanced(by: .microseconds(3_000 + Int64(number % 977)))
                let status = answer(order.component, number)
                let result = HealthCheckResult(
                    status, status == .healthy ? "200 OK" : "503 Service Unavailable",
                    timestamp: now.wall - .microseconds(40), latency: .microseconds(2_900 + Int64(number % 931)))
                take(.input(.checkFinished(run: order.run, component: order.component, check: order.check, result)))
            }
        }
    }

    /// Waits until all that was recorded is written: the next file begins where it is due.
    mutating func settle() {
        recorder.settle()
        now = now.advanced(by: .microseconds(1))
        take(.input(.tick))
        recorder.settle()
    }

    /// Hale is started anew on the same directory.
    mutating func restart() throws {
        engine = Engine(configuration: configuration, restoring: [], seed: 8)
        runs.removeAll()
        recorder = FlightRecorder(
            directory, RecordingSettings(), version: Monitor.version, logger: Logger(label: "test"))
        recorder.begin(engine, at: now)
        take(.input(.started(StartReport(version: "1", bootID: "boot", processes: []))))
    }

    /// The daemon ends in order.
    func close() { recorder.close() }

    func replay() throws -> (RecordingReplay.Extent, RecordingReplay.Divergence?) {
        try RecordingReplay(directory.path).reproduce()
    }

    /// Changes the bytes of a file.
    func change(_ number: Int = 1, _ change: (inout Data) -> Void) throws {
        let url = URL(fileURLWithPath: directory.path(of: number))
        var data = try Data(contentsOf: url)
        change(&data)
        try data.write(to: url)
    }
}
