internal import HaleModel

/// Reads what belongs to a `process:` check alone.
struct ProcessCheckReader {
    static let keys = ["count", "memory", "cpu"]
    static let processKeys = ["name", "pidFile"]

    let map: MappingReader
    private var context: ReadingContext { map.context }

    init(map: MappingReader) { self.map = map }

    func read() -> ProcessCheckPlan? {
        let subject = readSubject()
        let count = map.value("count", .count, else: 1...Int.max)
        let memory = map.optional("memory", .size((1 << 20)...(1 << 50)))
        let cpu = map.optional("cpu", .percent(1...100_000))
        return subject.map {
            ProcessCheckPlan(subject: $0, count: count, maxMemoryBytes: memory, maxCPUPercent: cpu)
        }
    }

    /// A name, or a mapping with a pid file.
    private func readSubject() -> ProcessCheckPlan.Subject? {
        guard let field = map["process"] else { return nil }
        guard case .mapping = field.node.content else {
            return map.optional("process", .processName).map { .name($0) }
        }
        guard
            let map = MappingReader(
                field, keys: Self.processKeys, expected: "the name of a process, or a mapping with 'pidFile'",
                context)
        else { return nil }
        let name = map.optional("name", .processName)
        guard map["pidFile"] != nil else {
            if !map.hasUnknownKeys, map["name"] != nil {
                map.report("a name alone needs no mapping", hint: "write process: \(name ?? "nginx")")
            } else if !map.hasUnknownKeys {
                map.report("no process is named", hint: "write process: nginx or process: {pidFile: /run/nginx.pid}")
            }
            return nil
        }
        let path = map.optional("pidFile", .path(from: context.directory))
        return path.map { .pidFile($0, name: name) }
    }
}

extension ScalarKind<String> {
    /// The name of a process as the system shows it.
    fileprivate static let processName = ScalarKind("the name of a process", show: { .string($0) }) {
        text throws(Mismatch) in
        guard !text.isEmpty else { throw Mismatch("expected the name of a process, found an empty text") }
        guard !text.contains("/") else {
            let name = text.split(separator: "/").last.map { String($0) } ?? "nginx"
            throw Mismatch("'\(text.escaped)' is a path", hint: "write the name alone, as \(name.escaped)")
        }
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Mismatch("is not the name of a process: too long, or with control characters")
        }
        return text
    }
}

extension ScalarKind<ClosedRange<Int>> {
    /// How many: `3`, `"2-8"`, or `2-` for two or more.
    fileprivate static let count = ScalarKind(
        "a number such as 3, or a range such as 2-8",
        show: {
            .string(
                $0.upperBound == .max
                    ? "\($0.lowerBound)-" : $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)")
        }
    ) { text throws(Mismatch) in
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let range = 0...1_000_000
        guard (1...2).contains(parts.count), let first = Int(parts[0]), range.contains(first),
            let last = parts.last == "" ? Int.max : Int(parts[parts.count - 1]), first <= last,
            last == .max || range.contains(last), !text.hasPrefix("+"), !text.contains("-+")
        else {
            throw Mismatch(
                "'\(text)' is not a count", hint: "write 3, 2-8, or 2- for two or more, within 0 to 1000000")
        }
        return first...last
    }
}

extension ScalarKind<Double> {
    /// A share with its sign: `80%`.
    static func percent(_ range: ClosedRange<Int>) -> Self {
        .init("a percentage such as 80%", show: { .string("\(Int(exactly: $0).map { String($0) } ?? String($0))%") }) {
            text throws(Mismatch) in
            guard let number = Double(text.hasSuffix("%") ? String(text.dropLast()) : text), number.isFinite,
                text.utf8.allSatisfy({ "0123456789.%".utf8.contains($0) })
            else { throw Mismatch("'\(text)' is not a percentage", hint: "write it like 80%") }
            guard text.hasSuffix("%") else { throw Mismatch("'\(text)' has no unit", hint: "write \(text)%") }
            guard number >= Double(range.lowerBound), number <= Double(range.upperBound) else {
                throw Mismatch("\(text) is out of range; expected \(range.lowerBound)% to \(range.upperBound)%")
            }
            return number
        }
    }
}
