import HaleModel
import NIOCore
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A command under its guard, from start to end.
struct GuardedProcess: Sendable {
    /// Bytes of standard error that are kept.
    private static let maxErrors = 4 << 10

    private let commandGuard: CommandGuard
    private let plan: CommandCheckPlan

    init(_ commandGuard: CommandGuard, _ plan: CommandCheckPlan) {
        self.commandGuard = commandGuard
        self.plan = plan
    }

    /// Returns when nothing that the command started is left. A cancelled task ends it.
    func run(until deadline: NIODeadline) async throws -> CommandEnd {
        let milliseconds = max((deadline - .now()).nanoseconds / 1_000_000, 1)
        let variables = commandGuard.variables(plan.environment).compactMap { name, value in
            Environment.Key(rawValue: name).map { ($0, value) }
        }
        let result = try await Subprocess.run(
            .path(FilePath(commandGuard.keeper)),
            arguments: Arguments(["once", "--timeout-ms", String(milliseconds), "--"] + plan.command),
            environment: .custom(Dictionary(variables) { first, _ in first }),
            workingDirectory: FilePath(plan.directory), platformOptions: Self.options,
            input: .none, output: .sequence, error: .sequence
        ) { execution in
            async let errors = Self.read(execution.standardError, atMost: Self.maxErrors)
            let output = try await Self.read(execution.standardOutput, atMost: PluginOutput.maxBytes + 1)
            return (output, try await errors)
        }
        return CommandEnd(
            ending: Self.ending(result.terminationStatus), output: result.closureResult.0,
            errors: result.closureResult.1)
    }

    /// Reads to the end, so that the command is never held up, and keeps the beginning.
    private static func read(_ bytes: SubprocessOutputSequence, atMost limit: Int) async throws -> [UInt8] {
        var kept: [UInt8] = []
        for try await part in bytes {
            let room = limit - kept.count
            guard room > 0 else { continue }
            part.withUnsafeBytes { kept.append(contentsOf: $0.prefix(room)) }
        }
        return kept
    }

    private static func ending(_ status: TerminationStatus) -> CommandEnd.Ending {
        switch status {
        case .exited(let code): .code(Int(code))
        case .signaled(SIGALRM): .timedOut
        case .signaled(SIGTERM): .ended
        case .signaled(let signal): .lost(signal: Int(signal))
        }
    }

    /// The guard is asked to end, which takes the command and all that it started along; killed, it could not.
    private static let options: PlatformOptions = {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(15))]
        return options
    }()

    /// Why a guard could not be started or followed.
    static func finding(_ error: any Error) -> Finding {
        guard let error = error as? SubprocessError else {
            return .inconclusive(.cancelled, "the check was cancelled")
        }
        if error.code == .failedToChangeWorkingDirectory {
            return .inconclusive(.configuration, "the directory of the command cannot be entered")
        }
        return .inconclusive(.resources, "the command could not be started: \(quotable("\(error)", limit: 200))")
    }
}
