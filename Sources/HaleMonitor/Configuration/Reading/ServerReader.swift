internal import HaleModel
internal import HaleServer

/// Reads `server:`: where Hale answers, and whom.
struct ServerReader {
    static let keys = ["bind", "hosts", "loopbackNeedsToken", "tokens", "tls"]
    static let tokenKeys = ["name", "role", "token", "only"]
    static let maxHosts = 100
    static let maxTokens = 100

    let context: ReadingContext

    struct Result {
        var bind: SocketEndpoint
        var access: AccessSettings
        var tls: TLSIdentity.Files?
    }

    func read(_ field: Field) -> Result {
        var bind = Setting(Endpoint(host: "127.0.0.1", port: 8790))
        var access = AccessSettings()
        let server = MappingReader(field, keys: Self.keys, expected: "a mapping with 'bind'", context)
        if let field = server?["bind"], let value = context.scalar(field, .endpoint(allowsPortZero: true)) {
            bind = value
        }
        if let port = EnvironmentReader(context).scalar("HEALTH_SERVER_PORT", .integer(0...65_535)) {
            bind = Setting(Endpoint(host: bind.value.host, port: port.value), port.origin)
        }
        context.record("server.bind", .string(bind.value.description), bind.origin)
        var tls: TLSIdentity.Files?
        if let server {
            tls = server["tls"].flatMap { TLSReader(context: context).read($0) }
            access.hosts = server["hosts"].map(readHosts) ?? []
            access.loopbackNeedsToken = server.value("loopbackNeedsToken", .boolean, else: false)
            access.tokens = server["tokens"].map(readTokens) ?? []
        }
        return Result(bind: SocketEndpoint(host: bind.value.host, port: bind.value.port), access: access, tls: tls)
    }

    private func readHosts(_ field: Field) -> [String] {
        guard let items = context.items(field, expected: "a list of names such as hale.example.org") else { return [] }
        guard items.count <= Self.maxHosts else {
            context.report("more than \(Self.maxHosts) names", at: field)
            return []
        }
        return items.compactMap { item in
            guard let setting = context.scalar(item, .hostName) else { return nil }
            context.record(item.path, setting, .hostName)
            return setting.value.lowercased()
        }
    }

    private func readTokens(_ field: Field) -> [StoredToken] {
        guard let items = context.items(field, expected: "a list of tokens") else { return [] }
        guard items.count <= Self.maxTokens else {
            context.report("more than \(Self.maxTokens) tokens", at: field)
            return []
        }
        var names: Set<String> = []
        return items.compactMap { item in
            guard let token = readToken(item) else { return nil }
            if !names.insert(token.grant.name).inserted {
                context.report("a second token is called '\(token.grant.name)'", at: item)
            }
            return token
        }
    }

    private func readToken(_ field: Field) -> StoredToken? {
        guard
            let map = MappingReader(
                field, keys: Self.tokenKeys, expected: "a mapping with 'name', 'role' and 'token'", context)
        else { return nil }
        for key in ["name", "role", "token"] where map[key] == nil && !map.hasUnknownKeys {
            map.report("'\(key)' is missing")
        }
        let only = map["only"].map(readComponents)
        let name = map.optional("name", .name)
        let role = map.optional("role", .choice(Role.self))
        let secret = map["token"].flatMap { context.scalar($0, .token) }
        guard let name, let role, let secret else { return nil }
        context.record("\(map.path).token", .string(Secrets.shown), secret.origin)
        if only != nil, role != .heartbeat {
            map.report("only a token with the role heartbeat is limited to components", at: "only")
        }
        return StoredToken(Grant(name: name, role: role, components: only.map(Set.init)), token: secret.value)
    }

    private func readComponents(_ field: Field) -> [ComponentID] {
        let items = context.items(field, expected: "a list of component ids") ?? []
        return items.compactMap { item in
            guard let setting = context.scalar(item, .name) else { return nil }
            context.record(item.path, setting, .name)
            return ComponentID(setting.value)
        }
    }
}

extension ScalarKind<String> {
    /// A secret that somebody made; its mistakes are told without quoting it.
    fileprivate static let token = ScalarKind("a token of 16 to 1024 bytes", show: { _ in .string(Secrets.shown) }) {
        text throws(Mismatch) in
        guard (16...1_024).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Mismatch(
                "a token has 16 to 1024 printable characters and no spaces", hint: "`openssl rand -hex 32` makes one")
        }
        return text
    }.orInFile()
}
