internal import Foundation
internal import HaleEngine
internal import HaleModel

/// Finds, reads and checks a `hale.yaml`.
package enum ConfigurationLoader {
    /// Reads a file into a configuration, or says everything that is wrong with it.
    package static func load(path: String, environment: [String: String]) throws(ConfigurationErrors)
        -> HaleConfiguration
    {
        let absolute = Paths.absolute(path, from: FileManager.default.currentDirectoryPath)
        let text = try ConfigurationFile.read(absolute, named: path)
        return try load(text: text, file: absolute, named: path, environment: environment)
    }

    /// Reads the text of a file that is or would be at the absolute path `file`.
    package static func load(
        text: String, file: String, named name: String? = nil, environment: [String: String]
    ) throws(ConfigurationErrors) -> HaleConfiguration {
        let name = name ?? file
        let (root, problems) = YAMLComposer.compose(text, file: name)
        let context = ReadingContext(file: name, directory: Paths.parent(of: file), environment: environment)
        problems.forEach(context.report)
        guard let root else { throw ConfigurationErrors(context.problems) }
        let configuration = DocumentReader(context: context).read(root, file: file)
        guard let configuration, context.problems.isEmpty else { throw ConfigurationErrors(context.problems) }
        return configuration
    }
}
