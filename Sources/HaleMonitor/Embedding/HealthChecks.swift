public import HaleModel

/// Checks that a program runs when it is asked how it is, such as by `GET /health`.
///
/// ```swift
/// var checks = HealthChecks()
/// checks.add("database", database)
/// let document = await checks.run()      // encode it as application/health+json; `fail` is status 503
/// ```
public struct HealthChecks: Sendable {
    /// Each check, at most. Default 5 s.
    public var timeout: Duration
    private var checks: [ComponentID: Closures.Check] = [:]

    public init(timeout: Duration = .seconds(5)) { self.timeout = timeout }

    /// One of the same name is replaced.
    public mutating func add(_ name: ComponentID, _ checkable: some HealthCheckable) {
        checks[name] = { await checkable.checkHealth() }
    }

    /// One that throws has failed.
    public mutating func add(
        _ name: ComponentID, _ body: @escaping @Sendable () async throws -> HealthCheckResult
    ) {
        checks[name] = body
    }

    /// Runs all of them at once. One that takes too long has failed, and is cancelled.
    /// - Parameter version: that of the program.
    public func run(version: String = "1") async -> HealthCheckDocument {
        let timeout = TimeSpan(clamping: self.timeout)
        let results = await withTaskGroup(of: (ComponentID, HealthCheckResult).self) { tasks in
            for (name, check) in checks {
                tasks.addTask { (name, await Closures.run(check, within: timeout)) }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return HealthCheckDocument(results, version: version)
    }
}
