import Foundation
import HaleModel
import Testing

@Suite("Every rule has its cases")
struct RuleCoverageTests {
    @Test("Every rule number is named by a test of this target", arguments: Rule.allCases)
    func isNamed(_ rule: Rule) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let titles = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
            .flatMap { $0.split(separator: "\n").filter { $0.contains("@Test(\"") || $0.contains("        \"") } }
        let words = titles.flatMap { $0.split { !$0.isLetter && !$0.isNumber } }
        #expect(words.contains(Substring(rule.rawValue)), "no test names rule \(rule.rawValue)")
    }

    @Test("The list of rules is the specification's")
    func isComplete() {
        let numbers = (1...7).map { "S\($0)" } + (1...10).map { "C\($0)" } + (1...10).map { "H\($0)" }
        #expect(Set(Rule.allCases.map(\.rawValue)) == Set(numbers))
    }
}
