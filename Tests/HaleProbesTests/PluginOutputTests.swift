import HaleModel
import Testing

@testable import HaleProbes

/// Output and performance data as the monitoring-plugins guidelines have it.
@Suite struct PluginOutputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var message: String
        var metrics: [String: Double] = [:]
        var long = ""
        var testDescription: String { text }
    }

    static let cases: [Case] = [
        Case(text: "", message: ""),
        Case(text: "OK", message: "OK"),
        Case(text: "\n  \nOK - fine \r\nrest\r\n", message: "OK - fine", long: "rest"),
        Case(
            text: "LOAD OK - load: 4.75|load1=4.750;100.000;200.000;0; load5=2.080;;;0;\n",
            message: "LOAD OK - load: 4.75",
            metrics: ["load1": 4.75, "load5": 2.08]),
        Case(
            text: "DISK OK - free: / 76 MiB (79% inode=96%);| /=20853030912B;267847005634;267847005634;0;270552530944",
            message: "DISK OK - free: / 76 MiB (79% inode=96%);", metrics: ["/": 20_853_030_912]),
        // The example of the guidelines: three lines, numbers behind two bars.
        Case(
            text: """
                DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968
                / 15272 MB (77%);
                /boot 68 MB (69%);
                /var/log 819 MB (84%); | /boot=68MB;88;93;0;98
                /home=69357MB;253404;253409;0;253414
                /var/log=818MB;970;975;0;980
                """, message: "DISK OK - free space: / 3326 MB (56%);",
            metrics: ["/": 2_643e6, "/boot": 68e6, "/home": 69_357e6, "/var/log": 818e6],
            long: "/ 15272 MB (77%);\n/boot 68 MB (69%);\n/var/log 819 MB (84%);"),
        Case(
            text: "x|'a b'=1 'it''s'=2 '=='=3 'C:\\ %'=4% ''''=5", message: "x",
            metrics: ["a b": 1, "it's": 2, "==": 3, "C:\\ %": 4, "'": 5]),
        Case(
            text: "x|a=5ms b=5us c=2s d=1m e=1KiB f=1KB g=2GB h=7c i=3widgets j=50% k=1kB", message: "x",
            metrics: [
                "a": 0.005, "b": 5e-6, "c": 2, "d": 60, "e": 1_024, "f": 1_000, "g": 2e9, "h": 7, "i": 3, "j": 50,
                "k": 1_000,
            ]),
        Case(
            text: "x|a=-1.5 b=+2 c=.5 d=1e3 e=2E-2s f=3EB g=1,5 h=-,5", message: "x",
            metrics: ["a": -1.5, "b": 2, "c": 0.5, "d": 1_000, "e": 0.02, "f": 3e18, "g": 1.5, "h": -0.5]),
        Case(text: "x|a=U b=1 c=U;1;2", message: "x", metrics: ["b": 1]),
        Case(text: "x|a=1 a=2", message: "x", metrics: ["a": 2]),
        Case(
            text: "x| junk a=1 'open=2 b=3 =4 c= d=;1;2 e=x f=1e999 g=1.2.3 h=nan i=inf j=0x10 k=9 ", message: "x",
            metrics: ["a": 1, "b": 3, "k": 9]),
        Case(text: "x|a=1;;;;\tb=2;~:5;@1:2;;;;;", message: "x", metrics: ["a": 1, "b": 2]),
        Case(text: "x|a=1|b=2", message: "x", metrics: ["a": 1, "b": 2]),
        Case(text: "ü\u{1}|ä=1", message: "ü\u{1}", metrics: ["ä": 1]),
    ]

    @Test(arguments: cases) func output(_ expected: Case) {
        let output = PluginOutput(Array(expected.text.utf8))
        #expect(output.message == expected.message)
        #expect(output.longText == expected.long)
        #expect(Set(output.metrics.keys) == Set(expected.metrics.keys))
        for (label, value) in expected.metrics {
            let difference = abs((output.metrics[label] ?? .infinity) - value)
            #expect(difference <= abs(value) * 1e-12, "\(label)")
        }
    }

    @Test(arguments: [
        ("10", "10"), ("10:", "10:"), ("~:10", "~:10"), ("10:20", "10:20"), ("@10:20", "@10:20"), ("0:5", "5"),
        (":5", "5"), ("-3:-1", "-3:-1"), ("0.5", "0.5"), ("~:", "~:"), ("@5", "@5"), ("0:", "0:"),
        ("", nil), ("20:10", nil), ("x", nil), ("1:2:3", nil), ("10%", nil), ("@", nil), ("5:~", nil),
    ]) func ranges(_ text: String, _ expected: String?) {
        #expect(ThresholdRange(text)?.description == expected)
    }

    @Test func scales() {
        let output = PluginOutput(Array("x|time=5ms;10;@20:30;0;60 n=3".utf8))
        let datum = output.performance.first
        #expect(datum?.unit == "s")
        #expect(datum?.warning == ThresholdRange("10", factor: 0.001))
        #expect(datum?.maximum == 0.06)
        #expect(
            output.scales
                == ["time": ["unit": "s", "warning": "0.01", "critical": "@0.02:0.03", "min": 0, "max": 0.06]])
    }

    @Test func outputBeyondTheLimitIsDropped() {
        let head = "x|" + (0..<100).map { "m\($0)=\($0)" }.joined(separator: " ") + "\n"
        let output = PluginOutput(Array(head.utf8))
        #expect(output.performance.count == 64)
        #expect(output.metrics.count == 64)
        #expect(output.metrics["m63"] == 63)

        // The limit falls into the number 123456.
        let padding = String(repeating: "y", count: PluginOutput.maxBytes - "|a=1 b=123".utf8.count)
        let cut = PluginOutput(Array((padding + "|a=1 b=123456").utf8))
        #expect(cut.metrics == ["a": 1])

        let long = PluginOutput(Array("x\n".utf8) + Array(repeating: UInt8(ascii: "z"), count: 1 << 20))
        #expect(long.longText.utf8.count < 2_100)
        let label = String(repeating: "l", count: 129)
        #expect(PluginOutput(Array("x|\(label)=1 a=2".utf8)).metrics == ["a": 2])
    }

    static let samples = cases.map { Array($0.text.utf8) }

    @Test func noOutputCrashesOrGrows() async {
        await Fuzzing.rounds(2_000) { seed in
            let bytes = Fuzzing.bytes(seed, from: Self.samples)
            let end = CommandEnd(ending: .code(Int(seed % 5)), output: bytes, errors: [])
            let finding = end.finding(["plugin"], timeout: .seconds(1))
            #expect(!finding.message.isEmpty && finding.message.unicodeScalars.count < 600, "seed \(seed)")
            #expect(finding.metrics.count <= 64 && finding.metrics.values.allSatisfy(\.isFinite), "seed \(seed)")
            #expect(finding.metrics.keys.allSatisfy { (1...128).contains($0.utf8.count) }, "seed \(seed)")
        }
    }
}
