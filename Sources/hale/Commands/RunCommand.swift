import ArgumentParser
import HaleMonitor
import Logging
import ServiceLifecycle
import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Watch and heal what the configuration names.",
        discussion: """
            Ctrl-C ends Hale and its programs. SIGTERM ends Hale alone; the next Hale adopts its programs. SIGHUP, \
            `hale reload` and --watch read the configuration again: what did not change goes on, and a configuration \
            with mistakes changes nothing.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Decide and record everything, but touch nothing: events say what Hale would have done.") var observe =
        false
    @Flag(help: "Read the configuration again whenever its file, or one in hale.d, changes.") var watch = false
    @Flag(help: "Answer beyond this machine though nobody has a token: anybody may read.") var insecure = false
    @Option(help: "How the log is written: text or json.") var logFormat: LogFormat = .text
    @Option(
        help: "The least severe records to log: debug, info, notice, warning, error or critical.",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("expected debug, info, notice, warning, error or critical")
            }
            return level
        }) var logLevel = Logger.Level.info

    func run() async throws {
        let overrides = ConfigurationOverrides(observes: observe)
        let configuration = try options.load(overrides)
        try await Daemon.run(
            configuration, place: try options.place(overrides), watches: watch, isInsecure: insecure,
            logFormat: logFormat, logLevel: logLevel)
    }
}

extension LogFormat: ExpressibleByArgument {}

/// A monitor in the foreground, with signals.
enum Daemon {
    static func run(
        _ configuration: HaleConfiguration, place: ConfigurationPlace, watches: Bool = false, isInsecure: Bool = false,
        logFormat: LogFormat, logLevel: Logger.Level
    ) async throws {
        let logger = Logger(label: "hale") { _ in
            switch logFormat {
            case .text: TextLogHandler(logLevel: logLevel)
            case .json: JSONLogHandler(logLevel: logLevel)
            }
        }
        do {
            let monitor = try Monitor(
                configuration, place: place, watches: watches, isInsecure: isInsecure,
                executable: ConfigurationOptions.executable, environment: ConfigurationOptions.environment,
                logger: logger
            ) { port, makeSessionPath in
                let address = Self.address(configuration, port)
                logger.info("Hale answers at \(address)/status, and `hale status` shows it here")
                if Terminal.isInteractive {
                    Terminal.say("To let a browser in, once, within 15 minutes: \(address)\(makeSessionPath())")
                }
            }
            try await serve(monitor, logger)
        } catch {
            Terminal.complain("hale: \(error)")
            throw ExitCode.failure
        }
    }

    /// Where a browser on this machine finds Hale.
    private static func address(_ configuration: HaleConfiguration, _ port: Int?) -> String {
        let bind = configuration.bind
        let isAnywhere = ["0.0.0.0", "::"].contains(bind.host)
        let scheme = configuration.tls == nil ? "http" : "https"
        return "\(scheme)://\(SocketEndpoint(host: isAnywhere ? "localhost" : bind.host, port: port ?? bind.port))"
    }

    private static func serve(_ monitor: Monitor, _ logger: Logger) async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(
                        service: monitor, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .cancelGroup)
                ],
                gracefulShutdownSignals: [.sigterm], logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask(name: "Ctrl-C") {
                var isFirst = true
                for await _ in await UnixSignalsSequence(trapping: .sigint) {
                    Terminal.complain(
                        isFirst
                            ? "\nHale ends its programs, then itself (Ctrl-C again: at once)"
                            : "\nHale kills what has not ended yet")
                    isFirst = false
                    await monitor.stop(programs: true)
                }
            }
            tasks.addTask(name: "SIGHUP") {
                for await _ in await UnixSignalsSequence(trapping: .sighup) { await monitor.reload() }
            }
            tasks.addTask(name: "Hale") { try await group.run() }
            try await tasks.next()
            tasks.cancelAll()
        }
    }
}
