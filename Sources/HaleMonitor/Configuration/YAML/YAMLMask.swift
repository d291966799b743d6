/// The text of a file with some characters replaced by private-use ones, scalar for scalar, so that positions stay.
///
/// Four things are kept from the parser. Aliases and the `?` of explicit keys, because it compares keys by everything in
/// them or behind them, however much that is; aliases are resolved afterwards within a bound, explicit keys are refused.
/// The braces of `${NAME}`, which YAML does not allow unquoted within `{…}`. And keys given twice, where it would stop
/// at the first.
struct YAMLMask {
    private static let reserved: ClosedRange<UInt32> = 0xE000...0xF8FF
    private static let alias: Unicode.Scalar = "\u{E000}"
    private static let open: Unicode.Scalar = "\u{E001}"
    private static let close: Unicode.Scalar = "\u{E002}"
    private static let question: Unicode.Scalar = "\u{E003}"
    private static let firstDuplicate: UInt32 = 0xE100
    /// Keys given twice that are told of at once.
    static let maxDuplicates = 50
    /// `${…}` is at most this long.
    static let maxExpansion = 4_096

    private var scalars: [Unicode.Scalar]
    private var hidden: [Unicode.Scalar] = []

    /// Where the text holds a character that is reserved here.
    let reservedPosition: Int?

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        reservedPosition = scalars.firstIndex { Self.reserved.contains($0.value) }
        guard reservedPosition == nil else { return }
        for index in scalars.indices where scalars[index] == "?" { scalars[index] = Self.question }
        for index in scalars.indices.dropLast() {
            if scalars[index] == "*", scalars[index + 1].isAnchorCharacter { scalars[index] = Self.alias }
            if scalars[index] == "$", scalars[index + 1] == "{", let end = endOfExpansion(from: index + 2) {
                scalars[index + 1] = Self.open
                scalars[end] = Self.close
            }
        }
    }

    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The place of the closing brace of a `${NAME}` or `${NAME:-default}` on one line.
    private func endOfExpansion(from start: Int) -> Int? {
        guard start < scalars.count, scalars[start].isAnchorCharacter else { return nil }
        for index in start..<min(scalars.count, start + Self.maxExpansion) {
            if scalars[index] == "}" { return index }
            if scalars[index].properties.isWhitespace, scalars[index] != " " { return nil }
        }
        return nil
    }

    /// The text as it stands in the file.
    func restored(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { Self.reserved.contains($0.value) }) else { return text }
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case Self.alias: view.append("*")
            case Self.open: view.append("{")
            case Self.close: view.append("}")
            case Self.question: view.append("?")
            default:
                let place = Int(scalar.value) - Int(Self.firstDuplicate)
                view.append(hidden.indices.contains(place) ? hidden[place] : scalar)
            }
        }
        return String(view)
    }

    /// The name that a plain scalar refers to, where it is an alias.
    func aliasName(_ text: String) -> String? {
        text.unicodeScalars.first == Self.alias ? restored(String(text.unicodeScalars.dropFirst())) : nil
    }

    /// Makes the key at a position another one, so that its twin is no longer a duplicate; false where that is beyond
    /// it.
    mutating func hideKey(_ key: String, at position: SourcePosition) -> Bool {
        guard hidden.count < Self.maxDuplicates, let first = key.unicodeScalars.first,
            var index = index(of: position)
        else { return false }
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index < scalars.count, scalars[index] == first, !Self.reserved.contains(first.value) else { return false }
        let place = Self.firstDuplicate + UInt32(hidden.count)
        guard let replacement = Unicode.Scalar(place) else { return false }
        hidden.append(first)
        scalars[index] = replacement
        return true
    }

    /// Line and column of the nth scalar.
    func position(of index: Int) -> SourcePosition {
        var position = SourcePosition.start
        for place in scalars.indices.prefix(index) {
            if isLineBreak(place) {
                position = SourcePosition(line: position.line + 1, column: 1)
            } else {
                position.column += 1
            }
        }
        return position
    }

    private func index(of position: SourcePosition) -> Int? {
        var line = 1
        var place = 0
        while line < position.line {
            guard place < scalars.count else { return nil }
            if isLineBreak(place) { line += 1 }
            place += 1
        }
        place += position.column - 1
        return place < scalars.count ? place : nil
    }

    /// Lines end as libyaml counts them; of CR LF the LF ends it.
    private func isLineBreak(_ place: Int) -> Bool {
        switch scalars[place] {
        case "\n", "\u{85}", "\u{2028}", "\u{2029}": true
        case "\r": place + 1 >= scalars.count || scalars[place + 1] != "\n"
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Letters, digits, `_` and `-`: what names of anchors are made of.
    fileprivate var isAnchorCharacter: Bool { isASCII && UInt8(ascii: self).isWordByte }
}

extension UInt8 {
    /// ASCII letters, digits, `_` and `-`.
    var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
