/// A program that Hale starts and supervises (`run:`): how it is started. When, is decided by the engine.
public struct ProgramPlan: Hashable, Sendable {
    public var component: ComponentID
    /// An argument vector, never a shell string.
    public var command: [String]
    /// Added to the small environment that every program gets (`PATH`, `HOME`, `USER`, `LANG`, `TZ`).
    public var environment: [String: String] = [:]
    /// Default: the directory of the configuration file.
    public var directory: String
    public var user: String?
    public var group: String?
    public var limits: [ResourceLimit] = []
    /// File mode creation mask, octal.
    public var umask: String?
    public var log = LogPlan()

    public init(component: ComponentID, command: [String], directory: String) {
        self.component = component
        self.command = command
        self.directory = directory
    }
}

/// A limit of the operating system on one program, as `setrlimit` knows it.
public struct ResourceLimit: Hashable, Sendable {
    public static let names = ["nofile", "nproc", "core", "as", "data", "stack", "fsize", "cpu", "memlock"]
    public var name: String
    /// `nil`: unlimited.
    public var value: UInt64?

    public init(name: String, value: UInt64?) {
        self.name = name
        self.value = value
    }
}

/// Where the output of a program goes, and how much of it is kept.
public struct LogPlan: Hashable, Sendable {
    /// A file is rotated before it would grow beyond this. Default 10 MiB.
    public var maxFileBytes: Int
    /// Files kept, the current one included. Default 5.
    public var files: Int

    public init(maxFileBytes: Int = 10 << 20, files: Int = 5) {
        self.maxFileBytes = maxFileBytes
        self.files = files
    }
}
