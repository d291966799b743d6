import Foundation

extension ConfigurationLoader {
    /// No configuration file was found.
    package struct NotFound: Error, Hashable, Sendable, CustomStringConvertible {
        /// Where it was looked for, in that order.
        package var looked: [String]

        package var description: String {
            "no configuration file found; looked at " + looked.joined(separator: ", ")
                + "; name one with --config or HALE_CONFIG, or write a hale.yaml"
        }
    }

    /// The file to read: what is named explicitly or by `HALE_CONFIG`, present or not, else the first that exists of
    /// the usual places.
    package static func locate(
        explicit: String?, environment: [String: String],
        currentDirectory: String = FileManager.default.currentDirectoryPath,
        systemFile: String = "/etc/hale/hale.yaml"
    ) throws(NotFound) -> String {
        if let named = explicit ?? environment["HALE_CONFIG"], !named.isEmpty {
            return Paths.absolute(named, from: currentDirectory)
        }
        var candidates = [Paths.absolute("hale.yaml", from: currentDirectory)]
        if let home = environment["HOME"], home.hasPrefix("/") {
            candidates.append(Paths.absolute(".config/hale/hale.yaml", from: home))
        }
        candidates.append(systemFile)
        // A directory of that name is found too: loading it says what is wrong.
        guard let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw NotFound(looked: candidates)
        }
        return found
    }
}
