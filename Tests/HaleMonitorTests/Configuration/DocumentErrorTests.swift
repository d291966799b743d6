import HaleMonitor
import Testing

/// The document and its components: what is wrong is said exactly.
@Suite struct DocumentErrorTests {
    @Test(arguments: Self.table)
    func isToldWithItsPlace(_ example: ErrorExample) {
        #expect(outcome(of: example.yaml) == example.problems)
    }

    static let table: [ErrorExample] = [
        .init(
            #"""
            components: {}
            """#,
            "1:13: components: nothing to watch: no component is given; write {web: {check: {http: URL}}}"),
        .init(
            #"""
            components:
            """#,
            "1:12: components: nothing to watch: no component is given; write {web: {check: {http: URL}}}"),
        .init(
            #"""
            server: {bind: 127.0.0.1:8790}
            """#,
            "1:1: nothing to watch: 'components:' is missing; write components: {web: {check: {http: URL}}}"),
        .init(
            #"""
            # only a comment
            """#,
            "1:1: the file is empty; expected 'components:'"),
        .init(
            #"""
            - a
            - b
            """#,
            "1:1: expected a mapping with 'components:', found a list"),
        .init(
            #"""
            server:
              hosts: [192.0.2.1]
              tokens:
                - {name: a, role: admin, token: short}
                - {name: b, role: read, token: 0123456789abcdef, only: [web]}
                - {name: b, role: read, token: 0123456789abcdef}
                - {role: read, token: 0123456789abcdef}
            components: {web: {check: {tcp: db:5432}}}
            """#,
            "2:11: server.hosts[0]: '192.0.2.1' is an address; expected a host name",
            "4:23: server.tokens[0].role: 'admin' is not one of read, heartbeat, operate",
            "4:37: server.tokens[0].token: a token has 16 to 1024 printable characters and no spaces; "
                + "`openssl rand -hex 32` makes one",
            "5:54: server.tokens[1]: only a token with the role heartbeat is limited to components",
            "6:7: server.tokens[2]: a second token is called 'b'",
            "7:7: server.tokens[3]: 'name' is missing"),
        .init(
            #"""
            components: {web: {}}
            """#,
            "1:19: components.web: nothing to watch; give it a 'check:', 'checks:', 'heartbeat:' or 'run:'"),
        .init(
            #"""
            components: {web: {layer: deamon, check: {tcp: db:5432}}}
            """#,
            "1:27: components.web.layer: 'deamon' is not one of endpoint, daemon, node, pipeline, cluster; did "
                + "you mean 'daemon'?"),
        .init(
            #"""
            components:
              api: {check: {tcp: db:5432}, cheks: [], vital: yes}
            """#,
            "2:32: components.api: unknown key 'cheks'; did you mean 'checks'?",
            "2:50: components.api.vital: 'yes' is not true or false"),
        .init(
            #"""
            components: {-a: {check: {tcp: db:1}}, a b: {check: {tcp: db:1}}}
            """#,
            "1:14: components: '-a' is not a component id; use letters, digits, '.', '_' and '-', beginning "
                + "with a letter or digit, at most 128",
            "1:40: components: 'a b' is not a component id; use letters, digits, '.', '_' and '-', beginning "
                + "with a letter or digit, at most 128"),
        .init(
            #"""
            components: [web]
            """#,
            "1:13: components: expected a mapping of components by id, found a list"),
        .init(
            #"""
            components: {web: nginx}
            """#,
            "1:19: components.web: expected a mapping with 'check:', 'checks:', 'heartbeat:' or 'run:', found a single value"
        ),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, checks: [{tcp: b:1, name: b}]}}
            """#,
            "1:39: components.web: both 'check' and 'checks' are given; put all of them under 'checks'"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, dependsOn: [postgers, web, web, "a b"]}, postgres: {check: \#
            {tcp: a:1}}}
            """#,
            "1:51: components.web.dependsOn[0]: there is no component 'postgers'; did you mean 'postgres'?",
            "1:61: components.web.dependsOn[1]: 'web' depends on itself",
            "1:66: components.web.dependsOn[2]: 'web' is named twice",
            "1:71: components.web.dependsOn[3]: 'a b' is not a component id"),
        .init(
            #"""
            components:
              a: {check: {tcp: a:1}, dependsOn: b}
              b: {check: {tcp: a:1}, dependsOn: [c]}
              c: {check: {tcp: a:1}, dependsOn: [a]}
            """#,
            "2:37: components.a.dependsOn: dependencies form a cycle: a → b → c → a"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, labels: {"": x, y: [1], z: }}}
            """#,
            "1:48: components.web.labels: the name of a label has 1 to 128 bytes",
            "1:58: components.web.labels.y: expected a text, found a list",
            "1:66: components.web.labels.z: expected a text, found nothing"),
        .init(
            #"""
            components: {web: {chek: {tcp: a:1}}}
            """#,
            "1:20: components.web: unknown key 'chek'; did you mean 'check'?"),
    ]
}
