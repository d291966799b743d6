import HaleEngine
import HaleModel
import HaleStore
import Logging

/// Commit, then act: makes batches durable one after the other, and only then lets their effects happen.
struct Committer: Sendable {
    let queue: CommitQueue
    let store: Store
    let interpreter: EffectInterpreter
    let inbox: Inbox
    let feed: EventFeed
    let board: ViewBoard
    let eventLog: EventLog

    /// Works until the engine has finished and everything is written, or the queue is closed.
    func run() async {
        var backlog = Backlog()
        var refused: Set<UInt64> = []
        var isFirst = true
        while true {
            let jobs = await queue.takeAll()
            if jobs.isEmpty { return }
            Failpoint.beforeCommit.hit()
            let trouble = await write(jobs, &backlog)
            if trouble == nil {
                if jobs.contains(where: \.isCheckpoint) { Failpoint.checkpoint.hit() }
                Failpoint.afterCommit.hit()
            }
            publish(jobs, trouble: trouble)
            if act(jobs, trouble: trouble, &refused) { return }
            if isFirst || jobs.contains(where: { $0.wholeView != nil }) { Heap.giveBack() }
            isFirst = false
        }
    }

    /// Writes the jobs, and what earlier ones could not; returns what ails the store.
    private func write(_ jobs: [CommitJob], _ backlog: inout Backlog) async -> String? {
        for job in jobs { backlog.add(job) }
        do {
            let batch = try backlog.batch()
            if !batch.isEmpty { try await store.commit(batch) }
        } catch {
            let reason = Store.describe(error)
            if backlog.trouble == nil {
                inbox.post(.storeTrouble(reason))
                board.setStoreTrouble(reason)
            }
            backlog.trouble = reason
            return reason
        }
        if backlog.trouble != nil {
            inbox.post(.storeTrouble(nil))
            board.setStoreTrouble(nil)
        }
        backlog = Backlog()
        return nil
    }

    private func publish(_ jobs: [CommitJob], trouble: String?) {
        for job in jobs {
            let lastEvent = trouble == nil ? job.lastEvent : EventID(0)
            if let components = job.wholeView {
                board.replace(components, job.system ?? SystemView(), at: job.at, lastEvent: lastEvent)
            } else {
                board.update(job.views, job.system, at: job.at, lastEvent: lastEvent)
            }
            for event in job.events { eventLog.write(event) }
            if !job.events.isEmpty { feed.count(job.events) }
        }
        if trouble == nil, let last = jobs.map(\.lastEvent).max() { feed.committed(last) }
    }

    /// H9: what has a limit does not run without its record; the rest goes on. Once something of an attempt was refused,
    /// nothing later of it is carried out: the engine has taken the attempt for failed.
    private func act(_ jobs: [CommitJob], trouble: String?, _ refused: inout Set<UInt64>) -> Bool {
        var isFinished = false
        for (effect, limited) in jobs.lazy.flatMap(\.effects) {
            if let limited, refused.contains(limited) { continue }
            guard let trouble else {
                isFinished = interpreter.perform(effect) || isFinished
                continue
            }
            if let limited, let component = effect.component {
                refused.insert(limited)
                inbox.post(.remedyRefused(attempt: limited, component: component, reason: trouble))
            } else if case .answer(let order, .accepted(let message)) = effect {
                let refusal = OrderRefusal(
                    .unrecorded, "\(message); but the store can't be written, and this is not recorded: \(trouble)")
                _ = interpreter.perform(.answer(order: order, .refused(refusal)))
            } else {
                isFinished = interpreter.perform(effect) || isFinished
            }
        }
        return isFinished
    }
}

/// What waits to be written: the latest of each record, and events up to a bound.
private struct Backlog {
    var trouble: String?
    private var records: [RecordKey: Record] = [:]
    private var intents: [UInt64: Intent] = [:]
    private var events: [Event] = []
    private var durability = Durability.process

    private static let maxEvents = 100_000

    private enum RecordKey: Hashable {
        case engine
        case component(ComponentID)
    }

    mutating func add(_ job: CommitJob) {
        for record in job.records {
            switch record {
            case .engine: records[.engine] = record
            case .component(let component): records[.component(component.id)] = record
            case .removed(let id): records[.component(id)] = record
            case .intent(let intent): intents[intent.id] = intent
            }
        }
        events += job.events
        if events.count > Self.maxEvents { events.removeFirst(events.count - Self.maxEvents) }
        durability = max(durability, job.durability)
    }

    func batch() throws -> StoreBatch {
        let all = Array(records.values) + intents.values.sorted { $0.id < $1.id }.map(Record.intent)
        return try RecordCodec.batch(all, events: events, durability: durability)
    }
}

extension Effect {
    fileprivate var component: ComponentID? {
        switch self {
        case .check(let order): order.component
        case .process(let order): order.instance.component
        case .remedy(let order): order.component
        case .hook(let order): order.component
        case .answer, .finish: nil
        }
    }
}
