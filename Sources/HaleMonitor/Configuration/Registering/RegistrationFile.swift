import Foundation
import HaleModel

/// The components that were registered while Hale ran: `registered.json` in the data directory.
struct RegistrationFile: Sendable {
    static let maxComponents = 10_000

    let path: String

    init(dataDirectory: String) { path = dataDirectory + "/registered.json" }

    /// In the order of their ids. One that can't be read is a problem of the configuration.
    func load() throws(ConfigurationErrors) -> [ComponentRegistration] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw problem("can't be read: \((error as NSError).localizedFailureReason ?? error.localizedDescription)")
        }
        do {
            return try JSONDecoder().decode([ComponentRegistration].self, from: data)
        } catch {
            throw problem("is no list of registrations", hint: "move it away, and register again what was in it")
        }
    }

    private func problem(_ message: String, hint: String? = nil) -> ConfigurationErrors {
        ConfigurationErrors([
            ConfigurationProblem(file: path, line: 0, column: 0, path: "", message: message, hint: hint)
        ])
    }

    /// `false` where it could not be written; `errno` says why.
    func save(_ registrations: [ComponentRegistration]) -> Bool {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(registrations.sorted { $0.id < $1.id }) else { return false }
        return DurableFile.write(data, to: path)
    }
}
