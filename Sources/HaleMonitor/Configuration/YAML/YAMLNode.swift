/// A place in a file, line and column counted from 1; columns are Unicode scalars.
struct SourcePosition: Hashable, Sendable {
    var line: Int
    var column: Int
    /// Which of the files that are read together, counted from 0.
    var file = 0

    static let start = SourcePosition(line: 1, column: 1)
}

/// A YAML document as the readers see it: aliases resolved, keys plain texts and unique.
struct YAMLNode: Sendable {
    enum Content: Sendable {
        /// `isPlain`: written without quotes, so that `true` or `12` may mean more than text.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Pair])
        /// The composer has said what is wrong with it; nobody else does.
        case unreadable
    }

    struct Pair: Sendable {
        var key: String
        var keyPosition: SourcePosition
        var value: YAMLNode
    }

    var content: Content
    var position: SourcePosition

    /// As if it stood in this file, at no line of it.
    func placed(in file: Int) -> YAMLNode {
        let position = SourcePosition(line: 0, column: 0, file: file)
        switch content {
        case .scalar, .unreadable: return YAMLNode(content: content, position: position)
        case .sequence(let nodes):
            return YAMLNode(content: .sequence(nodes.map { $0.placed(in: file) }), position: position)
        case .mapping(let pairs):
            let placed = pairs.map { Pair(key: $0.key, keyPosition: position, value: $0.value.placed(in: file)) }
            return YAMLNode(content: .mapping(placed), position: position)
        }
    }

    var isNull: Bool {
        if case .scalar(let text, isPlain: true) = content { Self.nullTexts.contains(text) } else { false }
    }

    static let nullTexts: Set<String> = ["", "~", "null", "Null", "NULL"]

    /// Levels below this node.
    var height: Int {
        switch content {
        case .scalar, .unreadable: 0
        case .sequence(let nodes): 1 + (nodes.map(\.height).max() ?? 0)
        case .mapping(let pairs): 1 + (pairs.map(\.value.height).max() ?? 0)
        }
    }

    /// What the node is, in words.
    var kind: String {
        switch content {
        case _ where isNull: "nothing"
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .unreadable: "something unreadable"
        }
    }
}
