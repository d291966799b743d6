import HaleModel
import HaleMonitor
import Testing

/// Documents made to exhaust a reader end in an error, soon.
@Suite struct BoundsTests {
    /// Nine lists of nine aliases each: 9⁹ nodes.
    private var bomb: String {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let uses = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        return text
    }

    @Test func aliasesOfAliases() {
        let said = outcome(of: bomb + "components: {web: {check: {tcp: a:1}}}")
        #expect(
            said.contains { $0.hasSuffix("the document has more than 500000 nodes, counting what aliases stand for") })
    }

    @Test(arguments: ["? *a9\n: x\n", "{*a9 : x}\n", "{[*a9, *a9]: x}\n", "{? [*a9] : x}\n"])
    func aliasesOfAliasesAsKeys(_ key: String) {
        #expect(!outcome(of: bomb + "x: " + key).isEmpty)
    }

    @Test func keysWithinKeys() {
        let open = String(repeating: "{? ", count: 400)
        let wide = String(repeating: "a, ", count: 100_000)
        #expect(!outcome(of: "\(open)[\(wide)]\(String(repeating: "}", count: 400))").isEmpty)
    }

    @Test(arguments: [60, 900, 5_000, 100_000])
    func deepNesting(_ depth: Int) {
        let open = String(repeating: "[", count: depth)
        let said = outcome(of: "components: \(open)\(String(repeating: "]", count: depth))")
        #expect(!said.isEmpty)
        #expect(!outcome(of: "components: \(open)").isEmpty)
    }

    @Test func chainsOfAliases() {
        var text = "a0: &a0 [x]\n"
        for level in 1...200 { text += "a\(level): &a\(level) [[[[[*a\(level - 1)]]]]]\n" }
        #expect(outcome(of: text).contains { $0.hasSuffix("nested deeper than 50 levels") })
    }

    @Test func thousandsOfMistakes() {
        let lines = (0..<3_000).map { "  c\($0): {check: {tcp: a:1, timeout: \($0)}}" }
        #expect(outcome(of: "components:\n" + lines.joined(separator: "\n")).count == 500)
    }

    @Test func thousandsOfComponents() throws {
        let lines = (0..<5_000).map {
            "  c\($0): {check: {http: http://127.0.0.1:8080/\($0)}, dependsOn: c\(max($0, 1) - 1)}"
        }
        let text =
            "components:\n" + lines.joined(separator: "\n").replacing(", dependsOn: c0}", with: "}", maxReplacements: 1)
        #expect(try load(text).components.count == 5_000)
    }

    @Test func hundredsOfKeysGivenTwice() {
        let lines = (0..<300).map { "  c\($0 % 150): {check: {tcp: a:1}}" }
        let said = outcome(of: "components:\n" + lines.joined(separator: "\n"))
        #expect(said.count == 1)
        #expect(said.first?.hasSuffix("is given more than once in one mapping") == true)
    }
}
