/// A command check: a program that answers by its exit code and its output, by the convention of the monitoring plugins.
public struct CommandCheckPlan: Hashable, Sendable {
    /// The program and its arguments, never a shell string.
    public var command: [String]
    /// Where the command runs.
    public var directory: String
    /// Variables beside the few that every command gets.
    public var environment: [String: String]

    public init(command: [String], directory: String, environment: [String: String] = [:]) {
        self.command = command
        self.directory = directory
        self.environment = environment
    }
}
