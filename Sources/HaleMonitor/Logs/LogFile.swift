package import Foundation
package import HaleModel

/// What a program that Hale runs, or a remedy, has written.
package struct LogFile: Sendable {
    package enum Writer: Hashable, Sendable {
        /// The instance of its program, counted from 0.
        case program(Int)
        case remedies
    }

    package let path: String

    private static let block: UInt64 = 64 << 10
    /// More than this is not looked through for lines.
    private static let maxBytes: UInt64 = 8 << 20

    package init(dataDirectory: String, of id: ComponentID, _ writer: Writer) {
        switch writer {
        case .program(let instance): path = "\(dataDirectory)/logs/\(id).\(instance).log"
        case .remedies: path = "\(dataDirectory)/logs/\(id).heal.log"
        }
    }

    /// The last lines, oldest first; `nil` where nothing was written yet.
    package func lastLines(_ count: Int) throws -> [String]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        let end = try handle.seekToEnd()
        let start = max(try Self.start(ofLast: count, in: handle), end > Self.maxBytes ? end - Self.maxBytes : 0)
        try handle.seek(toOffset: start)
        let data = try handle.read(upToCount: Int(end - start)) ?? Data()
        let lines = String(decoding: data, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        return (lines.last?.isEmpty == true ? lines.dropLast() : lines).suffix(count).map(String.init)
    }

    /// Where the last lines begin, found from the end in blocks.
    package static func start(ofLast lines: Int, in handle: FileHandle) throws -> UInt64 {
        var end = try handle.seekToEnd()
        var missing = lines + 1
        var isAtEnd = true
        while end > 0 {
            let begin = end > block ? end - block : 0
            try handle.seek(toOffset: begin)
            let data = try handle.read(upToCount: Int(end - begin)) ?? Data()
            for (offset, byte) in data.enumerated().reversed() where byte == UInt8(ascii: "\n") {
                missing -= 1
                if isAtEnd, begin + UInt64(offset) + 1 == end {
                    isAtEnd = false
                    continue
                }
                isAtEnd = false
                if missing <= 0 { return begin + UInt64(offset) + 1 }
            }
            isAtEnd = false
            end = begin
        }
        return 0
    }
}
