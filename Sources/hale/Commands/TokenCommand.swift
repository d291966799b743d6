import ArgumentParser
import HaleModel
import HaleMonitor

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, show and revoke the tokens that the HTTP interface asks for.",
        discussion: "They lie hashed in the data directory. A running Hale takes changes in at once.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token. It is printed once, and never shown again.")
        @OptionGroup var options: ConfigurationOptions
        @Option(
            help: "read: everything, change nothing. heartbeat: say that components live. operate: everything.",
            transform: { text in
                guard let role = Role(rawValue: text) else {
                    throw ValidationError("expected read, heartbeat or operate")
                }
                return role
            })
        var role: Role
        @Option(help: ArgumentHelp("With heartbeat: only for these components, with commas.", valueName: "ids"))
        var only: String?
        @Flag(help: "Print JSON.") var json = false
        @Argument(help: "How it is called.") var name: String

        func validate() throws {
            guard ComponentID(name) != nil else {
                throw ValidationError("'\(name)' is not a name (letters, digits, '.', '_', '-'; at most 128)")
            }
            guard only == nil || role == .heartbeat else {
                throw ValidationError("--only: a token is limited to components with --role heartbeat only")
            }
            for id in ids ?? [] where ComponentID(id) == nil {
                throw ValidationError("--only: '\(id)' is not a component id")
            }
        }

        private var ids: [Substring]? { only?.split(separator: ",", omittingEmptySubsequences: false) }

        func run() async throws {
            try await CommandFailure.telling {
                let grant = Grant(
                    name: name, role: role, components: ids.map { Set($0.compactMap { ComponentID($0) }) })
                let token = try TokenCommand.file(options).create(grant)
                Terminal.say(json ? try JSONOutput.text(["name": name, "role": role.rawValue, "token": token]) : token)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show who has a token; the tokens themselves are not kept.")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false

        private struct Line: Encodable {
            var name: String
            var role: Role
            var only: [ComponentID]?
            var created: String?
        }

        func run() async throws {
            try await CommandFailure.telling {
                let lines = try TokenCommand.file(options).load().map {
                    Line(
                        name: $0.grant.name, role: $0.grant.role, only: $0.grant.components?.sorted(),
                        created: $0.created)
                }
                guard !json else { return Terminal.say(try JSONOutput.text(lines)) }
                guard !lines.isEmpty else { return Terminal.say("There are no tokens.") }
                var table = Table(["NAME", "ROLE", "ONLY", "MADE"])
                for line in lines {
                    let only = line.only?.map(\.name).joined(separator: ",") ?? "-"
                    table.add([line.name, line.role.rawValue, only, line.created ?? "-"])
                }
                Terminal.say(table.text)
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a token out of force, and the sessions it began.")
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "Its name.") var name: String

        func run() async throws {
            try await CommandFailure.telling {
                try TokenCommand.file(options).revoke(name)
                Terminal.say("The token '\(name)' is revoked.")
            }
        }
    }

    private static func file(_ options: ConfigurationOptions) throws -> TokenFile {
        let found = (try? options.place()).flatMap { $0.dataDirectory }
        return TokenFile(dataDirectory: try found ?? options.load().dataDirectory)
    }
}
