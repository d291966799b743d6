import Foundation

/// A hand-written table beside the tests: one row a case, `#` begins a comment.
enum CSVTable {
    struct Row: Sendable, CustomStringConvertible {
        let table: String
        let line: Int
        let cells: [String]
        var description: String { "\(table):\(line): \(cells.joined(separator: ","))" }
    }

    static func rows(_ name: String, file: String = #filePath) -> [Row] {
        let path = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Tables/\(name)")
        let text = try! String(contentsOf: path, encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            guard !line.isEmpty, !line.hasPrefix("#") else { return nil }
            return Row(
                table: name, line: index + 1,
                cells: line.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
        }
    }
}
