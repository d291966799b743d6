import HaleMonitor
import Testing

/// `run:`: what is wrong is said exactly.
@Suite struct RunErrorTests {
    @Test(arguments: Self.table)
    func isToldWithItsPlace(_ example: ErrorExample) {
        #expect(outcome(of: example.yaml) == example.problems)
    }

    static let table: [ErrorExample] = [
        .init(
            #"""
            components: {web: {run: ./web --port 8080}}
            """#,
            #"1:25: components.web.run.command: a command is an argument vector, never a shell string; write "#
                + #"[./web, --port, "8080"]"#),
        .init(
            #"""
            components: {web: {run: {command: "./web 'a b'", instances: 0, restart: allways, stopSignal: SIGTERM, \#
            stopTimeout: 10}}}
            """#,
            "1:35: components.web.run.command: a command is an argument vector, never a shell string; write a "
                + "list such as [./program, --option]",
            "1:61: components.web.run.instances: 0 is out of range; expected 1 to 64",
            "1:73: components.web.run.restart: 'allways' is not one of always, on-failure, never; did you mean "
                + "'always'?",
            "1:94: components.web.run.stopSignal: 'SIGTERM' is not a signal; did you mean 'TERM'?",
            "1:116: components.web.run.stopTimeout: '10' has no unit; write 10s, 10ms or 10m"),
        .init(
            #"""
            components: {web: {run: []}}
            """#,
            "1:25: components.web.run.command: the command is empty; write it like [./program, --option, value]"),
        .init(
            #"""
            components: {web: {run: {command: [a], onExit: [{codes: [78, 300], do: stop}, {codes: 3, do: \#
            nothing}, {codes: [78], do: restart}, {do: nothing}], log: {size: 10, files: 0}, umask: "22"}}}
            """#,
            "1:62: components.web.run.onExit[0].codes[1]: 300 is out of range; expected 0 to 255",
            "1:72: components.web.run.onExit[0].do: 'stop' is not one of restart, giveUp, nothing",
            "1:87: components.web.run.onExit[1].codes: expected a list of exit codes such as [78], found a "
                + "single value",
            "1:113: components.web.run.onExit[2].codes[0]: exit code 78 has a rule already",
            "1:132: components.web.run.onExit[3]: 'codes' is missing",
            "1:160: components.web.run.log.size: '10' has no unit; write 10B, 10KiB or 10MiB",
            "1:171: components.web.run.log.files: 0 is out of range; expected 1 to 1000",
            #"1:182: components.web.run.umask: '22' is not an octal mask; write three octal digits such as "022""#),
        .init(
            #"""
            components: {web: {run: }}
            """#,
            "1:25: components.web.run: expected a command or a mapping, found nothing"),
        .init(
            #"""
            components: {web: {run: "sleep 1; echo 'x'"}}
            """#,
            "1:25: components.web.run.command: a command is an argument vector, never a shell string; write a "
                + "list such as [./program, --option]"),
    ]
}
