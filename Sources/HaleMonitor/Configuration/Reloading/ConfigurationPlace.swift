internal import Foundation

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

    package func load() throws(ConfigurationErrors) -> HaleConfiguration {
        try ConfigurationLoader.load(path: path, environment: environment, overrides: overrides)
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

    /// What tells one content of the files from another without reading them: size, time and inode of each.
    var stamp: [String: FileStamp] {
        let absolute = Paths.absolute(path, from: FileManager.default.currentDirectoryPath)
        let files = (try? ConfigurationFile.all(absolute, named: path)) ?? [(absolute, path)]
        return Dictionary(files.map { ($0.path, FileStamp($0.path)) }, uniquingKeysWith: { first, _ in first })
    }
}

/// A file as its directory describes it.
struct FileStamp: Hashable, Sendable {
    private var size: UInt64?
    private var modified: Date?
    private var number: UInt64?

    init(_ path: String) {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
        size = attributes?[.size] as? UInt64
        modified = attributes?[.modificationDate] as? Date
        number = (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value
    }
}
