import ArgumentParser
import Foundation
import HaleEngine
import HaleModel
import HaleMonitor

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show the output of a program that Hale runs; works without a daemon, too.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(name: [.short, .long], help: "Go on showing output as it comes.") var follow = false
    @Option(name: [.customShort("n"), .long], help: "How many past lines to show.") var last = 50
    @Option(help: "Which instance, counted from 0.") var instance = 0
    @Flag(help: "The output of its `command` remedies instead.") var heal = false
    @Argument(help: "A component.") var id: String

    func validate() throws {
        guard (0...1_000_000).contains(last) else {
            throw ValidationError("--last: expected a number from 0 to 1000000")
        }
        guard (0...1_000).contains(instance) else { throw ValidationError("--instance: expected a number from 0") }
    }

    func run() async throws {
        try await CommandFailure.telling {
            let configuration = try options.load()
            let id = try ComponentArgument.parse(id)
            guard configuration.components.contains(where: { $0.id == id }) else {
                throw DaemonClient.Refused(description: "there is no component '\(id)' in \(configuration.file)")
            }
            guard heal || configuration.programs.contains(where: { $0.component == id }) else {
                throw DaemonClient.Refused(
                    description: "\(id) is not run by Hale (it has no `run:`), so Hale has no output of it")
            }
            let path = LogFile(
                dataDirectory: configuration.dataDirectory, of: id, heal ? .remedies : .program(instance)
            ).path
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw DaemonClient.Refused(description: "\(id) has written no output yet (\(path))")
            }
            try await LogTail(path: path, handle: handle).show(last: last, follow: follow)
        }
    }
}

/// The end of a log file, and what comes after it, across rotation.
private struct LogTail {
    let path: String
    var handle: FileHandle

    private static let block: UInt64 = 64 << 10

    init(path: String, handle: FileHandle) {
        self.path = path
        self.handle = handle
    }

    func show(last: Int, follow: Bool) async throws {
        var handle = self.handle
        try handle.seek(toOffset: try LogFile.start(ofLast: last, in: handle))
        copy(handle)
        while follow {
            try await Task.sleep(for: .milliseconds(200))
            copy(handle)
            guard isRotated(handle), let next = FileHandle(forReadingAtPath: path) else { continue }
            copy(handle)
            handle = next
            copy(handle)
        }
    }

    private func copy(_ handle: FileHandle) {
        while let data = try? handle.read(upToCount: Int(Self.block)), !data.isEmpty {
            FileHandle.standardOutput.write(data)
        }
    }

    private func isRotated(_ handle: FileHandle) -> Bool {
        var open = stat()
        var named = stat()
        return fstat(handle.fileDescriptor, &open) == 0 && stat(path, &named) == 0
            && (open.st_ino != named.st_ino || named.st_size < (try? handle.offset()).map(Int.init) ?? 0)
    }
}
