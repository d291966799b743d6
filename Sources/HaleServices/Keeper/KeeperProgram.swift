import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program `hale-keeper`, which lies beside `hale`.
package struct KeeperProgram: Sendable {
    package let path: String

    package struct NotFound: Error, CustomStringConvertible {
        package let path: String
        package var description: String {
            "the program hale-keeper is not at \(path); it belongs beside hale (HALE_KEEPER names another place)"
        }
    }

    /// Where nothing is started, none is needed.
    package static let none = KeeperProgram(path: "/hale-keeper/is/not/needed")

    /// - Parameter executable: the path of the running program.
    package static func locate(beside executable: String, environment: [String: String]) throws(NotFound)
        -> KeeperProgram
    {
        let folder = executable.lastIndex(of: "/").map { executable[...$0] } ?? "./"
        let path = environment["HALE_KEEPER"] ?? folder + "hale-keeper"
        guard access(path, X_OK) == 0 else { throw NotFound(path: path) }
        return KeeperProgram(path: path)
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts a keeper for a directory; returns when its socket listens. One that is there already is as good.
    func start(directory: String) async throws {
        try DescriptorReserve.check()
        let result = try await run(
            .path(FilePath(path)), arguments: ["keep", directory], input: .none, output: .discarded,
            error: .string(limit: 16_384))
        switch result.terminationStatus {
        case .exited(0), .exited(Self.alreadyThere): return
        default:
            let said =
                result.standardError.split(separator: "\n").last.map(String.init) ?? "\(result.terminationStatus)"
            throw Failed(description: "hale-keeper: \(said)")
        }
    }

    private static let alreadyThere: TerminationStatus.Code = 3
}
