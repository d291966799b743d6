import Foundation
package import HaleModel
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Runs `command` remedies: an argument vector in its own process group, guarded by `hale-keeper once`, so that its
/// time-out holds even when Hale dies.
package struct CommandRunner: Sendable {
    private let keeper: KeeperProgram
    private let logDirectory: String
    private let directory: String
    private let environment: [String: String]

    private static let inherited = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"]
    private static let maxLogBytes: UInt64 = 10 << 20

    /// - Parameter directory: where commands run; that of the configuration file.
    package init(keeper: KeeperProgram, logDirectory: String, directory: String, environment: [String: String]) {
        self.keeper = keeper
        self.logDirectory = logDirectory
        self.directory = directory
        self.environment = environment
    }

    package func run(_ order: RemedyOrder) async -> RemedyOutcome {
        guard let command = order.command else { return .failed("there is no command to run") }
        return await run(
            command, of: order.component, timeout: order.timeout,
            [
                "HALE_STATE": order.state.rawValue, "HALE_ATTEMPT": String(order.number), "HALE_REASON": order.reason,
            ])
    }

    /// Runs a hook like a remedy; `HALE_HOOK` says which.
    package func run(_ order: HookOrder) async -> RemedyOutcome {
        await run(
            order.command, of: order.component, timeout: order.timeout,
            ["HALE_STATE": order.state.rawValue, "HALE_HOOK": order.occasion.rawValue, "HALE_REASON": order.reason])
    }

    private func run(
        _ command: [String], of component: ComponentID, timeout: TimeSpan, _ facts: [Environment.Key: String]
    ) async -> RemedyOutcome {
        let log = "\(logDirectory)/\(component).heal.log"
        do {
            try DescriptorReserve.check()
            try rotate(log)
            let file = try FileDescriptor.open(
                FilePath(log), .writeOnly, options: [.append, .create], permissions: FilePermissions(rawValue: 0o640))
            defer { try? file.close() }
            // What stands there already was written by earlier commands.
            let start = try file.seek(offset: 0, from: .end)
            let milliseconds = max(timeout.nanoseconds / 1_000_000, 1)
            let result = try await Subprocess.run(
                .path(FilePath(keeper.path)),
                arguments: Arguments(["once", "--timeout-ms", String(milliseconds), "--"] + command),
                environment: .custom(variables(component, facts)), workingDirectory: FilePath(directory),
                platformOptions: Self.options, input: .none,
                output: .fileDescriptor(file, closeAfterSpawningProcess: false),
                error: .fileDescriptor(file, closeAfterSpawningProcess: false))
            return outcome(result.terminationStatus, timeout, said: lastLine(of: log, from: UInt64(max(0, start))))
        } catch {
            return .failed("the command could not be started: \(error)")
        }
    }

    private func variables(
        _ component: ComponentID, _ facts: [Environment.Key: String]
    ) -> [Environment.Key: String] {
        var result = facts
        result["HALE_COMPONENT"] = component.name
        for name in Self.inherited {
            if let value = environment[name] { result[Environment.Key(rawValue: name)!] = value }
        }
        if result["PATH"] == nil { result["PATH"] = "/usr/local/bin:/usr/bin:/bin" }
        return result
    }

    private func outcome(_ status: TerminationStatus, _ timeout: TimeSpan, said line: String?) -> RemedyOutcome {
        let said = line.map { ": \($0)" } ?? ""
        switch status {
        case .exited(0): return .done
        case .signaled(SIGALRM): return .failed("the command did not end within \(timeout)")
        case .exited(let code): return .failed("the command ended with exit code \(code)\(said)")
        case .signaled(SIGTERM): return .failed("the command was ended before it was done\(said)")
        case .signaled(let signal): return .failed("hale-keeper was killed by signal \(signal)\(said)")
        }
    }

    /// When Hale ends, the guard is asked to end, which takes the command and all that it started along; killed, it could not.
    private static let options: PlatformOptions = {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(15))]
        return options
    }()

    private func rotate(_ log: String) throws {
        let size = (try? FileManager.default.attributesOfItem(atPath: log))?[.size] as? UInt64 ?? 0
        guard size > Self.maxLogBytes else { return }
        try? FileManager.default.removeItem(atPath: log + ".1")
        try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
    }

    private func lastLine(of log: String, from start: UInt64) -> String? {
        guard let handle = FileHandle(forReadingAtPath: log) else { return nil }
        defer { try? handle.close() }
        guard let end = try? handle.seekToEnd(), end > start else { return nil }
        try? handle.seek(toOffset: max(start, end > 512 ? end - 512 : 0))
        let tail = (try? handle.readToEnd()).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return tail.split(whereSeparator: \.isNewline).last.map { String($0.suffix(200)) }
    }
}
