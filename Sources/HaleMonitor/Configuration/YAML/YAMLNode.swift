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
