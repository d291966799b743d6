/// A text of unknown origin, fit for one line of a message: no control characters, bounded.
func quotable(_ text: some StringProtocol, limit: Int = 80) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
        if count == limit {
            result += "…"
            break
        }
        switch scalar {
        case "\r": result += "\\r"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        count += 1
    }
    return result
}

/// The same for a text of several lines.
func quotableLines(_ text: some StringProtocol, limit: Int) -> String {
    var room = limit
    var lines: [String] = []
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) where room > 0 {
        lines.append(quotable(line, limit: room))
        room -= lines[lines.count - 1].unicodeScalars.count + 1
    }
    return lines.joined(separator: "\n")
}

func quoted(_ text: some StringProtocol) -> String { "\"" + quotable(text) + "\"" }
