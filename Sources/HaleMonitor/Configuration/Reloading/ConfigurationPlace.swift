internal import Foundation
internal import HaleModel

/// Where a configuration was read from, and will be again.
package struct ConfigurationPlace: Sendable {
    /// The file, named as in messages.
    package let path: String
    package let environment: [String: String]
    package let overrides: ConfigurationOverrides

    package init(path: String, environment: [String: String], overrides: ConfigurationOverrides = .init()) {
        self.path = path
        self.environment = environment
        self.overrides = overrides
    }

    /// What the files say, and what was registered beside them as far as it still fits.
    package func load() throws(ConfigurationErrors) -> HaleConfiguration {
        let files = try loadFiles()
        return try load(files, RegistrationFile(dataDirectory: files.dataDirectory).load())
    }

    /// What the files say now, without registrations.
    func loadFiles() throws(ConfigurationErrors) -> HaleConfiguration {
        try ConfigurationLoader.load(path: path, environment: environment, overrides: overrides)
    }

    /// The files of a configuration as they were read, with these registrations as far as they fit. Those that don't are
    /// carried along, for a time when they will.
    /// - Parameter required: where one of these does not fit, nothing does.
    func load(
        _ files: HaleConfiguration, _ registrations: [ComponentRegistration], requiring required: Set<ComponentID> = []
    ) throws(ConfigurationErrors) -> HaleConfiguration {
        guard !registrations.isEmpty || !files.registrations.isEmpty else { return files }
        var fitting = registrations
        var leftOut: [String] = []
        while true {
            do {
                var configuration = try ConfigurationLoader.load(
                    documents: files.documents, file: files.file, environment: environment, overrides: overrides,
                    registrations: fitting)
                configuration.registrations = registrations
                configuration.leftOut = leftOut
                return configuration
            } catch {
                let misfits = error.misfits(among: fitting.map(\.id))
                guard !misfits.isEmpty, misfits.isDisjoint(with: required) else { throw error }
                leftOut += error.registrationProblems
                fitting.removeAll { misfits.contains($0.id) }
            }
        }
    }

    /// Where `data:` points, read without regard to what else is in the files; `nil` where even that can't be read.
    package var dataDirectory: String? {
        let absolute = Paths.absolute(path, from: FileManager.default.currentDirectoryPath)
        let context = ReadingContext(files: [path], directory: Paths.parent(of: absolute), environment: environment)
        for file in (try? ConfigurationFile.all(absolute, named: path)) ?? [] {
            guard let text = try? ConfigurationFile.read(file.path, named: path),
                let root = YAMLComposer.compose(text, file: path).root, case .mapping(let pairs) = root.content
            else { return nil }
            guard let pair = pairs.first(where: { $0.key == "data" }) else { continue }
            let field = Field(node: pair.value, path: "data")
            return context.scalar(field, ScalarKind<String>.path(from: context.directory))?.value
        }
        return Paths.absolute("hale-data", from: context.directory)
    }

    /// What tells one content of the files from another without reading them: size, time, inode and mode of each.
    var stamp: [String: FileStamp] {
        let absolute = Paths.absolute(path, from: FileManager.default.currentDirectoryPath)
        let files = (try? ConfigurationFile.all(absolute, named: path)) ?? [(absolute, path)]
        return Dictionary(files.map { ($0.path, FileStamp($0.path)) }, uniquingKeysWith: { first, _ in first })
    }
}

extension ConfigurationErrors {
    /// The registered components that something is wrong with. Ids may contain dots: what is said of
    /// `components.cache.eu.check` concerns `cache.eu`, where there is such a one, and not `cache`.
    fileprivate func misfits(among ids: [ComponentID]) -> Set<ComponentID> {
        Set(
            problems.filter { $0.file == RegistrationReader.file }.compactMap { problem in
                ids.filter { id in
                    let path = "components.\(id)"
                    return problem.path == path || problem.path.hasPrefix(path + ".")
                        || problem.path.hasPrefix(path + "[")
                }.max { $0.name.utf8.count < $1.name.utf8.count }
            })
    }

    /// What is wrong with registrations, for people who wrote no file.
    var registrationProblems: [String] {
        problems.filter { $0.file == RegistrationReader.file }.map { problem in
            "\(problem.path): \(problem.message)" + (problem.hint.map { "; \($0)" } ?? "")
        }
    }
}
