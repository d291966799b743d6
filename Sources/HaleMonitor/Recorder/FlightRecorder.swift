import Foundation
import HaleEngine
import HaleModel
import HaleSimulator
import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes down every step of the engine, in order, on a thread of its own: it never keeps the engine waiting. Where it
/// can't keep up, or the disk takes nothing, there is a gap, and it goes on with a snapshot.
final class FlightRecorder: Sendable {
    private struct Item: Sendable {
        var steps: [RecordedStep] = []
        var collected: Moment
        var decisions = EffectBuffer()
        /// The engine after these steps, where the next file is to begin with it.
        var snapshot: Engine?
        /// Steps before it are missing.
        var follows = Continuity.whole
    }

    private enum Continuity { case whole, gap }

    private struct State {
        var items: [Item] = []
        var steps = 0
        var hasGap = false
        var wantsSnapshot = false
        var isWaiting = false
        var isClosed = false
        /// Whoever waits until nothing waits to be written.
        var settlers: [DispatchSemaphore] = []
    }

    static let capacity = 1 << 17
    /// After trouble with the disk it is tried again so much later.
    private static let pause: TimeSpan = .minutes(1)

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let directory: RecordingDirectory
    private let settings: RecordingSettings
    private let version: String
    private let capacity: Int
    private let logger: Logger

    /// - Parameter capacity: steps that may wait to be written.
    init(
        _ directory: RecordingDirectory, _ settings: RecordingSettings, version: String,
        capacity: Int = FlightRecorder.capacity, logger: Logger
    ) {
        self.capacity = capacity
        self.directory = directory
        self.settings = settings
        self.version = version
        self.logger = logger
    }

    // MARK: The engine's side

    /// The engine as it is before its first input.
    func begin(_ engine: Engine, at now: Moment) {
        state.withLock { $0.items.append(Item(collected: now, snapshot: engine)) }
        let thread = Thread { self.run() }
        thread.name = "hale recorder"
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// - Parameters:
    ///   - steps: what the engine took since its records were last collected.
    ///   - effects: what it decided.
    ///   - engine: as it is now.
    func record(_ steps: [RecordedStep], _ effects: EffectBuffer, collected: Moment, _ engine: Engine) {
        var item = Item(steps: steps, collected: collected)
        item.decisions.prompt = effects.prompt
        item.decisions.durable = effects.durable
        item.decisions.events = effects.events
        item.decisions.durability = effects.durability
        let wakes = state.withLock { state in
            if state.hasGap || state.steps > capacity {
                // Begin anew when all that waited is written.
                state.hasGap = state.steps > 0
                guard !state.hasGap else { return false }
                item = Item(collected: collected, snapshot: engine, follows: .gap)
            } else if state.wantsSnapshot {
                item.snapshot = engine
            }
            if item.snapshot != nil { state.wantsSnapshot = false }
            state.items.append(item)
            state.steps += max(1, steps.count)
            defer { state.isWaiting = false }
            return state.isWaiting
        }
        if wakes { wake.signal() }
    }

    /// Waits until all that was recorded so far is written.
    func settle() {
        let done = DispatchSemaphore(value: 0)
        state.withLock { $0.settlers.append(done) }
        wake.signal()
        done.wait()
    }

    /// Writes what is left and ends the thread.
    func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
        ended.wait()
    }

    // MARK: The recorder's thread

    private func run() {
        var tape = Tape(directory, settings, version: version)
        while var items = take() {
            var wantsSnapshot = false
            for item in items {
                do {
                    wantsSnapshot = try write(item, &tape) || wantsSnapshot
                } catch {
                    stop(&tape, because: error)
                }
            }
            do { try tape.flush() } catch { stop(&tape, because: error) }
            if tape.needsSnapshot(at: BootClock.now()) { wantsSnapshot = true }
            if wantsSnapshot { state.withLock { $0.wantsSnapshot = true } }
            let hadSnapshot = items.contains { $0.snapshot != nil }
            items = []
            if hadSnapshot { Heap.giveBack() }
        }
        ended.signal()
    }

    /// All that waits; waits for the first. `nil` when the recorder is closed and done.
    private func take() -> [Item]? {
        while true {
            let (items, settlers, isClosed) = state.withLock { state in
                let items = state.items
                state.isWaiting = items.isEmpty && !state.isClosed
                state.items = []
                state.steps = 0
                defer { if items.isEmpty { state.settlers = [] } }
                return (items, items.isEmpty ? state.settlers : [], state.isClosed)
            }
            for settler in settlers { settler.signal() }
            if !items.isEmpty { return items }
            if isClosed { return nil }
            wake.wait()
        }
    }

    /// Returns whether the next file is due.
    private func write(_ item: Item, _ tape: inout Tape) throws -> Bool {
        if !item.steps.isEmpty || item.snapshot == nil {
            try tape.add(item.steps, collected: item.collected, item.decisions)
        }
        if let engine = item.snapshot {
            try tape.begin(engine, at: item.collected, continues: item.follows == .whole)
            return false
        }
        return tape.isFull(at: item.collected)
    }

    private func stop(_ tape: inout Tape, because error: any Error) {
        let reason = (error as? SegmentWriter.Failure)?.reason ?? "\(error)"
        if tape.stop(until: BootClock.now().boot + Self.pause) {
            logger.warning("What Hale decides is not recorded for a minute: \(reason)")
        }
    }
}
