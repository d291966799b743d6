import Yams

/// Reads YAML text into a tree of bounded size, with the place of everything.
struct YAMLComposer {
    /// Nodes of a document, those behind aliases counted at each use.
    static let maxNodes = 500_000
    static let maxDepth = 50

    private let file: String
    private let number: Int
    private let expecting: String
    private var mask: YAMLMask
    private var problems: [ConfigurationProblem] = []
    private var anchors: [String: Anchored] = [:]
    private var count = 0
    private var told: Set<String> = []

    /// What an anchor names, with how much an alias of it adds.
    private struct Anchored {
        var node: YAMLNode
        var count: Int
        var height: Int
    }

    /// `nil` where there is no document; then there is a problem that says why.
    /// - Parameters:
    ///   - file: how problems name it.
    ///   - number: its place among the files that are read together.
    ///   - expecting: what the first of them has to hold, in words.
    static func compose(
        _ text: String, file: String, number: Int = 0, expecting: String = "'components:'"
    ) -> (root: YAMLNode?, problems: [ConfigurationProblem]) {
        var composer = YAMLComposer(file: file, number: number, expecting: expecting, mask: YAMLMask(text))
        let root = composer.compose()
        return (root, composer.problems)
    }

    private init(file: String, number: Int, expecting: String, mask: YAMLMask) {
        self.file = file
        self.expecting = expecting
        self.number = number
        self.mask = mask
    }

    private mutating func compose() -> YAMLNode? {
        if let place = mask.reservedPosition {
            report("private-use characters are not allowed", at: mask.position(of: place))
            return nil
        }
        while true {
            let text = mask.text
            do {
                // The basic resolver decides no types: the readers know what they expect.
                let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    // A file beside the first may hold nothing but comments.
                    if number == 0 { report("the file is empty; expected \(expecting)", at: .start) }
                    return nil
                }
                // The parser holds the anchors, nodes refer to them weakly.
                return withExtendedLifetime(parser) { convert(root, depth: 0) }
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let position = SourcePosition(line: max(context.mark.line, 1), column: max(context.mark.column, 1))
                let key = keys.first ?? ""
                guard mask.hideKey(key, at: position) else {
                    report("key '\(mask.restored(key))' is given more than once in one mapping", at: position)
                    return nil
                }
            } catch {
                report(error, in: text)
                return nil
            }
        }
    }

    // MARK: From the parser's tree

    private mutating func convert(_ node: Node, depth: Int) -> YAMLNode {
        let position = SourcePosition(node.mark, file: number)
        count += 1
        guard count <= Self.maxNodes else {
            return unreadable("the document has more than \(Self.maxNodes) nodes", position)
        }
        guard depth <= Self.maxDepth else { return unreadable("nested deeper than \(Self.maxDepth) levels", position) }
        guard [.str, .map, .seq].contains(Tag.Name(rawValue: node.tag.rawValue)) else {
            return unreadable("tags such as '\(mask.restored(node.tag.rawValue))' are not supported", position)
        }
        let before = count
        let content: YAMLNode.Content
        switch node {
        case .scalar(let scalar):
            if scalar.style == .plain, let name = mask.aliasName(scalar.string) {
                return resolve(name, position, depth: depth)
            }
            content = .scalar(mask.restored(scalar.string), isPlain: scalar.style == .plain)
        case .sequence(let sequence):
            content = .sequence(sequence.map { convert($0, depth: depth + 1) })
        case .mapping(let mapping):
            content = .mapping(pairs(mapping, depth: depth))
        case .alias:
            return unreadable("aliases of this form are not supported", position)
        }
        let result = YAMLNode(content: content, position: position)
        if let anchor = node.anchor {
            anchors[anchor.rawValue] = Anchored(node: result, count: count - before + 1, height: result.height)
        }
        return result
    }

    private mutating func pairs(_ mapping: Node.Mapping, depth: Int) -> [YAMLNode.Pair] {
        var pairs: [YAMLNode.Pair] = []
        var lines: [String: Int] = [:]
        for (key, value) in mapping {
            let position = SourcePosition(key.mark, file: number)
            guard case .scalar(let scalar) = key, mask.aliasName(scalar.string) == nil || scalar.style != .plain else {
                report("a key must be a single plain value, without lists, mappings or aliases", at: position)
                continue
            }
            let name = mask.restored(scalar.string)
            if name == "<<", scalar.style == .plain {
                report("merge keys ('<<') are not supported; use 'defaults:' for what is common", at: position)
                continue
            }
            if let first = lines[name] {
                report("key '\(name)' is given twice; the first is in line \(first)", at: position)
                continue
            }
            lines[name] = position.line
            pairs.append(.init(key: name, keyPosition: position, value: convert(value, depth: depth + 1)))
        }
        return pairs
    }

    private mutating func resolve(_ name: String, _ position: SourcePosition, depth: Int) -> YAMLNode {
        guard let anchor = anchors[name] else {
            return unreadable("alias '*\(name)' refers to no anchor '&\(name)' before it", position)
        }
        count += anchor.count
        guard count <= Self.maxNodes else {
            return unreadable(
                "the document has more than \(Self.maxNodes) nodes, counting what aliases stand for", position)
        }
        guard depth + anchor.height <= Self.maxDepth else {
            return unreadable("nested deeper than \(Self.maxDepth) levels", position)
        }
        return anchor.node
    }

    // MARK: Problems

    private mutating func report(_ message: String, at position: SourcePosition) {
        problems.append(.init(file: file, line: position.line, column: position.column, path: "", message: message))
    }

    /// Stands for a node that can't be had. A bound that is exceeded is one problem, however often.
    private mutating func unreadable(_ message: String, _ position: SourcePosition) -> YAMLNode {
        if !told.contains(message) { report(message, at: position) }
        told.insert(message)
        return YAMLNode(content: .unreadable, position: position)
    }

    private mutating func report(_ error: any Error, in text: String) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let before = context.map { "\($0.text) (line \($0.mark.line)), " } ?? ""
            report("not valid YAML: \(before)\(mask.restored(problem))", at: SourcePosition(mark))
        case .reader(let problem, let offset, _, _):
            let end = offset.flatMap { text.index(text.startIndex, offsetBy: $0, limitedBy: text.endIndex) }
            let scalars = end.map { text.unicodeScalars.distance(from: text.startIndex, to: $0) } ?? 0
            report("not valid YAML: \(problem)", at: mask.position(of: scalars))
        default:
            report("not valid YAML: \(error)", at: .start)
        }
    }
}

extension SourcePosition {
    fileprivate init(_ mark: Mark?, file: Int = 0) {
        self.init(line: max(mark?.line ?? 1, 1), column: max(mark?.column ?? 1, 1), file: file)
    }
}
