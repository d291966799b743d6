import Foundation
import HaleModel
import HaleMonitor
import Testing

/// The JSON Schema and the readers say the same.
@Suite struct SchemaTests {
    @Test func theTableHasEveryKeyOfTheReadersAndNoOther() {
        let table = Dictionary(
            uniqueKeysWithValues: ConfigurationSchema.mappings.map { ($0.name, $0.keys.map(\.name).sorted()) })
        let readers = ConfigurationSchema.readerKeys.mapValues { $0.sorted() }
        #expect(Set(table.keys) == Set(readers.keys))
        for (name, keys) in readers { #expect(table[name] == keys, "\(name)") }
    }

    @Test func everyKeyIsDescribedOnce() {
        for mapping in ConfigurationSchema.mappings {
            #expect(Set(mapping.keys.map(\.name)).count == mapping.keys.count, "\(mapping.name)")
            for key in mapping.keys {
                #expect(key.about.count > 5 && key.about.hasSuffix("."), "\(mapping.name).\(key.name)")
            }
            let names = Set(mapping.keys.map(\.name))
            #expect(names.isSuperset(of: mapping.required + mapping.oneOf), "\(mapping.name)")
        }
    }

    @Test func goodDocumentsAreValid() throws {
        let documents = DocumentationTests.examples + [fullExample, Self.everything]
        for document in documents { #expect(outcome(of: document, environment: Self.environment) == []) }
        let answers = try validate(documents)
        for (document, answer) in zip(documents, answers) { #expect(answer == nil, "\(document)") }
    }

    @Test func badDocumentsAreNot() throws {
        let answers = try validate(Self.bad)
        for (document, answer) in zip(Self.bad, answers) {
            #expect(answer != nil, "\(document)")
            #expect(!outcome(of: document).isEmpty, "\(document)")
        }
    }

    private static let environment = ["HALE_EXECUTABLE": "/usr/bin/hale", "HOST": "example.org"]

    /// What the other examples leave out.
    private static let everything = """
        healing: {concurrent: 1, panicAbove: 40%, mode: observe}
        connectivity: {targets: ["tcp://1.1.1.1:53", {http: "http://router/", name: router}]}
        checksPerHost: 4
        defaults: {interval: 1s, breaker: {open: 5s}, heartbeat: {late: 1s}, errorRate: {degraded: 0.1}, autoHeal: false}
        components:
          a: {heartbeat: true, weight: 2, group: web, limits: {memory_mb: {degraded: 1.5}}, flapping: {changes: 9}}
          b:
            heartbeat: {late: 1s, authoritative: true}
            group: {name: web, minHealthy: 0}
            dependsOn: [a, {on: c, restart: true}]
            errorRate: {window: 1m, slow: 300ms}
            interval: 3s
          c: {run: ["./c", "--port", 8080], hooks: {beforeHeal: [./drain], timeout: 3s}, autoHeal: true}
          d: {checks: [{process: nginx, count: 1}, {dns: example.org}, {tls: example.org, expires: 14d}]}
        """

    private static let bad = [
        "component: {}",
        "components: {a: {chek: {tcp: \"a:1\"}}}",
        "components: {a: {labels: {b: c}}}",
        "components: {a: {check: {tcp: \"a:1\", interval: 10}}}",
        "components: {a: {check: {tcp: \"a:1\", send: [x]}}}",
        "components: {a: {check: {http: \"http://a/\", method: FETCH}}}",
        "components: {a: {check: [{tcp: \"a:1\"}]}}",
        "components: {a: {checks: []}}",
        "components: {a: {run: ./a --port 1}}",
        "components: {a: {run: {env: {A: b}}}}",
        "components: {a: {heartbeat: often}}",
        "components: {a: {heartbeat: true, limits: {memory_mb: 900}}}",
        "components: {a: {heartbeat: true, weight: -1}}",
        "components: {a: {heartbeat: true, dependsOn: [{restart: true}]}}",
        "components: {a: {heartbeat: true, group: {minHealthy: 2}}}",
        "components: {a: {run: [a], heal: {retries: 0}}}",
        "components: {a: {run: [a], heal: {limit: 3}}}",
        "components: {a: {run: [a], heal: {steps: [{restart: systemd}]}}}",
        "healing: {mode: watch}\ncomponents: {a: {heartbeat: true}}",
        "connectivity: {targets: [\"tcp://a:1\"]}\ncomponents: {a: {heartbeat: true}}",
        "defaults: {interval: fast}\ncomponents: {a: {heartbeat: true}}",
    ]

    /// What the schema has against each document, by a validator of others.
    private func validate(_ documents: [String]) throws -> [String?] {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hale-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let schema = directory.appendingPathComponent("schema.json")
        try JSONEncoder().encode(ConfigurationSchema.json).write(to: schema)
        let files = try documents.enumerated().map { number, document in
            let file = directory.appendingPathComponent("\(number).yaml")
            // Variables with their braces are no YAML of others within `{…}`.
            try Data(document.replacing(#/\$\{[^}]*\}/#, with: "x").utf8).write(to: file)
            return file.path
        }
        let lines = try python([DocumentationTests.root.path + "/Tests/documentation/schema.py", schema.path] + files)
        try #require(lines.count == documents.count, "\(lines)")
        return lines.map { $0 == "true" ? nil : $0 }
    }

    private func python(_ arguments: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
