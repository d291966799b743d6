import HaleModel

/// Everything that may stand in a `hale.yaml`: the one table from which `hale schema` is made, and by which the readers'
/// keys are tested.
package enum ConfigurationSchema {
    /// The whole document, under the name `document`, and every mapping that may stand in it.
    package static let mappings: [SchemaMapping] =
        documentMappings + componentMappings + checkMappings + healingMappings

    static let documentMappings: [SchemaMapping] = [
        SchemaMapping(
            "document",
            [
                SchemaKey("server", .mapping("server"), "The HTTP interface."),
                SchemaKey("data", .text, "The directory of database, socket and logs.", standard: "./hale-data"),
                SchemaKey("recording", .mapping("recording"), "How much is kept for `hale replay`."),
                SchemaKey("defaults", .mapping("defaults"), "What holds where a component says nothing of its own."),
                SchemaKey("healing", .mapping("healing"), "What holds for healing as a whole."),
                SchemaKey(
                    "connectivity", .mapping("connectivity"), "By what Hale knows that its own network is there."),
                SchemaKey(
                    "checksPerHost", .integer(1...10_000), "Runs of checks against one host at once.", standard: "8"),
                SchemaKey("components", .named(.mapping("component")), "What is watched, by id."),
            ]),
        SchemaMapping(
            "server",
            [
                SchemaKey("bind", .endpoint, "Where Hale answers.", standard: "127.0.0.1:8790"),
                SchemaKey("hosts", .list(.text, atLeast: 0), "Names beside localhost by which Hale is reached."),
                SchemaKey(
                    "loopbackNeedsToken", .boolean, "Whether reading from this machine needs a token, too.",
                    standard: "false"),
                SchemaKey("tokens", .list(.mapping("token"), atLeast: 0), "Who may do what."),
                SchemaKey("tls", .mapping("server.tls"), "Answer by TLS; both files are read again when they change."),
            ]),
        SchemaMapping(
            "server.tls", required: ["certificate", "key"],
            [
                SchemaKey("certificate", .text, "A PEM file: the certificate, then those that it was issued by."),
                SchemaKey("key", .text, "A PEM file: its private key, for its owner alone."),
            ]),
        SchemaMapping(
            "token", required: ["name", "role", "token"],
            [
                SchemaKey("name", .text, "How it is called."),
                SchemaKey("role", .choice(Role.allCases.map(\.rawValue)), "What its bearer may do."),
                SchemaKey("token", .secret, "What its bearer shows; 16 bytes at least."),
                SchemaKey("only", .list(.text, atLeast: 1), "For which components heartbeats may be sent."),
            ]),
        SchemaMapping(
            "recording",
            [
                SchemaKey("enabled", .boolean, "Whether what Hale is told is recorded.", standard: "true"),
                SchemaKey("size", .size, "All files of the recording together.", standard: "1GiB"),
                SchemaKey("age", .duration, "What is older is deleted.", standard: "7d"),
            ]),
        SchemaMapping(
            "defaults",
            checkTuning + [
                SchemaKey("heartbeat", .mapping("defaults.heartbeat"), "What the age of a heartbeat means."),
                SchemaKey("errorRate", .mapping("errorRate"), "What the share of failed operations means."),
                SchemaKey("flapping", .mapping("flapping"), "When changes are too many."),
                SchemaKey("autoHeal", .boolean, "Off, only a person heals.", standard: "true"),
                SchemaKey("heal", .mapping("defaults.heal"), "How components are healed."),
            ]),
        SchemaMapping(
            "healing",
            [
                SchemaKey("concurrent", .integer(1...1_000), "Remedies at work at once.", standard: "3"),
                SchemaKey(
                    "panicAbove", .share, "With more than this share of ten or more components down, remedies stop.",
                    standard: "50%"),
                SchemaKey(
                    "mode", .choice(["act", "observe"]),
                    "observe: everything is decided and recorded, nothing touched.",
                    standard: "act"),
            ]),
        SchemaMapping(
            "connectivity", required: ["targets"],
            [
                SchemaKey(
                    "targets", .list(.either([.text, .mapping("check")]), atLeast: 2),
                    "Two or more, such as tcp://1.1.1.1:53; when all of them fail, Hale doubts its own network.")
            ]),
    ]

    /// The keys of the readers, by mapping: what the table is tested against.
    package static var readerKeys: [String: [String]] {
        var keys = [
            "document": DocumentReader.keys, "server": ServerReader.keys, "token": ServerReader.tokenKeys,
            "server.tls": TLSReader.keys, "recording": RecordingReader.keys,
            "defaults": Defaults.keys,
            "healing": HealingReader.keys, "connectivity": ConnectivityReader.keys, "component": ComponentReader.keys,
            "dependency": DependencyReader.keys, "heartbeat": HeartbeatReader.keys,
            "defaults.heartbeat": HeartbeatSettings.keys, "errorRate": ErrorRateReader.keys,
            "limit": LimitsReader.keys, "flapping": FlappingReader.keys, "group": GroupReader.keys,
            "hooks": HooksReader.keys, "run": RunReader.keys, "run.limits": ResourceLimit.names,
            "run.log": RunReader.logKeys, "run.onExit": RunReader.exitRuleKeys, "heal": HealReader.keys,
            "step": LadderReader.stepKeys, "backoff": HealSettings.backoffKeys, "defaults.heal": HealSettings.keys,
            "breaker": BreakerSettings.keys, "http.expect": HTTPCheckReader.expectKeys,
            "http.certificate": HTTPCheckReader.certificateKeys, "process.process": ProcessCheckReader.processKeys,
        ]
        for kind in CheckKind.allCases {
            keys[kind.rawValue] = [kind.rawValue] + kind.keys + CheckReader.commonKeys
        }
        return keys
    }
}
