import Testing

/// A Hale within another program.
@Suite struct EmbeddedTests {
    @Test("the example heals itself by a closure, and ends well")
    func theExampleRuns() async throws {
        try await Sandbox.use { sandbox in
            let example = try sandbox.spawn(program: Binary.embedded, [], output: "embedded.log")
            let end = try await eventually("the example ends") { example.ended }
            let said = sandbox.text("embedded.log")
            #expect(end == .code(0), "\(said)")
            #expect(said.hasSuffix("all as promised\n"), "\(said)")
        }
    }
}
