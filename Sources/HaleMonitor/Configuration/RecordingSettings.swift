package import HaleModel

/// How much of what the engine is told is kept, to be replayed.
package struct RecordingSettings: Hashable, Sendable {
    /// Default true.
    package var isOn: Bool
    /// All files together, in bytes. Default 1 GiB.
    package var maxBytes: Int
    /// What is older is deleted. Default 7 d.
    package var maxAge: TimeSpan

    package init(isOn: Bool = true, maxBytes: Int = 1 << 30, maxAge: TimeSpan = .days(7)) {
        self.isOn = isOn
        self.maxBytes = maxBytes
        self.maxAge = maxAge
    }

    /// So many files share the bound: the oldest go one by one.
    static let files = 16

    /// A file is ended where it is as large as this, and the next begins with a snapshot.
    var segmentBytes: Int { min(maxBytes / Self.files, 64 << 20) }
    /// And where it is as old as this.
    var segmentAge: TimeSpan { maxAge / 7 }
}
