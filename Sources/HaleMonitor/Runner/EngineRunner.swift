import HaleEngine
import HaleModel
import HaleSimulator
import Synchronization

/// The only owner of the engine: hands it inputs in the order of their arrival, wakes it at its deadlines, and passes on
/// what follows. Prompt effects happen at once; all others wait for their batch to be committed.
final class EngineRunner: Sendable {
    private let inbox: Inbox
    private let queue: CommitQueue
    private let interpreter: EffectInterpreter
    private let board: ViewBoard
    private let recorder: FlightRecorder?
    /// When the engine is to be at work next at the latest, or since when it is at work, for the watch on its tick.
    private let expected = Atomic<Int64>(.max)

    /// Views are published at most this often.
    private static let publishInterval: TimeSpan = .milliseconds(50)
    /// A tick that is this late means that the engine stands still.
    private static let tolerance: TimeSpan = .seconds(10)

    init(
        inbox: Inbox, queue: CommitQueue, interpreter: EffectInterpreter, board: ViewBoard, recorder: FlightRecorder?
    ) {
        self.inbox = inbox
        self.queue = queue
        self.interpreter = interpreter
        self.board = board
        self.recorder = recorder
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
        var isReplaced = false
        var nextPublish = Instant.zero
        var lastTick = Instant.zero
        var steps: [RecordedStep] = []
        let beginning = BootClock.now()
        recorder?.begin(engine, at: beginning)
        take(.input(.started(start)), at: beginning, &engine, &effects, &steps)
        board.replace(initialView(engine))
        onStarted()
        while !Task.isCancelled {
            interpreter.perform(effects.prompt)
            let now = BootClock.now()
            engine.collectRecords(at: now, into: &effects)
            if let recorder {
                recorder.record(steps, effects, collected: now, engine)
                steps.removeAll(keepingCapacity: true)
            }
            stale.formUnion(effects.changedViews)
            var views: [(index: Int, view: ComponentView)] = []
            var whole: [ComponentView]?
            if isReplaced {
                whole = (0..<engine.componentCount).map(engine.view)
                isReplaced = false
                stale.removeAll(keepingCapacity: true)
            } else if !stale.isEmpty, now.boot >= nextPublish {
                views = stale.sorted().map { ($0, engine.view(at: $0)) }
                stale.removeAll(keepingCapacity: true)
                nextPublish = now.boot + Self.publishInterval
            }
            await hand(effects, views, whole, engine, at: now)
            effects.removeAll()
            let due = min(engine.nextDeadline ?? .distantFuture, stale.isEmpty ? .distantFuture : nextPublish)
            let wake = due == .distantFuture ? due : max(due, lastTick + Inbox.pace)
            expected.store(wake.nanoseconds, ordering: .relaxed)
            let entries = await inbox.take(waitingUntil: wake == .distantFuture ? nil : wake)
            expected.store(BootClock.now().boot.nanoseconds, ordering: .relaxed)
            for entry in entries {
                switch entry.content {
                case .input(let input): take(.input(input), at: entry.moment, &engine, &effects, &steps)
                case .reconfiguration(let change):
                    // Those who carry out orders know the new plans before the engine gives orders for them.
                    interpreter.take(change.configuration)
                    take(.reconfigured(change.step), at: entry.moment, &engine, &effects, &steps)
                    isReplaced = true
                case .rejectedConfiguration(let problems):
                    take(.rejectedConfiguration(problems), at: entry.moment, &engine, &effects, &steps)
                }
            }
            if entries.isEmpty {
                let now = BootClock.now()
                take(.input(.tick), at: now, &engine, &effects, &steps)
                lastTick = now.boot
            }
        }
    }

    /// The one way in which the engine is changed: whatever it is told is recorded.
    private func take(
        _ step: EngineStep, at moment: Moment, _ engine: inout Engine, _ effects: inout EffectBuffer,
        _ steps: inout [RecordedStep]
    ) {
        if case .input(.processChanged(let report)) = step, case .running = report.phase {
            Failpoint.betweenSpawnAndRecord.hit()
        }
        engine.take(step, at: moment, into: &effects)
        if recorder != nil { steps.append(RecordedStep(step, at: moment)) }
    }

    private func hand(
        _ effects: EffectBuffer, _ views: [(index: Int, view: ComponentView)], _ whole: [ComponentView]?,
        _ engine: Engine, at now: Moment
    ) async {
        guard
            !effects.records.isEmpty || !effects.events.isEmpty || !effects.durable.isEmpty || !views.isEmpty
                || whole != nil
        else { return }
        await queue.put(
            CommitJob(
                records: effects.records, events: effects.events, effects: effects.durable,
                durability: effects.durability,
                views: views, wholeView: whole, system: views.isEmpty && whole == nil ? nil : engine.systemView(),
                lastEvent: effects.events.last?.id ?? EventID(0), at: now))
    }

    private func initialView(_ engine: Engine) -> HealthView {
        var view = HealthView(
            components: (0..<engine.componentCount).map(engine.view), version: 1, at: BootClock.now(),
            lastEvent: engine.lastEventID, storeTrouble: nil)
        view.system = engine.systemView()
        return view
    }
}
