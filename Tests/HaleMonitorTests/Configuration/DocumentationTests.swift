import Foundation
import HaleMonitor
import Testing

/// Every configuration shown in the documents is one.
@Suite struct DocumentationTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let documents: [String] = {
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/docs")) ?? []
        return docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" } + ["README.md", "HANDBOOK.md"]
    }()

    /// All of them.
    static let examples: [String] = documents.flatMap { document in
        configurations(in: (try? String(contentsOf: root.appendingPathComponent(document), encoding: .utf8)) ?? "")
    }

    @Test(arguments: documents)
    func examplesAreAccepted(_ document: String) throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent(document), encoding: .utf8)
        for example in Self.configurations(in: text) {
            #expect(outcome(of: example, environment: ["HALE_EXECUTABLE": "/usr/bin/hale"]).isEmpty, "\(example)")
        }
    }

    @Test func everyKindOfCheckHasItsPage() {
        for page in ["command", "process", "dns", "tls", "health"] {
            #expect(Self.documents.contains("docs/check-\(page).md"))
        }
    }

    /// The blocks that are whole documents, with what they lack only because it is shown elsewhere.
    private static func configurations(in text: String) -> [String] {
        text.components(separatedBy: "```yaml\n").dropFirst().compactMap { part in
            let block = String(part.prefix(upTo: part.range(of: "```")?.lowerBound ?? part.endIndex))
            guard block.hasPrefix("components:") || block.contains("\ncomponents:"), !block.contains("\nfaults:") else {
                return nil
            }
            return block.contains("dependsOn: [postgres]") && !block.contains("postgres:")
                ? block + "  postgres: {check: {tcp: 127.0.0.1:5432}}\n" : block
        }
    }
}
