import Foundation

extension Sandbox {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    struct NoPython: Error, CustomStringConvertible {
        var description: String { "the Python tools are not installed: make deps-test" }
    }

    /// Starts a program of `Tests`, by the Python of `make deps-test`.
    func python(_ script: String, _ arguments: String..., output: String) throws -> Child {
        let python = Self.root.appendingPathComponent(".build/python/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: python) else { throw NoPython() }
        let path = Self.root.appendingPathComponent("Tests/\(script)").path
        return try spawn(program: python, ["-u", path] + arguments, output: output)
    }
}
