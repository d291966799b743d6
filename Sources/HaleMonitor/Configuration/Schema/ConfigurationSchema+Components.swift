import HaleEngine
import HaleModel

extension ConfigurationSchema {
    static let componentMappings: [SchemaMapping] = [
        SchemaMapping(
            "component", oneOf: ["check", "checks", "heartbeat", "run"], nature + evidence + remedies + checkTuning),
        SchemaMapping(
            "dependency", required: ["on"],
            [
                SchemaKey("on", .text, "The id of the component that is needed."),
                SchemaKey("restart", .boolean, "Restart this one when the other is well again.", standard: "false"),
                SchemaKey(
                    "pause", .boolean, "Run the hooks onPause and onResume when the other is lost and back.",
                    standard: "false"),
            ]),
        SchemaMapping(
            "heartbeat",
            heartbeatAges + [
                SchemaKey(
                    "authoritative", .boolean, "Silence means death even while a check succeeds.", standard: "false")
            ]),
        SchemaMapping("defaults.heartbeat", heartbeatAges),
        SchemaMapping(
            "errorRate",
            [
                SchemaKey("window", .duration, "Over how long it is counted.", standard: "60s"),
                SchemaKey("degraded", .share, "From this share on degraded.", standard: "5%"),
                SchemaKey("unhealthy", .share, "From this share on unhealthy.", standard: "20%"),
                SchemaKey("down", .share, "Beyond this share down.", standard: "50%"),
                SchemaKey("minimum", .integer(1...1_000_000), "Fewer operations say nothing.", standard: "20"),
                SchemaKey("slow", .duration, "A usual latency beyond this is degraded.", standard: "off"),
            ]),
        SchemaMapping(
            "limit",
            [
                SchemaKey("degraded", .number(-1e15...1e15), "Beyond this value degraded."),
                SchemaKey("unhealthy", .number(-1e15...1e15), "Beyond this value unhealthy."),
            ]),
        SchemaMapping(
            "flapping",
            [
                SchemaKey(
                    "changes", .integer(2...1_000), "More changes between usable and unusable than this.",
                    standard: "6"),
                SchemaKey("window", .duration, "Within this time.", standard: "10m"),
            ]),
        SchemaMapping(
            "group", required: ["name"],
            [
                SchemaKey("name", .text, "Its name."),
                SchemaKey(
                    "minHealthy", .integer(0...10_000),
                    "So many others have to be healthy before a member that is still usable is healed.",
                    standard: "1"),
            ]),
    ]

    private static let nature = [
        SchemaKey("layer", .choice(Layer.allCases.map(\.rawValue)), "Where it stands.", standard: "daemon"),
        SchemaKey("labels", .named(.text), "Free words about it."),
        SchemaKey("vital", .boolean, "Without it the system is unhealthy at best.", standard: "false"),
        SchemaKey("weight", .number(0...1_000), "How much it counts in the score.", standard: "1"),
        SchemaKey(
            "dependsOn", .oneOrMore(.either([.text, .mapping("dependency")])),
            "What it needs: while that is not well, this one is not healed."),
        SchemaKey(
            "group", .either([.text, .mapping("group")]), "Members of one group are healed one at a time."),
    ]

    private static let evidence = [
        SchemaKey("check", .mapping("check"), "The one check of it."),
        SchemaKey("checks", .list(.mapping("check"), atLeast: 1), "Several checks of it."),
        SchemaKey(
            "heartbeat", .either([.boolean, .mapping("heartbeat")]), "It says by itself that it lives."),
        SchemaKey("errorRate", .mapping("errorRate"), "What the share of its failed operations means."),
        SchemaKey("limits", .named(.mapping("limit")), "Beyond which values of its metrics it is not quite well."),
        SchemaKey("flapping", .mapping("flapping"), "When changes are too many."),
    ]

    private static let remedies = [
        SchemaKey(
            "run", .either([.command, .mapping("run")]), "A program that Hale starts, supervises and restarts."),
        SchemaKey("heal", .mapping("heal"), "What is done when it is down."),
        SchemaKey("autoHeal", .boolean, "Off, only a person heals it.", standard: "true"),
        SchemaKey("hooks", .mapping("hooks"), "Commands that go along with what happens to it."),
    ]

    private static let heartbeatAges = [
        SchemaKey("late", .duration, "Older than this is degraded.", standard: "45s"),
        SchemaKey("missing", .duration, "Older than this is unhealthy.", standard: "90s"),
        SchemaKey("dead", .duration, "Older than this is down.", standard: "180s"),
        SchemaKey(
            "startPeriod", .duration, "Until when silence after a start says nothing.",
            standard: "that of the checks; without checks, dead"),
    ]
}
