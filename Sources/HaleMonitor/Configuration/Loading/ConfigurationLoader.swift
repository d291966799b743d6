internal import Foundation
internal import HaleEngine
internal import HaleModel

/// Finds, reads and checks a `hale.yaml`, with the files of `hale.d` beside it.
package enum ConfigurationLoader {
    /// One file of a configuration.
    package struct Document: Hashable, Sendable {
        /// As it is named in messages.
        package var name: String
        package var text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Reads a file and those of `hale.d` into a configuration, or says everything that is wrong with them.
    package static func load(
        path: String, environment: [String: String], overrides: ConfigurationOverrides = .init()
    ) throws(ConfigurationErrors) -> HaleConfiguration {
        let absolute = Paths.absolute(path, from: FileManager.default.currentDirectoryPath)
        var documents: [Document] = []
        for file in try ConfigurationFile.all(absolute, named: path) {
            documents.append(Document(name: file.name, text: try ConfigurationFile.read(file.path, named: file.name)))
        }
        return try load(documents: documents, file: absolute, environment: environment, overrides: overrides)
    }

    /// Reads the text of a file that is or would be at the absolute path `file`.
    package static func load(
        text: String, file: String, named name: String? = nil, environment: [String: String],
        overrides: ConfigurationOverrides = .init()
    ) throws(ConfigurationErrors) -> HaleConfiguration {
        try load(
            documents: [Document(name: name ?? file, text: text)], file: file, environment: environment,
            overrides: overrides)
    }

    /// Reads the texts of several files; the first is or would be at the absolute path `file`.
    package static func load(
        documents: [Document], file: String, environment: [String: String], overrides: ConfigurationOverrides = .init()
    ) throws(ConfigurationErrors) -> HaleConfiguration {
        let names = documents.map(\.name)
        let context = ReadingContext(files: names, directory: Paths.parent(of: file), environment: environment)
        var roots: [YAMLNode?] = []
        for (number, document) in documents.enumerated() {
            let (root, problems) = YAMLComposer.compose(document.text, file: document.name, number: number)
            problems.forEach(context.report)
            roots.append(root)
        }
        guard let first = roots.first, let main = first else {
            throw ConfigurationErrors(context.problems, files: names)
        }
        let root = DocumentMerge(context: context).merge(main, with: roots.dropFirst().compactMap { $0 })
        let configuration = DocumentReader(context: context, overrides: overrides).read(root, file: file)
        guard let configuration, context.problems.isEmpty else {
            throw ConfigurationErrors(context.problems, files: names)
        }
        return configuration
    }
}
