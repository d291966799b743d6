import ArgumentParser
import Foundation
import HaleMonitor

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print a JSON Schema of hale.yaml, for editors.",
        discussion: """
            hale schema > hale.schema.json, and as the first line of hale.yaml:
            # yaml-language-server: $schema=./hale.schema.json
            """)

    func run() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        Terminal.say(String(decoding: try encoder.encode(ConfigurationSchema.json), as: UTF8.self))
    }
}
