internal import HaleModel

/// Reads what belongs to an `http:` check alone.
struct HTTPCheckReader {
    static let keys = ["method", "headers", "body", "redirects", "reuse", "verify", "ca", "certificate", "expect"]
    static let expectKeys = ["status", "body", "json"]
    static let certificateKeys = ["expires"]
    static let maxBody = 1 << 20
    /// Set by the protocol itself.
    private static let ownHeaders: Set<String> = ["content-length", "transfer-encoding", "connection", "upgrade"]

    enum Method: String, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case options = "OPTIONS"
    }

    /// What an expectation may be in one word.
    enum WholeExpectation: String, CaseIterable {
        case health
    }

    let map: MappingReader
    private var context: ReadingContext { map.context }

    init(map: MappingReader) { self.map = map }

    /// `nil` where the address is wrong; everything else is read all the same.
    func read() -> HTTPCheckPlan? {
        let address = map.optional("http", .address)
        var plan = HTTPCheckPlan(
            url: address?.url ?? "", endpoint: address?.endpoint ?? Endpoint(host: "", port: 0),
            usesTLS: address?.usesTLS ?? true, target: address?.target ?? "/")
        let method = map.value("method", .choice(Method.self), else: .get)
        plan.method = method.rawValue
        plan.headers = map["headers"].map(readHeaders) ?? []
        plan.body = map.optional("body", .text(maxLength: Self.maxBody))
        plan.redirects = map.value("redirects", .integer(0...10), else: plan.redirects)
        plan.reusesConnection = map.value("reuse", .boolean, else: plan.reusesConnection)
        if plan.usesTLS {
            plan.verifiesCertificate = map.value("verify", .boolean, else: plan.verifiesCertificate)
            plan.trustedRoots = TrustedRootsReader(map: map).read()
            plan.certificateExpires = readCertificate()
        } else {
            for key in ["verify", "ca", "certificate"] where map[key] != nil {
                map.report("'\(key)' is about certificates, and the address is not https", at: key)
            }
        }
        if let field = map["expect"] { readExpectation(field, method, &plan) }
        if !plan.readsHealth, map["expect"].flatMap({ expectation($0)?["status"] }) == nil {
            context.record("\(map.path).expect.status", ["200-299"], .default)
        }
        return address == nil ? nil : plan
    }

    private func readHeaders(_ field: Field) -> [HTTPCheckPlan.Header] {
        guard let map = MappingReader(field, keys: nil, expected: "a mapping of header fields", context) else {
            return []
        }
        var seen: Set<String> = []
        return map.keys.compactMap { name in
            guard name.isHTTPToken, name.utf8.count <= 256 else {
                map.report("'\(name.escaped)' is not the name of a header field", at: name)
                return nil
            }
            guard seen.insert(name.lowercased()).inserted else {
                map.report("header field '\(name)' is given twice", hint: "case does not tell them apart", at: name)
                return nil
            }
            guard !Self.ownHeaders.contains(name.lowercased()) else {
                map.report("header field '\(name)' is set by the check itself", at: name)
                return nil
            }
            return map.optional(name, .headerValue(isSecret: Secrets.isSecret(name))).map { .init(name, $0) }
        }
    }

    /// `certificate: {expires: 14d}`
    private func readCertificate() -> TimeSpan? {
        let field =
            map["certificate"] ?? Field(node: .emptyMapping(map.field.node.position), path: "\(map.path).certificate")
        let map = MappingReader(field, keys: Self.certificateKeys, expected: "a mapping with 'expires'", context)
        return map?.value(
            "expires", ScalarKind.duration(TLSCheckReader.expires).orNone("off"), else: Setting(TimeSpan?.none)) ?? nil
    }

    // MARK: expect

    private func expectation(_ field: Field) -> [String: YAMLNode]? {
        guard case .mapping(let pairs) = field.node.content else { return nil }
        return Dictionary(pairs.map { ($0.key, $0.value) }) { first, _ in first }
    }

    private func readExpectation(_ field: Field, _ method: Method, _ plan: inout HTTPCheckPlan) {
        if case .scalar = field.node.content, !field.node.isNull {
            plan.readsHealth = map.optional("expect", .choice(WholeExpectation.self)) != nil
            if method == .head { map.report("an answer to HEAD has no body", at: "expect") }
            return
        }
        guard
            let map = MappingReader(
                field, keys: Self.expectKeys,
                expected: "a mapping with 'status', 'body' or 'json', or 'health'", context)
        else { return }
        if let field = map["status"], let status = readStatus(field) { plan.status = status }
        plan.bodyMatch = map.optional("body", .match)
        if let field = map["json"] { plan.json = readJSON(field) }
        for key in ["body", "json"] where method == .head && map[key] != nil {
            map.report("an answer to HEAD has no body", at: key)
        }
    }

    private func readStatus(_ field: Field) -> [ClosedRange<Int>]? {
        let fields: [Field]
        if case .sequence(let nodes) = field.node.content {
            fields = nodes.enumerated().map { field.item($0.offset, $0.element) }
            guard !nodes.isEmpty else {
                context.report("the list of status codes is empty", at: field)
                return nil
            }
        } else {
            fields = [field]
        }
        let ranges = fields.compactMap { context.scalar($0, .status)?.value }
        guard ranges.count == fields.count else { return nil }
        context.record(
            field.path, .array(ranges.map(ScalarKind<ClosedRange<Int>>.status.show)),
            context.origin(of: field))
        return ranges
    }

    private func readJSON(_ field: Field) -> [HTTPCheckPlan.JSONExpectation] {
        guard let map = MappingReader(field, keys: nil, expected: "a mapping of paths to values", context) else {
            return []
        }
        if map.keys.isEmpty { map.report("no path is given", hint: "write it like {status: ok}") }
        return map.keys.compactMap { path in
            guard !path.isEmpty, path.utf8.count <= 1_024,
                !path.split(separator: ".", omittingEmptySubsequences: false).contains("")
            else {
                map.report("'\(path.escaped)' is not a path", hint: "write it like data.items.0.name", at: path)
                return nil
            }
            guard let field = map[path], let value = JSONReader(context: context).read(field) else { return nil }
            context.record(field.path, value, context.origin(of: field))
            return .init(path: path, equals: value)
        }
    }
}
