import HaleModel

/// The text of a first `hale.yaml`.
struct FirstConfiguration {
    var services: [Listener]
    var units: [String]

    private static let ownPort = 8790
    /// Ports beyond these are mostly given out anew with every connection.
    private static let ports = 1..<32_768
    private static let usual: [Int: String] = [
        22: "ssh", 25: "smtp", 53: "dns", 80: "http", 443: "https", 2379: "etcd", 3306: "mysql", 5432: "postgres",
        5672: "rabbitmq", 6379: "redis", 8080: "web", 9090: "prometheus", 9200: "elasticsearch", 11211: "memcached",
        27017: "mongodb",
    ]

    var text: String {
        let watched = services.filter { Self.ports.contains($0.port) && $0.port != Self.ownPort }
        var names: Set<String> = []
        var parts = watched.map { component($0, &names) }
        if parts.isEmpty { parts.append(Self.itself) }
        let other = units.filter { unit in !watched.contains { $0.unit == unit } }
        return Self.head + parts.joined(separator: "\n") + other.map(commented).joined() + Self.more
    }

    private func component(_ service: Listener, _ names: inout Set<String>) -> String {
        let id = name(service, &names)
        let address = "\(service.host):\(service.port)"
        let who = service.program.map { ", held by \(Self.plain($0))" } ?? ""
        let unit = service.unit.map(Self.plain) ?? "NAME.service"
        return """
              \(id):  # listens on \(address)\(who)
                check: {tcp: "\(address)"}
                # check: {http: "http://\(address)/", slow: 500ms}
                # heal: {command: [systemctl, restart, \(unit)]}

            """
    }

    private func name(_ service: Listener, _ names: inout Set<String>) -> String {
        let wanted = service.unit.map { String($0.dropLast(".service".count)) } ?? service.program
        let plain = (Self.usual[service.port] ?? wanted).map(Self.plain) ?? "port-\(service.port)"
        let base = ComponentID(plain) == nil || Double(plain) != nil ? "port-\(service.port)" : plain
        let name = names.contains(base) ? "\(base)-\(service.port)" : base
        names.insert(name)
        return name
    }

    private func commented(_ unit: String) -> String {
        let name = Self.plain(String(unit.dropLast(".service".count)))
        return """

              # \(name):
              #   check: {process: \(name)}
              #   heal: {command: [systemctl, restart, \(Self.plain(unit))]}
            """ + "\n"
    }

    /// Names of programs and units are others' words: only what can't be mistaken for YAML is kept.
    private static func plain(_ text: String) -> String {
        String(text.prefix(64).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
    }

    private static let itself = """
          hale:  # nobody else was found to listen here; this is Hale itself
            check: {http: "http://127.0.0.1:8790/health"}

        """

    private static let head = """
        # What Hale watches on this machine. `hale validate` reads this file, `hale run` starts,
        # `hale status` shows how everything is, `hale reload` takes changes of this file.

        server: {bind: 127.0.0.1:8790}
        data: ./hale-data                 # database, socket, logs

        # What holds where a component says nothing of its own.
        defaults: {interval: 10s, timeout: 5s, failureThreshold: 3, recoveryThreshold: 2}

        # Nothing is healed unless a component has a `heal:` or `run:`. Until you trust it:
        # healing: {mode: observe}

        components:

        """

    private static let more = """

          # A program that Hale starts and restarts:
          # worker:
          #   run: [./worker, --queue, mail]

          # One that says by itself that it lives:
          # trainer:
          #   heartbeat: {late: 45s, missing: 90s, dead: 180s}

        """
}
