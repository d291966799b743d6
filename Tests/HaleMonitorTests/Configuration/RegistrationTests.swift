import Foundation
import HaleEngine
import HaleModel
import Testing

@testable import HaleMonitor

/// Registered components beside those of the files: what they may say, and which of them are in force.
@Suite struct RegistrationTests {
    private let directory = NSTemporaryDirectory() + "hale-registered-\(UUID().uuidString)"
    private let place: ConfigurationPlace

    init() throws {
        try FileManager.default.createDirectory(atPath: directory + "/data", withIntermediateDirectories: true)
        place = ConfigurationPlace(path: directory + "/hale.yaml", environment: ["SECRET": "hunter2hunter2"])
    }

    private func write(_ components: String) throws {
        try Data("data: ./data\ncomponents:\n\(components)\n".utf8).write(to: URL(fileURLWithPath: place.path))
    }

    private func cleaningUp(_ body: () throws -> Void) rethrows {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body()
    }

    private static let check: JSONValue = .object(["tcp": "127.0.0.1:1"])

    private func registration(_ id: ComponentID, dependsOn: String? = nil) -> ComponentRegistration {
        var definition = ["check": Self.check]
        if let dependsOn { definition["depends_on"] = .array([.string(dependsOn)]) }
        return ComponentRegistration(id: id, definition: definition)
    }

    @Test func whatFitsNoLongerIsCarriedAlongUntilItFitsAgain() throws {
        try cleaningUp {
            try write("  api: {check: {tcp: \"127.0.0.1:2\"}}")
            let registered = [registration("cache", dependsOn: "api"), registration("queue")]
            let whole = try place.load(place.loadFiles(), registered)
            #expect(whole.registered == ["cache", "queue"] && whole.leftOut.isEmpty)

            try write("  other: {check: {tcp: \"127.0.0.1:2\"}}")
            let part = try place.load(place.loadFiles(), whole.registrations)
            #expect(part.registered == ["queue"])
            #expect(part.leftOut.count == 1 && part.leftOut[0].contains("cache"))
            #expect(part.registrations == registered, "the next change writes all of them down")
            #expect(throws: ConfigurationErrors.self) {
                try place.load(part, registered, requiring: ["cache"])
            }

            try write("  api: {check: {tcp: \"127.0.0.1:2\"}}\n  queue: {check: {tcp: \"127.0.0.1:3\"}}")
            let again = try place.load(place.loadFiles(), part.registrations)
            #expect(again.registered == ["cache"], "a file hides the other")
            #expect(again.registrations == registered)
        }
    }

    @Test func aMisfitTakesNobodyAlongWhoseNameItBeginsWith() throws {
        try cleaningUp {
            try write("  api: {check: {tcp: \"127.0.0.1:2\"}}")
            let all = [registration("cache"), registration("cache.eu", dependsOn: "nobody")]
            #expect(try place.load(place.loadFiles(), all).registered == ["cache"])
        }
    }

    /// An Arabic number sign and `$` are one letter to a reader, and the bytes of two to the expansion.
    @Test(arguments: ["${SECRET}", "\u{600}${SECRET}", "$${SECRET}", "a$\u{301}${SECRET}", "$$${SECRET:-x}"])
    func noVariableOfHaleIsRead(_ text: String) throws {
        try cleaningUp {
            try write("  api: {check: {tcp: \"127.0.0.1:2\"}}")
            let sly = ComponentRegistration(
                id: "sly", definition: ["check": Self.check, "labels": .object(["a": .string(text)])])
            let loaded = try place.load(place.loadFiles(), [sly])
            let policy = try #require(loaded.components.first { $0.id == "sly" })
            #expect(policy.labels["a"] == text)
        }
    }

    @Test(
        arguments: [
            (["breaker": "off", "circuit_breaker_config": .object(["failure_threshold": 3])], "breaker"),
            (["breaker": "off", "enable_circuit_breaker": false], "breaker"),
            (["start_period": "1s", "startPeriod": "2s"], "startPeriod"),
        ] as [([String: JSONValue], String)])
    func whatContradictsItselfIsRefused(_ more: [String: JSONValue], _ named: String) throws {
        try cleaningUp {
            try write("  api: {check: {tcp: \"127.0.0.1:2\"}}")
            let definition = more.merging(["check": Self.check]) { first, _ in first }
            let files = try place.loadFiles()
            let error = #expect(throws: ConfigurationErrors.self) {
                try place.load(files, [ComponentRegistration(id: "x", definition: definition)], requiring: ["x"])
            }
            #expect(error?.problems.contains { $0.message.contains(named) } == true)
        }
    }
}
