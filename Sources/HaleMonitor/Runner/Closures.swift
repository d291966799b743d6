import HaleModel
import Synchronization

/// What a program that embeds Hale does itself: the checks and the remedies of its components. Like everything that carries
/// out orders it decides nothing; the engine sees results alone.
package final class Closures: Sendable {
    typealias Check = @Sendable () async throws -> HealthCheckResult
    typealias Remedy = @Sendable (RemedyOrder) async throws -> Void

    /// What belongs to one component.
    struct Own: Sendable {
        var checks: [String: Check] = [:]
        var remedy: Remedy?
    }

    private enum Deed: Hashable {
        case check(ComponentID, String)
        case remedy(ComponentID)
    }

    private struct State {
        var own: [ComponentID: Own] = [:]
        /// What has begun and not ended, though its time may be over.
        var underWay: Set<Deed> = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Returns what there was before.
    @discardableResult
    func replace(_ own: Own?, of id: ComponentID) -> Own? {
        state.withLock { state in
            defer { state.own[id] = own }
            return state.own[id]
        }
    }

    func has(_ id: ComponentID) -> Bool { state.withLock { $0.own[id] != nil } }

    func hasCheck(_ order: CheckOrder) -> Bool {
        state.withLock { $0.own[order.component]?.checks[order.check] != nil }
    }

    // MARK: Carrying out

    func run(_ order: CheckOrder) async -> HealthCheckResult {
        guard let check = state.withLock({ $0.own[order.component]?.checks[order.check] }) else {
            return Self.result(
                nil, "no check \(order.check) of \(order.component) is registered", since: BootClock.now())
        }
        let deed = Deed.check(order.component, order.check)
        guard begin(deed) else {
            return Self.result(.critical, "the run of before has not ended", since: BootClock.now())
        }
        return await Self.run(check, within: order.timeout) { self.end(deed) }
    }

    /// Runs one check; every trouble is a result.
    /// - Parameter ended: called when the closure has ended, which may be later than this returns.
    static func run(
        _ check: @escaping Check, within timeout: TimeSpan, ended: @escaping @Sendable () -> Void = {}
    ) async -> HealthCheckResult {
        let began = BootClock.now()
        let result = await BoundedWork.run(for: timeout) {
            defer { ended() }
            do {
                return stamped(try await check(), since: began)
            } catch {
                return Self.result(.critical, "\(error)", since: began)
            }
        }
        return result ?? Self.result(.critical, "no result within \(timeout)", since: began)
    }

    func run(_ order: RemedyOrder) async -> RemedyOutcome {
        guard let remedy = state.withLock({ $0.own[order.component]?.remedy }) else {
            return .failed("\(order.component) has no handler any more")
        }
        let deed = Deed.remedy(order.component)
        guard begin(deed) else { return .failed("the handler is still at work on an earlier attempt") }
        let outcome: RemedyOutcome? = await BoundedWork.run(for: order.timeout) {
            defer { self.end(deed) }
            do {
                try await remedy(order)
                return .done
            } catch {
                return .failed(Self.bounded("\(error)"))
            }
        }
        return outcome ?? .failed("the handler did not end within \(order.timeout)")
    }

    private func begin(_ deed: Deed) -> Bool { state.withLock { $0.underWay.insert(deed).inserted } }

    private func end(_ deed: Deed) { state.withLock { _ = $0.underWay.remove(deed) } }

    // MARK: Results

    private static let maxMessageBytes = 1_024

    private static func stamped(_ result: HealthCheckResult, since began: Moment) -> HealthCheckResult {
        let now = BootClock.now()
        var result = result
        result.timestamp = now.wall
        result.message = bounded(result.message)
        if result.latency <= .zero { result.latency = max(.zero, now.boot - began.boot) }
        return result
    }

    private static func result(_ status: HealthStatus?, _ message: String, since began: Moment) -> HealthCheckResult {
        stamped(HealthCheckResult(status, message), since: began)
    }

    private static func bounded(_ text: String) -> String {
        text.utf8.count <= maxMessageBytes ? text : String(decoding: text.utf8.prefix(maxMessageBytes), as: UTF8.self)
    }
}
