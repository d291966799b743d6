import HaleModel
import HaleMonitor
import Testing

/// What one configuration changes of another.
@Suite struct DifferenceTests {
    private static let base = """
        components:
          a: {check: {tcp: a:1}}
          b: {run: {command: [./b], env: {TOKEN: one}, log: {size: 1MiB}}}
          a.b: {check: {tcp: b:1}}
        """

    private func difference(_ changes: (String, String)..., head: String = "") throws -> ConfigurationDifference {
        var text = head + Self.base
        for (old, new) in changes { text = text.replacing(old, with: new) }
        return ConfigurationDifference(from: try load(Self.base), to: try load(text))
    }

    @Test func theSameIsNothing() throws {
        let same = try difference(("components:", "# a comment\ncomponents:"))
        #expect(same.isEmpty && same.summary == "nothing changes")
    }

    @Test func componentsComeAndGo() throws {
        let found = try difference(("  a:", "  z:"))
        #expect(found.added == ["z"] && found.removed == ["a"] && found.changed.isEmpty)
        #expect(found.summary == "1 added (z), 1 removed (a)")
    }

    @Test func fieldsAreNamedWithBothValues() throws {
        let found = try difference(("a:1}", "a:1, interval: 5s}"))
        #expect(found.changed.map(\.id) == ["a"])
        let fields = try #require(found.changed.first?.fields)
        #expect(fields.map(\.path) == ["check.interval", "check.recheck"])
        #expect(fields[0].before == "10s" && fields[0].after == "5s")
        #expect(found.restarting.isEmpty)
    }

    @Test func idsWithDotsAreToldApart() throws {
        let found = try difference(("b:1}", "b:2}"))
        #expect(found.changed.map(\.id) == ["a.b"])
        #expect(found.changed.first?.fields.map(\.path) == ["check.tcp"])
    }

    @Test func aProgramWithAnotherPlanIsRestarted() throws {
        let found = try difference(("[./b]", "[./b, -v]"))
        #expect(found.restarting == ["b"])
        #expect(found.summary == "1 changed (b), restarting b")
    }

    @Test func howMuchOutputIsKeptRestartsNothing() throws {
        let found = try difference(("1MiB", "2MiB"))
        #expect(found.changed.map(\.id) == ["b"] && found.restarting.isEmpty)
    }

    @Test func anotherTokenIsAChangeWithoutItsValue() throws {
        func load(_ token: String) throws -> HaleConfiguration {
            try HaleMonitorTests.load("server: {tokens: [{name: ci, role: read, token: \(token)}]}\n" + Self.base)
        }
        let (first, second) = ("0123456789abcdef-one", "0123456789abcdef-two")
        #expect(ConfigurationDifference(from: try load(first), to: try load(first)).isEmpty)
        let found = ConfigurationDifference(from: try load(first), to: try load(second))
        #expect(!found.isEmptyNow && found.settings.map(\.path) == ["server.tokens"])
        #expect(!"\(found)".contains("0123456789abcdef"))
    }

    @Test func aSecretThatChangesIsAChangeWithoutItsValue() throws {
        let found = try difference(("TOKEN: one", "TOKEN: two"))
        #expect(found.restarting == ["b"])
        #expect(found.changed.first?.fields == [])
    }

    @Test func defaultsShowInTheComponents() throws {
        let found = try difference(head: "defaults: {interval: 7s}\n")
        #expect(found.changed.map(\.id) == ["a", "a.b"])
        #expect(found.settings.isEmpty)
        let quiet = try difference(head: "defaults: {flapping: {changes: 9}}\n")
        #expect(quiet.changed.map(\.id) == ["a", "b", "a.b"])
        #expect(quiet.changed.first?.fields.map(\.path) == ["defaults.flapping.changes"])
    }

    @Test func someThingsNeedARestart() throws {
        let found = try difference(head: "data: ./other\nserver: {bind: 127.0.0.1:1}\nhealing: {concurrent: 9}\n")
        #expect(found.needsRestart.map(\.path) == ["data", "server.bind"])
        #expect(found.settings.map(\.path) == ["healing.concurrent"])
        #expect(!found.isEmptyNow)
        #expect(found.document.needsRestart.map(\.after) == ["/srv/hale/other", "127.0.0.1:1"])
        #expect(try difference(head: "data: ./other\n").isEmptyNow)
    }
}
