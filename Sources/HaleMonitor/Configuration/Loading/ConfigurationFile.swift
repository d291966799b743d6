import Foundation

/// The text of a configuration file, read with every bound checked.
enum ConfigurationFile {
    static let maxBytes = 4 << 20
    /// Files beside the first.
    static let maxFiles = 1_000
    /// The directory beside the file whose files are read with it.
    static let companions = "hale.d"

    /// The file and those of `hale.d` beside it, sorted by name; each with how it is named in messages.
    static func all(_ path: String, named name: String) throws(ConfigurationErrors) -> [(path: String, name: String)] {
        let directory = Paths.absolute(companions, from: Paths.parent(of: path))
        let prefix = name.lastIndex(of: "/").map { String(name[...$0]) } ?? ""
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue else {
            return [(path, name)]
        }
        let found: [String]
        do {
            found = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw failure(prefix + companions, "cannot be read", "check its permissions")
        }
        let names = found.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }.sorted()
        guard names.count <= maxFiles else { throw failure(prefix + companions, "holds more than \(maxFiles) files") }
        return [(path, name)] + names.map { ("\(directory)/\($0)", "\(prefix)\(companions)/\($0)") }
    }

    static func read(_ path: String, named name: String) throws(ConfigurationErrors) -> String {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: resolved, isDirectory: &isDirectory) else {
            throw failure(name, "no such file")
        }
        guard !isDirectory.boolValue else { throw failure(name, "is a directory", "name the file in it") }
        let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else {
            throw failure(name, "is not a regular file")
        }
        guard let handle = FileHandle(forReadingAtPath: resolved) else {
            throw failure(name, "cannot be opened", "check its permissions")
        }
        defer { try? handle.close() }
        let data: Data
        do {
            data = try handle.read(upToCount: maxBytes + 1) ?? Data()
        } catch {
            throw failure(name, "cannot be read: \(error.localizedDescription)")
        }
        guard data.count <= maxBytes else { throw failure(name, "is larger than 4 MiB") }
        return try text(data, named: name)
    }

    static func text(_ data: Data, named name: String) throws(ConfigurationErrors) -> String {
        if let text = String(validating: data, as: UTF8.self) { return text }
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        throw ConfigurationErrors([
            ConfigurationProblem(
                file: name, line: line + 1, column: 1, path: "", message: "is not UTF-8 text",
                hint: "save the file as UTF-8")
        ])
    }

    private static func failure(_ name: String, _ message: String, _ hint: String? = nil) -> ConfigurationErrors {
        ConfigurationErrors([
            ConfigurationProblem(file: name, line: 0, column: 0, path: "", message: message, hint: hint)
        ])
    }
}
