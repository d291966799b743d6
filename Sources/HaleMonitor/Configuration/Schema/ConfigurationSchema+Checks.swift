import HaleModel

extension ConfigurationSchema {
    /// What a check, a component and `defaults:` may say alike.
    static let checkTuning = [
        SchemaKey("interval", .duration, "From one run to the next.", standard: "10s"),
        SchemaKey("timeout", .duration, "How long a run may take.", standard: "the smaller of 5s and the interval"),
        SchemaKey(
            "recheck", .duration, "The sooner next run after a first failure.", standard: "half of the interval"),
        SchemaKey("failureThreshold", .integer(1...1_000), "Failures in a row that make it down.", standard: "3"),
        SchemaKey(
            "recoveryThreshold", .integer(1...1_000), "Successes in a row after which it is healthy again.",
            standard: "2"),
        SchemaKey("startPeriod", .duration, "How long failures after a start count as starting.", standard: "60s"),
        SchemaKey("slow", .duration, "Slower than this is degraded.", standard: "off"),
        SchemaKey(
            "breaker", .orWord(.mapping("breaker"), "off"), "The circuit breaker that spares what keeps failing."),
    ]

    /// One mapping for each kind of check, and what belongs to them.
    static let checkMappings: [SchemaMapping] =
        [
            kind(.http, .text, "An address such as http://127.0.0.1:8080/health.", http),
            kind(.tcp, .endpoint, "host:port to connect to.", tcp),
            kind(.command, .command, "A command by the convention of monitoring plugins.", command),
            kind(.process, .either([.text, .mapping("process.process")]), "A process that has to live.", process),
            kind(.dns, .text, "A name to resolve.", dns),
            kind(.tls, .text, "host or host:port whose certificate is judged.", tls),
        ] + parts

    private static func kind(
        _ kind: CheckKind, _ type: SchemaType, _ about: String, _ own: [SchemaKey]
    ) -> SchemaMapping {
        let name = SchemaKey("name", .text, "Its name within the component.", standard: kind.rawValue)
        return SchemaMapping(
            kind.rawValue, required: [kind.rawValue],
            [SchemaKey(kind.rawValue, type, about)] + own + [name] + checkTuning)
    }

    private static let certificate = [
        SchemaKey("verify", .boolean, "Whether the certificate has to be valid.", standard: "true"),
        SchemaKey("ca", .text, "A PEM file of further trusted roots."),
    ]

    private static let http =
        [
            SchemaKey(
                "method", .choice(HTTPCheckReader.Method.allCases.map(\.rawValue)), "How it asks.", standard: "GET"),
            SchemaKey("headers", .named(.secret), "Header fields."),
            SchemaKey("body", .secret, "What is sent."),
            SchemaKey("redirects", .integer(0...10), "How many redirects are followed.", standard: "0"),
            SchemaKey("reuse", .boolean, "Keep the connection for the next run.", standard: "false"),
            SchemaKey("certificate", .mapping("http.certificate"), "What is expected of the certificate."),
            SchemaKey(
                "expect", .either([.choice(["health"]), .mapping("http.expect")]),
                "What the answer has to be; health: a document that says so."),
        ] + certificate

    private static let tcp = [
        SchemaKey("send", .secret, "What is sent once connected."),
        SchemaKey("expect", .text, "What the answer has to contain; a regular expression between slashes."),
    ]

    private static let command = [
        SchemaKey("directory", .text, "Where it runs.", standard: "that of the configuration file"),
        SchemaKey("env", .named(.secret), "Variables added to its small environment."),
    ]

    private static let process = [
        SchemaKey("count", .text, "How many there have to be, such as 1 or 2-8.", standard: "at least 1"),
        SchemaKey("memory", .size, "More memory together than this is degraded.", standard: "off"),
        SchemaKey("cpu", .text, "More processor time together than this is degraded, such as 80%.", standard: "off"),
    ]

    private static let dns = [
        SchemaKey("server", .text, "Which name server is asked.", standard: "that of the system"),
        SchemaKey(
            "type", .choice(DNSCheckPlan.Records.allCases.map(\.rawValue)), "Which records.", standard: "both"),
        SchemaKey("expect", .oneOrMore(.text), "Addresses that have to be among the answers."),
    ]

    private static let tls =
        [
            SchemaKey("serverName", .text, "The name in the certificate.", standard: "the host"),
            SchemaKey("expires", .duration, "With less time left than this degraded."),
        ] + certificate

    private static let parts = [
        SchemaMapping(
            "breaker",
            [
                SchemaKey("failures", .integer(1...1_000), "Failures in a row that open it.", standard: "5"),
                SchemaKey("open", .duration, "The pause after opening.", standard: "60s"),
                SchemaKey("max", .duration, "The pause doubles with each re-opening up to this.", standard: "2m"),
                SchemaKey("successes", .integer(1...1_000), "Successes that close it.", standard: "2"),
            ]),
        SchemaMapping(
            "http.expect",
            [
                SchemaKey("status", .oneOrMore(.text), "Accepted status codes.", standard: "200-299"),
                SchemaKey("body", .text, "What the body has to contain; a regular expression between slashes."),
                SchemaKey("json", .named(.document), "Values at paths of the answer's document."),
            ]),
        SchemaMapping(
            "http.certificate", [SchemaKey("expires", .duration, "With less time left than this degraded.")]),
        SchemaMapping(
            "process.process",
            [
                SchemaKey("name", .text, "Its name."),
                SchemaKey("pidFile", .text, "A file that holds its process id."),
            ]),
    ]
}
