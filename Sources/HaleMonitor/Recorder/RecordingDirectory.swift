import Foundation
import HaleModel

/// The files of a recording: `00000001.rec` and on, the oldest first.
package struct RecordingDirectory: Sendable {
    struct File: Hashable, Sendable {
        var number: Int
        var path: String
        var bytes: Int
        /// When it was last written.
        var changed: Date
    }

    static let suffix = ".rec"

    package let path: String

    package init(_ path: String) { self.path = path }

    /// Where a daemon with this data directory keeps it.
    package init(dataDirectory: String) { self.init(dataDirectory + "/recording") }

    func path(of number: Int) -> String {
        let digits = String(number)
        return "\(path)/\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)\(Self.suffix)"
    }

    /// What is there, in order; what is called otherwise is left alone.
    var files: [File] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let found = names.compactMap { name -> File? in
            guard name.hasSuffix(Self.suffix), let number = Int(name.dropLast(Self.suffix.count)) else { return nil }
            let file = "\(path)/\(name)"
            let attributes = try? FileManager.default.attributesOfItem(atPath: file)
            guard let bytes = attributes?[.size] as? Int, let changed = attributes?[.modificationDate] as? Date else {
                return nil
            }
            return File(number: number, path: file, bytes: bytes, changed: changed)
        }
        return found.sorted { $0.number < $1.number }
    }

    /// Deletes the oldest files until what is left fits into `bytes`, and those that are too old.
    func prune(toFit bytes: Int, olderThan limit: Date) {
        var left = files
        var total = left.reduce(0) { $0 + $1.bytes }
        while let oldest = left.first, total > bytes || oldest.changed < limit {
            try? FileManager.default.removeItem(atPath: oldest.path)
            total -= oldest.bytes
            left.removeFirst()
        }
    }
}
