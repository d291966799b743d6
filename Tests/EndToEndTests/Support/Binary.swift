import Foundation
import Glibc

/// The built programs, found beside the test bundle.
enum Binary {
    static let hale = path(of: "hale")
    static let keeper = path(of: "hale-keeper")
    static let embedded = path(of: "EmbeddedExample")

    private static func path(of name: String) -> String {
        let start = [Bundle.main.executablePath, CommandLine.arguments.first].compactMap { $0 }
        for path in start + loadedFiles {
            var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            while folder.path != "/" {
                let candidate = folder.appendingPathComponent(name).path
                if access(candidate, X_OK) == 0, !isDirectory(candidate) { return candidate }
                folder.deleteLastPathComponent()
            }
        }
        preconditionFailure("\(name) is not beside the tests (\(start)); build it first")
    }

    /// Where the tests are run by a helper, their own bundle is among the mapped files.
    private static var loadedFiles: [String] {
        let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
        let files = maps.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
        return Array(Set(files.filter { $0.hasSuffix(".xctest") })).sorted()
    }

    private static func isDirectory(_ path: String) -> Bool {
        var result: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &result) && result.boolValue
    }
}
