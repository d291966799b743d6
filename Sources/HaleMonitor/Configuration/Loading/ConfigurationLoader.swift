internal import Foundation
internal import HaleEngine
package import HaleModel

/// Finds, reads and checks a `hale.yaml`, with the files of `hale.d` beside it.
package enum ConfigurationLoader {
    /// Reads a file and those of `hale.d` into a configuration, or says everything that is wrong with them.
    package static func load(
        path: String, environment: [String: String], overrides: ConfigurationOverrides = .init()
    ) throws(ConfigurationErrors) -> HaleConfiguration {
        let absolute = Paths.absolute(path, from: FileManager.default.currentDirectoryPath)
        return try load(
            documents: try documents(absolute, named: path), file: absolute, environment: environment,
            overrides: overrides)
    }

    private static func documents(_ path: String, named name: String) throws(ConfigurationErrors)
        -> [ConfigurationDocument]
    {
        var documents: [ConfigurationDocument] = []
        for file in try ConfigurationFile.all(path, named: name) {
            documents.append(
                ConfigurationDocument(name: file.name, text: try ConfigurationFile.read(file.path, named: file.name)))
        }
        return documents
    }

    /// Reads the text of a file that is or would be at the absolute path `file`.
    package static func load(
        text: String, file: String, named name: String? = nil, environment: [String: String],
        overrides: ConfigurationOverrides = .init()
    ) throws(ConfigurationErrors) -> HaleConfiguration {
        try load(
            documents: [ConfigurationDocument(name: name ?? file, text: text)], file: file, environment: environment,
            overrides: overrides)
    }

    /// Reads the texts of several files; the first is or would be at the absolute path `file`.
    /// - Parameter registrations: components beside those of the files, which win where ids clash.
    package static func load(
        documents: [ConfigurationDocument], file: String, environment: [String: String],
        overrides: ConfigurationOverrides = .init(),
        registrations: [ComponentRegistration] = []
    ) throws(ConfigurationErrors) -> HaleConfiguration {
        let names = documents.map(\.name) + (registrations.isEmpty ? [] : [RegistrationReader.file])
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
        let merge = DocumentMerge(context: context)
        var root = merge.merge(main, with: roots.dropFirst().compactMap { $0 })
        var taken: Set<ComponentID> = []
        for registration in registrations where !merge.hasComponent(registration.id, in: root) {
            var reader = RegistrationReader(registration)
            let node = reader.node().placed(in: documents.count)
            reader.problems.forEach(context.report)
            root = merge.adding(node, registration.id, to: root)
            taken.insert(registration.id)
        }
        let configuration = DocumentReader(context: context, overrides: overrides).read(root, file: file)
        guard var configuration, context.problems.isEmpty else {
            throw ConfigurationErrors(context.problems, files: names)
        }
        configuration.documents = documents
        configuration.registrations = registrations
        configuration.registered = taken
        return configuration
    }
}
