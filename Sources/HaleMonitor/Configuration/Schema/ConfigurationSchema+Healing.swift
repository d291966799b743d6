import HaleEngine
import HaleModel

extension ConfigurationSchema {
    static let healingMappings: [SchemaMapping] = [
        SchemaMapping(
            "run", required: ["command"],
            [
                SchemaKey("command", .command, "The program and its arguments."),
                SchemaKey("env", .named(.secret), "Variables added to its small environment."),
                SchemaKey("directory", .text, "Where it runs.", standard: "that of the configuration file"),
                SchemaKey("user", .text, "As which account; needs root."),
                SchemaKey("group", .text, "As which group; needs root."),
                SchemaKey("limits", .mapping("run.limits"), "Limits of the operating system."),
                SchemaKey("umask", .text, "File mode creation mask, such as \"022\"."),
                SchemaKey(
                    "restart", .choice(ProgramPolicy.Restart.allCases.map(\.rawValue)), "When it is restarted.",
                    standard: "always"),
                SchemaKey("instances", .integer(1...64), "How many of it.", standard: "1"),
                SchemaKey("stopSignal", .text, "How it is asked to end.", standard: "TERM"),
                SchemaKey("stopTimeout", .duration, "Then it is killed.", standard: "10s"),
                SchemaKey(
                    "onExit", .list(.mapping("run.onExit"), atLeast: 0), "What an exit with certain codes means."),
                SchemaKey("log", .mapping("run.log"), "How much of its output is kept."),
            ]),
        SchemaMapping(
            "run.limits",
            ResourceLimit.names.map {
                SchemaKey($0, .orWord(.either([.integer(0...(1 << 53)), .size]), "unlimited"), "As setrlimit has it.")
            }),
        SchemaMapping(
            "run.onExit", required: ["codes", "do"],
            [
                SchemaKey("codes", .list(.integer(0...255), atLeast: 1), "Exit codes."),
                SchemaKey(
                    "do", .choice(ProgramPolicy.ExitRule.Action.allCases.map(\.rawValue)), "What to do then."),
            ]),
        SchemaMapping(
            "run.log",
            [
                SchemaKey("size", .size, "A file is rotated before it would grow beyond this.", standard: "10MiB"),
                SchemaKey("files", .integer(1...1_000), "Files kept, the current one included.", standard: "5"),
            ]),
        SchemaMapping(
            "heal",
            guards + [
                SchemaKey("steps", .list(.mapping("step"), atLeast: 1), "Remedies, tried in order.")
            ] + step),
        SchemaMapping("step", step),
        SchemaMapping(
            "backoff",
            [
                SchemaKey("base", .duration, "The first wait.", standard: "5s"),
                SchemaKey("factor", .number(1...100), "By how much each wait is longer.", standard: "2"),
                SchemaKey("max", .duration, "The longest wait.", standard: "5m"),
                SchemaKey("jitter", .number(0...1), "Each wait is drawn from ± this part of itself.", standard: "0.16"),
            ]),
        SchemaMapping(
            "defaults.heal", guards + step.filter { ["retries", "backoff", "verifyAfter"].contains($0.name) }),
        SchemaMapping(
            "hooks",
            [
                SchemaKey("beforeHeal", .command, "Before a remedy; failing is a veto."),
                SchemaKey("afterHeal", .command, "After its outcome."),
                SchemaKey("onPause", .command, "When something needed with pause: true is lost."),
                SchemaKey("onResume", .command, "When it is well again."),
                SchemaKey("timeout", .duration, "How long each may take.", standard: "30s"),
            ]),
    ]

    private static let guards = [
        SchemaKey(
            "cooldown", .duration, "From a successful heal to the next episode.", standard: "5m; with run: none"),
        SchemaKey(
            "limit", .orWord(.rate, "none"), "Attempts in a sliding window.", standard: "3/h; with run: none"),
        SchemaKey("stableFor", .duration, "Healthy for this long, attempts are forgiven.", standard: "10m"),
        SchemaKey(
            "retryFailedEvery", .orWord(.duration, "never"), "After giving up, how often one remedy is tried again.",
            standard: "30m"),
    ]

    private static let step = [
        SchemaKey("retries", .integer(1...1_000), "Attempts before the next step.", standard: "5"),
        SchemaKey("backoff", .mapping("backoff"), "The waits between attempts."),
        SchemaKey("settle", .duration, "Between stop and start.", standard: "2s; for programs of Hale's own 0s"),
        SchemaKey("verifyAfter", .duration, "After a remedy, until evidence is asked for.", standard: "3s"),
        SchemaKey("command", .command, "The remedy: exit 0 means that it has done its part."),
        SchemaKey("timeout", .duration, "How long the command may take.", standard: "60s"),
        SchemaKey("restart", .choice(["run"]), "The remedy: restart the component's own program."),
    ]
}
