/// A process check: whether processes live, how many, and what they use.
public struct ProcessCheckPlan: Hashable, Sendable {
    public var subject: Subject
    /// How many may live. Default: one or more.
    public var count: ClosedRange<Int>
    /// Bytes of resident memory, all of them together, above which the result is degraded.
    public var maxMemoryBytes: Int?
    /// Percent of one processor, all of them together, above which the result is degraded.
    public var maxCPUPercent: Double?

    /// Which processes are meant.
    public enum Subject: Hashable, Sendable {
        /// Those with exactly this name, or whose program's file name it is.
        case name(String)
        /// The one whose number stands in a file, and which bears the name if one is given.
        case pidFile(String, name: String?)
    }

    public init(
        subject: Subject, count: ClosedRange<Int> = 1...Int.max, maxMemoryBytes: Int? = nil,
        maxCPUPercent: Double? = nil
    ) {
        self.subject = subject
        self.count = count
        self.maxMemoryBytes = maxMemoryBytes
        self.maxCPUPercent = maxCPUPercent
    }
}
