import Foundation
import HaleModel
import NIOCore
import NIOPosix
import Testing

@testable import HaleProbes

/// Runs one check with a prober of its own.
func probe(_ plan: CheckPlan, timeout: TimeSpan = .seconds(30)) async -> HealthCheckResult {
    await withProber([plan]) { prober in
        await prober.run(CheckOrder(run: 1, component: plan.component, check: plan.name, timeout: timeout))
    }
}

func probe(_ plan: HTTPCheckPlan, timeout: TimeSpan = .seconds(30)) async -> HealthCheckResult {
    await probe(CheckPlan(component: "web", name: "http", probe: .http(plan)), timeout: timeout)
}

func probe(_ plan: TCPCheckPlan, timeout: TimeSpan = .seconds(30)) async -> HealthCheckResult {
    await probe(CheckPlan(component: "db", name: "tcp", probe: .tcp(plan)), timeout: timeout)
}

func probe(_ probe: CheckPlan.Probe, timeout: TimeSpan = .seconds(30)) async -> HealthCheckResult {
    await HaleProbesTests.probe(CheckPlan(component: "any", name: probe.kind, probe: probe), timeout: timeout)
}

func withProber<T>(_ plans: [CheckPlan], _ body: (Prober) async throws -> T) async rethrows -> T {
    let prober = Prober(group: MultiThreadedEventLoopGroup.singleton, plans: plans, commandGuard: .built) { .present }
    let result: T
    do {
        result = try await body(prober)
    } catch {
        await prober.shutdown()
        throw error
    }
    await prober.shutdown()
    return result
}

extension Moment {
    static var present: Moment {
        Moment(
            boot: Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)),
            wall: WallTime(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)))
    }
}

extension HTTPCheckPlan {
    /// A plan for `http://127.0.0.1:port/…`.
    static func local(
        _ port: Int, _ target: String = "/", host: String = "127.0.0.1", tls: Bool = false,
        change: (inout HTTPCheckPlan) -> Void = { _ in }
    ) -> HTTPCheckPlan {
        var plan = HTTPCheckPlan(
            url: "\(tls ? "https" : "http")://\(host):\(port)\(target)", endpoint: Endpoint(host: host, port: port),
            usesTLS: tls, target: target)
        change(&plan)
        return plan
    }
}

extension HealthCheckResult {
    var kind: String? {
        if case .string(let kind)? = details["kind"] { kind } else { nil }
    }
}

/// Waits for a condition that other threads bring about.
func eventually(
    _ condition: () async -> Bool, _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let deadline = NIODeadline.now() + .seconds(60)
    while await !condition() {
        guard NIODeadline.now() < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
