import Foundation
import HaleEngine
import HaleModel
import HaleMonitor
import Testing

/// The files of `hale.d`, and secrets in files of their own.
@Suite struct CompanionTests {
    private func outcome(_ documents: [(String, String)]) -> (ids: [ComponentID], problems: [String]) {
        let documents = documents.map { ConfigurationDocument(name: $0.0, text: $0.1) }
        do {
            let loaded = try ConfigurationLoader.load(documents: documents, file: "/srv/hale.yaml", environment: [:])
            return (loaded.components.map(\.id), [])
        } catch {
            return ([], error.problems.map(\.description))
        }
    }

    @Test func componentsOfAllFilesAreOneList() {
        let result = outcome([
            ("hale.yaml", "defaults: {interval: 1s}\ncomponents: {a: {heartbeat: true}}"),
            ("hale.d/1.yaml", "components: {b: {heartbeat: true, dependsOn: a}}"),
            ("hale.d/2.yaml", "# nothing yet"),
            ("hale.d/3.yaml", "data: ./elsewhere\ncomponents:"),
        ])
        #expect(result.problems == [])
        #expect(result.ids == ["a", "b"])
    }

    @Test func theFirstFileMayHoldNoComponent() {
        #expect(
            outcome([("hale.yaml", "data: ./d"), ("hale.d/a.yaml", "components: {b: {heartbeat: true}}")]).ids == ["b"])
        #expect(
            outcome([("hale.yaml", "components:"), ("hale.d/a.yaml", "components: {b: {heartbeat: true}}")]).ids == [
                "b"
            ])
    }

    @Test func everyMistakeNamesItsFile() {
        let result = outcome([
            ("hale.yaml", "data: ./d\ncomponents: {a: {heartbeat: true}}"),
            ("hale.d/b.yaml", "data: ./e\ncomponents:\n  a: {heartbeat: true}\n  b: {heartbeet: true}"),
            ("hale.d/c.yaml", "components: [c]"),
            ("hale.d/d.yaml", "- d"),
            ("hale.d/e.yaml", "components: {b: {heartbeat: true}"),
        ])
        #expect(
            result.problems == [
                "hale.d/b.yaml:1:1: 'data' is given twice; the first is in hale.yaml:1; keep one of them",
                "hale.d/b.yaml:3:3: components: component 'a' is given twice; the first is in hale.yaml:2; ids are "
                    + "unique across all files",
                "hale.d/b.yaml:4:7: components.b: unknown key 'heartbeet'; did you mean 'heartbeat'?",
                "hale.d/c.yaml:1:13: components: expected a mapping of components by id, found a list",
                "hale.d/d.yaml:1:1: expected a mapping with 'components:', found a list",
                "hale.d/e.yaml:2:1: not valid YAML: while parsing a flow mapping (line 1), did not find expected ',' "
                    + "or '}'",
            ])
    }

    @Test func filesAreReadInTheOrderOfTheirNames() throws {
        try withDirectory { directory in
            try write("components: {a: {heartbeat: true}}", directory + "/hale.yaml")
            try write("components: {c: {heartbeat: true}}", directory + "/hale.d/20.yaml")
            try write("components: {b: {heartbeat: true}}", directory + "/hale.d/10.yml")
            try write("not: read", directory + "/hale.d/notes.txt")
            try write("not: read", directory + "/hale.d/.hidden.yaml")
            let loaded = try ConfigurationLoader.load(path: directory + "/hale.yaml", environment: [:])
            #expect(loaded.components.map(\.id) == ["a", "b", "c"])
            #expect(
                loaded.names.map { String($0.dropFirst(directory.count + 1)) } == [
                    "hale.yaml", "hale.d/10.yml", "hale.d/20.yaml",
                ])
            try FileManager.default.createDirectory(
                atPath: directory + "/hale.d/x.yaml", withIntermediateDirectories: false)
            #expect(throws: ConfigurationErrors.self) {
                try ConfigurationLoader.load(path: directory + "/hale.yaml", environment: [:])
            }
        }
    }

    @Test func aSecretInAFileIsReadAndNeverShown() throws {
        try withDirectory { directory in
            try write("Bearer s3cret\n", directory + "/token")
            try write(
                "components: {web: {run: {command: [./w], env: {A: {file: token}}}, "
                    + "check: {http: http://a/, headers: {X: {file: ./token}}, body: {file: \(directory)/token}}}}",
                directory + "/hale.yaml")
            let loaded = try ConfigurationLoader.load(path: directory + "/hale.yaml", environment: [:])
            let plan = try #require(httpPlan(of: loaded))
            #expect(plan.headers == [.init("X", "Bearer s3cret")] && plan.body == "Bearer s3cret")
            #expect(loaded.programs[0].environment == ["A": "Bearer s3cret"])
            #expect(!loaded.effective.lines.contains { $0.contains("s3cret") })
            #expect(loaded.effective.lines.filter { $0.contains("(hidden)") }.count == 3)
        }
    }

    @Test func aSecretThatCannotBeReadIsToldOf() throws {
        try withDirectory { directory in
            try write("two\nlines of s3cret", directory + "/token")
            try write(
                "components: {web: {check: {http: http://a/, headers: {X: {file: token}, Y: {file: none}, Z: {file: .}, "
                    + "V: {file: token, line: 1}}}}}",
                directory + "/hale.yaml")
            let error = #expect(throws: ConfigurationErrors.self) {
                try ConfigurationLoader.load(path: directory + "/hale.yaml", environment: [:])
            }
            #expect(
                error?.problems.map { "\($0.column): \($0.message)".replacing(directory, with: "") } == [
                    "65: what /token holds is not a text", "83: no such file: /none",
                    "100: is not a regular file: ", "107: expected a text, found a mapping",
                ])
        }
    }

    private func write(_ text: String, _ path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/hale-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }
}
