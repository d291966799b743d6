internal import HaleModel

/// Reads what belongs to a `command:` check alone.
struct CommandCheckReader {
    static let keys = ["directory", "env"]

    let map: MappingReader
    private var context: ReadingContext { map.context }

    init(map: MappingReader) { self.map = map }

    func read() -> CommandCheckPlan? {
        let directory = map.value("directory", .path(from: context.directory), else: context.directory)
        let command = map["command"].flatMap { CommandReader(context: context).read($0, from: directory) }
        let environment = map["env"].map(VariablesReader(context: context).read) ?? [:]
        return command.map { CommandCheckPlan(command: $0, directory: directory, environment: environment) }
    }
}
