import Foundation

/// A file as its directory describes it.
struct FileStamp: Hashable, Sendable {
    private var size: UInt64?
    private var modified: Date?
    private var number: UInt64?
    /// A key that is open to others is refused until it is not.
    private var mode: Int?

    init(_ path: String) {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
        size = attributes?[.size] as? UInt64
        modified = attributes?[.modificationDate] as? Date
        number = (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value
        mode = attributes?[.posixPermissions] as? Int
    }
}
