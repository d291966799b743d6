internal import HaleModel

/// Reads an argument vector.
struct CommandReader {
    static let maxBytes = 128 << 10
    static let maxWords = 4_096

    let context: ReadingContext

    /// `directory`: where a program named by a relative path with a slash is looked for.
    func read(_ field: Field, from directory: String) -> [String]? {
        guard case .sequence(let nodes) = field.node.content else {
            reportKind(field)
            return nil
        }
        guard !nodes.isEmpty else {
            context.report("the command is empty", hint: "write it like [./program, --option, value]", at: field)
            return nil
        }
        let texts = nodes.enumerated().map { word(field.item($0.offset, $0.element)) }
        var words = texts.compactMap { $0 }
        guard words.count == texts.count else { return nil }
        guard words.count <= Self.maxWords, words.reduce(0, { $0 + $1.utf8.count + 1 }) <= Self.maxBytes else {
            context.report("the command is longer than \(Self.maxWords) words or \(Self.maxBytes >> 10) KiB", at: field)
            return nil
        }
        guard !words[0].isEmpty, !words[0].hasPrefix("~") else {
            context.report(
                words[0].isEmpty ? "the program's name is empty" : "'~' is not expanded",
                hint: words[0].isEmpty ? nil : "write ${HOME}", at: field.item(0, nodes[0]))
            return nil
        }
        if words[0].contains("/") { words[0] = Paths.absolute(words[0], from: directory) }
        let shown = zip(words, nodes).map { word, node in
            if case .scalar(let raw, _) = node.content, Secrets.expands(raw) { Secrets.shown } else { word }
        }
        context.record(field.path, .array(shown.map { .string($0) }), context.origin(of: field))
        return words
    }

    /// Unlike other texts, an argument may be empty.
    private func word(_ field: Field) -> String? {
        guard let text = context.text(field) else { return nil }
        guard !text.utf8.contains(0) else {
            context.report("an argument contains a NUL character", at: field)
            return nil
        }
        return text
    }

    private func reportKind(_ field: Field) {
        guard case .scalar(let text, _) = field.node.content, !field.node.isNull else {
            context.report("expected a command such as [./program, --option], found \(field.node.kind)", at: field)
            return
        }
        let words = text.split(whereSeparator: \.isWhitespace).map {
            ConfigurationDescription.text(.string(String($0)))
        }
        let isSimple = words.count <= 12 && !text.contains { "'\"\\$|&;<>`*".contains($0) }
        let hint = isSimple ? "write [\(words.joined(separator: ", "))]" : "write a list such as [./program, --option]"
        context.report("a command is an argument vector, never a shell string", hint: hint, at: field)
    }
}
