import Foundation
import HaleProbes

extension CommandGuard {
    /// With the `hale-keeper` that was built beside the tests.
    static let built: CommandGuard = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.path + "/hale-keeper") {
            folder.deleteLastPathComponent()
        }
        return CommandGuard(
            keeper: folder.path + "/hale-keeper",
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "SECRET": "never handed on", "TZ": "UTC"])
    }()
}
