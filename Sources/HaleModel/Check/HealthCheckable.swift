/// Something in a Swift program that can say how it is.
///
/// ```swift
/// struct Database: HealthCheckable {
///     func checkHealth() async -> HealthCheckResult {
///         await pool.isConnected ? HealthCheckResult(.healthy, "connected") : HealthCheckResult(.critical, "not connected")
///     }
/// }
/// ```
///
/// Whoever runs the check bounds its time and measures how long it took.
public protocol HealthCheckable: Sendable {
    func checkHealth() async -> HealthCheckResult
}
