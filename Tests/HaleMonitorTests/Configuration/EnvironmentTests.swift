import HaleEngine
import HaleModel
import HaleMonitor
import HaleResilience
import Testing

/// Variables of the environment: within values, and over the file's defaults.
@Suite struct EnvironmentTests {
    @Test(arguments: [
        ("${A}", "x"), ("a${A}b${A}", "axbx"), ("${B:-y z}", "y z"), ("${E:-y}", "y"), ("'${E}z'", "z"),
        ("$${A}", "${A}"),
        ("$A", "$A"), ("'$'", "$"), ("'$${'", "${"), ("${B:-}z", "z"), ("\"${A}\\n\"", "x\n"), ("'*a'", "*a"),
        ("a *b", "a *b"),
    ])
    func areExpanded(_ text: String, _ expected: String) throws {
        for yaml in [
            "components: {web: {check: {tcp: a:1}, labels: {l: \(text)}}}",
            "components:\n  web:\n    check: {tcp: a:1}\n    labels:\n      l: \(text)\n",
        ] {
            #expect(try load(yaml, environment: ["A": "x", "E": ""]).components[0].labels == ["l": expected])
        }
    }

    @Test func keysAndExpandedTextsAreLeftAlone() throws {
        let yaml = "components: {web: {check: {tcp: a:1}, labels: {'${A}': '${A}'}}}"
        #expect(try load(yaml, environment: ["A": "${A}: *x"]).components[0].labels == ["${A}": "${A}: *x"])
    }

    @Test func setDefaultsAndYieldToWhatACheckSays() throws {
        let yaml = """
            server: {bind: 127.0.0.2:80}
            defaults: {interval: 1m, timeout: 1s}
            components:
              a: {check: {tcp: a:1}, heal: {command: [x]}}
              b: {check: {tcp: a:1, interval: 2s, breaker: {failures: 9}}, run: [b], heal: {retries: 4}}
            """
        let environment = [
            "HEALTH_CHECK_INTERVAL": "30", "HEALTH_CHECK_TIMEOUT": "2.5", "HEALTH_SERVER_PORT": "81",
            "HEALTH_MAX_RETRIES": "7", "HEALTH_BASE_DELAY": "0.5", "HEALTH_MAX_DELAY": "60",
            "HEALTH_EXPONENTIAL_BASE": "3",
            "HEALTH_FAILURE_THRESHOLD": "6", "HEALTH_RECOVERY_TIMEOUT": "300", "HEALTH_SUCCESS_THRESHOLD": "3",
        ]
        let loaded = try load(yaml, environment: environment)
        #expect(loaded.bind == SocketEndpoint(host: "127.0.0.2", port: 81))
        let (a, b) = (loaded.components[0], loaded.components[1])
        #expect(a.checks[0].interval == .seconds(30))
        #expect(a.checks[0].timeout == .milliseconds(2_500))
        #expect(
            a.checks[0].breaker
                == .init(
                    failureThreshold: 6, successThreshold: 3, openDuration: .minutes(5), maxOpenDuration: .minutes(5)))
        #expect(a.heal?.rungs[0].retries == 7)
        #expect(a.heal?.rungs[0].backoff == .init(base: .milliseconds(500), factor: 3, max: .minutes(1)))
        #expect(b.checks[0].interval == .seconds(2))
        // What is inherited gives way where the check's own interval is shorter.
        #expect(b.checks[0].timeout == .seconds(2))
        #expect(b.checks[0].breaker.failureThreshold == 9)
        #expect(b.heal?.rungs[0].retries == 4)
        #expect(b.heal?.rungs[0].backoff.base == .milliseconds(500))
    }

    @Test(arguments: [
        (
            "HEALTH_CHECK_INTERVAL", "10s",
            "'10s' is not a number from 0.1 to 2592000; write plain seconds, such as 10 or 0.5"
        ),
        (
            "HEALTH_CHECK_TIMEOUT", "0",
            "0 is out of range; expected 0.01 to 2592000; write plain seconds, such as 10 or 0.5"
        ),
        ("HEALTH_SERVER_PORT", "99999", "99999 is out of range; expected 0 to 65535"),
        ("HEALTH_MAX_RETRIES", "many", "'many' is not a whole number from 1 to 1000"),
        ("HEALTH_EXPONENTIAL_BASE", "nan", "'nan' is not a number from 1 to 100"),
    ])
    func malformedOnesAreNamed(_ name: String, _ value: String, _ message: String) {
        let said = outcome(of: "components: {web: {check: {tcp: a:1}}}", environment: [name: value])
        #expect(said == ["environment: \(name): \(message)"])
    }

    @Test func anEmptyVariableIsNone() throws {
        let loaded = try load("components: {web: {check: {tcp: a:1}}}", environment: ["HEALTH_CHECK_INTERVAL": ""])
        #expect(loaded.components[0].checks[0].interval == .seconds(10))
    }
}
