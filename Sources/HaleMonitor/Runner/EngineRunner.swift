import HaleEngine
import HaleModel
import Synchronization

/// The only owner of the engine: hands it inputs in the order of their arrival, wakes it at its deadlines, and passes on
/// what follows. Prompt effects happen at once; all others wait for their batch to be committed.
final class EngineRunner: Sendable {
    private let inbox: Inbox
    private let queue: CommitQueue
    private let interpreter: EffectInterpreter
    private let board: ViewBoard
    /// When the engine is to be at work next at the latest, or since when it is at work, for the watch on its tick.
    private let expected = Atomic<Int64>(.max)

    /// Views are published at most this often.
    private static let publishInterval: TimeSpan = .milliseconds(50)
    /// A tick that is this late means that the engine stands still.
    private static let tolerance: TimeSpan = .seconds(10)

    init(inbox: Inbox, queue: CommitQueue, interpreter: EffectInterpreter, board: ViewBoard) {
        self.inbox = inbox
        self.queue = queue
        self.interpreter = interpreter
        self.board = board
    }

    /// How long the engine has stood still, if it does.
    var stall: TimeSpan? {
        let late = BootClock.now().boot - Instant(nanoseconds: expected.load(ordering: .relaxed))
        return late > Self.tolerance ? late : nil
    }

    /// Runs the engine until the queue's other end says that Hale is finished, which cancels this task.
    func run(_ engine: Engine, start: StartReport, onStarted: () -> Void) async {
        var engine = engine
        var effects = EffectBuffer()
        var stale: Set<Int> = []
        var nextPublish = Instant.zero
        engine.handle(.started(start), at: BootClock.now(), into: &effects)
        board.replace(initialView(engine))
        onStarted()
        while !Task.isCancelled {
            for effect in effects.prompt { _ = interpreter.perform(effect) }
            let now = BootClock.now()
            engine.collectRecords(at: now, into: &effects)
            stale.formUnion(effects.changedViews)
            var views: [(index: Int, view: ComponentView)] = []
            if !stale.isEmpty, now.boot >= nextPublish {
                views = stale.sorted().map { ($0, engine.view(at: $0)) }
                stale.removeAll(keepingCapacity: true)
                nextPublish = now.boot + Self.publishInterval
            }
            await hand(effects, views, engine, at: now)
            effects.removeAll()
            let wake = min(engine.nextDeadline ?? .distantFuture, stale.isEmpty ? .distantFuture : nextPublish)
            expected.store(wake.nanoseconds, ordering: .relaxed)
            let entries = await inbox.take(waitingUntil: wake == .distantFuture ? nil : wake)
            expected.store(BootClock.now().boot.nanoseconds, ordering: .relaxed)
            for entry in entries {
                if case .processChanged(let report) = entry.input, case .running = report.phase {
                    Failpoint.betweenSpawnAndRecord.hit()
                }
                engine.handle(entry.input, at: entry.moment, into: &effects)
            }
            if entries.isEmpty { engine.handle(.tick, at: BootClock.now(), into: &effects) }
        }
    }

    private func hand(
        _ effects: EffectBuffer, _ views: [(index: Int, view: ComponentView)], _ engine: Engine, at now: Moment
    ) async {
        guard !effects.records.isEmpty || !effects.events.isEmpty || !effects.durable.isEmpty || !views.isEmpty else {
            return
        }
        await queue.put(
            CommitJob(
                records: effects.records, events: effects.events, effects: effects.durable,
                durability: effects.durability,
                views: views, lastEvent: effects.events.last?.id ?? EventID(0), at: now))
    }

    private func initialView(_ engine: Engine) -> HealthView {
        HealthView(
            components: (0..<engine.componentCount).map(engine.view), version: 1, at: BootClock.now(),
            lastEvent: engine.lastEventID, storeTrouble: nil)
    }
}
