import Foundation

/// What `/proc` says.
enum ProcessTable {
    struct Entry: Hashable, CustomStringConvertible {
        var pid: Int32
        var parent: Int32
        var state: Character
        var command: String
        var description: String { "\(pid) (parent \(parent), \(state)): \(command)" }
    }

    static func entry(_ pid: Int32) -> Entry? {
        guard let stat = text("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(end, offsetBy: 2)...].split(separator: " ")
        guard fields.count > 1, let state = fields[0].first, let parent = Int32(fields[1]) else { return nil }
        let name = stat[..<end].drop { $0 != "(" }.dropFirst()
        let words = (text("/proc/\(pid)/cmdline") ?? "").replacingOccurrences(of: "\0", with: " ")
        return Entry(pid: pid, parent: parent, state: state, command: words.isEmpty ? String(name) : words)
    }

    static var all: [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.compactMap(entry)
    }

    /// Living processes that carry a marker in their environment, or work in a directory, or name it.
    static func belonging(to marker: String, _ directory: String) -> [Entry] {
        let own = ProcessInfo.processInfo.processIdentifier
        return all.filter { entry in
            guard entry.pid != own, entry.state != "Z" else { return false }
            if entry.command.contains(directory) { return true }
            if text("/proc/\(entry.pid)/environ")?.contains(marker) == true { return true }
            let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(entry.pid)/cwd")
            return place?.hasPrefix(directory) == true
        }
    }

    static func zombies(of parents: Set<Int32>) -> Set<Int32> {
        Set(all.filter { $0.state == "Z" && parents.contains($0.parent) }.map(\.pid))
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
