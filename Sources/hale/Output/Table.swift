/// Columns of text, as wide as they need to be.
struct Table {
    private var rows: [[String]] = []

    init(_ header: [String]) { rows = [header] }

    mutating func add(_ row: [String]) { rows.append(row) }

    var text: String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? Self.width($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 {
                    line += String(repeating: " ", count: widths[column] - Self.width(cell) + 2)
                }
            }
            return line
        }.joined(separator: "\n")
    }

    /// The visible width: without colour codes.
    private static func width(_ text: String) -> Int {
        var count = 0
        var isCode = false
        for character in text {
            if character == "\u{1B}" { isCode = true } else if isCode { isCode = character != "m" } else { count += 1 }
        }
        return count
    }
}
