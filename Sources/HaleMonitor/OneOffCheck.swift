import HaleEngine
package import HaleModel
import HaleProbes
import HaleServices
import NIOPosix

/// Checks without a daemon: asked once, from here.
package enum OneOffCheck {
    /// Runs the checks of a configuration, all or those of one component.
    ///
    /// - Parameter executable: the path of the running program, beside which `hale-keeper` lies.
    package static func run(
        _ configuration: HaleConfiguration, only id: ComponentID?, executable: String, environment: [String: String]
    ) async throws -> [CheckedComponent] {
        let timeouts = Dictionary(
            configuration.components.flatMap { policy in policy.checks.map { ("\(policy.id)\n\($0.name)", $0.timeout) }
            },
            uniquingKeysWith: { first, _ in first })
        if let id, !configuration.components.contains(where: { $0.id == id }) {
            throw MonitorError("there is no component '\(id)' in \(configuration.file)")
        }
        let plans = configuration.checks.filter { id == nil || $0.component == id }
        let keeper = try? KeeperProgram.locate(beside: executable, environment: environment)
        let commandGuard = keeper.map { CommandGuard(keeper: $0.path, environment: environment) }
        return await run(plans, commandGuard) { timeouts["\($0.component)\n\($0.name)"] ?? .seconds(5) }
    }

    /// Checks a URL: `http://…`, `https://…` or `tcp://host:port`.
    package static func run(url: String, timeout: TimeSpan) async throws -> [CheckedComponent] {
        await run([try plan(url)], nil) { _ in timeout }
    }

    private static func plan(_ url: String) throws -> CheckPlan {
        let tcp = "tcp://"
        do {
            if url.hasPrefix(tcp) {
                let endpoint = try Endpoint(parsing: url.dropFirst(tcp.count))
                return CheckPlan(component: "url", name: "tcp", probe: .tcp(TCPCheckPlan(endpoint: endpoint)))
            }
            let address = try HTTPAddress(url)
            let http = HTTPCheckPlan(
                url: address.url, endpoint: address.endpoint, usesTLS: address.usesTLS, target: address.target)
            return CheckPlan(component: "url", name: "http", probe: .http(http))
        } catch {
            throw MonitorError("\(url): \(error.message)")
        }
    }

    private static func run(
        _ plans: [CheckPlan], _ commandGuard: CommandGuard?, timeout: @Sendable @escaping (CheckPlan) -> TimeSpan
    ) async -> [CheckedComponent] {
        let prober = Prober(
            group: MultiThreadedEventLoopGroup.singleton, plans: plans, commandGuard: commandGuard, now: BootClock.now)
        let results = await withTaskGroup(of: CheckedComponent.self) { tasks in
            for plan in plans {
                tasks.addTask {
                    CheckedComponent(
                        component: plan.component, check: plan.name,
                        result: await prober.run(plan, timeout: timeout(plan)))
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        await prober.shutdown()
        return results.sorted { ($0.component, $0.check) < ($1.component, $1.check) }
    }
}
