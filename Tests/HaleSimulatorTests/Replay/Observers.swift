import Foundation
import HaleEngine
import HaleModel
import HaleSimulator
import Synchronization

/// Puts the engine through JSON, in parts as the recorder does, after every so many batches.
final class Snapshooter: BatchObserver {
    private let every: Int
    private let count = Mutex(0)
    private let failure = Mutex<String?>(nil)

    init(every: Int) { self.every = every }

    var trouble: String? { failure.withLock { $0 } }
    var snapshots: Int { count.withLock { $0 } / every }

    func began(_ engine: Engine, at now: Moment) {}

    func ended(_ steps: [RecordedStep], _ effects: EffectBuffer, collected: Moment, _ engine: inout Engine) {
        let isDue = count.withLock { count in
            count += 1
            return count % every == 0
        }
        guard isDue else { return }
        do {
            engine = try Self.copy(engine)
        } catch {
            failure.withLock { $0 = "\(error)" }
        }
    }

    static func copy(_ engine: Engine) throws -> Engine {
        let snapshot = EngineSnapshot(engine)
        let parts = try (0..<snapshot.count).map { try through(snapshot.part($0)) }
        return try EngineSnapshot.engine(of: try through(snapshot.whole), parts)
    }

    private static func through<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }
}

/// Keeps every life of the simulated Hale, as a recording does.
final class Recorder: BatchObserver {
    struct Life: Sendable {
        var engine: Engine
        var began: Moment
        var batches: [RecordedBatch] = []
        var digest = DecisionDigest()
    }

    private let kept = Mutex<[Life]>([])

    var lives: [Life] { kept.withLock { $0 } }

    func began(_ engine: Engine, at now: Moment) {
        kept.withLock { $0.append(Life(engine: engine, began: now)) }
    }

    func ended(_ steps: [RecordedStep], _ effects: EffectBuffer, collected: Moment, _ engine: inout Engine) {
        kept.withLock { lives in
            lives[lives.count - 1].digest.add(effects)
            let digest = lives[lives.count - 1].digest.value
            lives[lives.count - 1].batches.append(RecordedBatch(steps, collected: collected, digest: digest))
        }
    }
}
