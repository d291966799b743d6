internal import Foundation
internal import HaleEngine
internal import HaleModel
internal import HaleSimulator

/// Finds, reads and checks a scenario file.
package enum ScenarioLoader {
    /// Reads a scenario and binds it to a configuration, or says everything that is wrong with it.
    /// - Parameter configuration: whose components it is about; `nil`: those of its own `configuration:`.
    package static func load(
        path: String, environment: [String: String], configuration: HaleConfiguration?
    ) throws(ConfigurationErrors) -> LoadedScenario {
        let absolute = Paths.absolute(path, from: FileManager.default.currentDirectoryPath)
        let text = try ConfigurationFile.read(absolute, named: path)
        return try load(
            text: text, file: absolute, named: path, environment: environment, configuration: configuration)
    }

    /// Reads the text of a scenario that is or would be at the absolute path `file`.
    package static func load(
        text: String, file: String, named name: String? = nil, environment: [String: String],
        configuration: HaleConfiguration?
    ) throws(ConfigurationErrors) -> LoadedScenario {
        let name = name ?? file
        let context = ReadingContext(files: [name], directory: Paths.parent(of: file), environment: environment)
        let (root, problems) = YAMLComposer.compose(text, file: name, expecting: "'faults:' or 'components:'")
        problems.forEach(context.report)
        guard let root else { throw ConfigurationErrors(context.problems, files: [name]) }
        let loaded = ScenarioReader(context: context, configuration: configuration).read(root, file: file)
        guard let loaded, context.problems.isEmpty else { throw ConfigurationErrors(context.problems, files: [name]) }
        return loaded
    }
}
