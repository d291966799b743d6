import Foundation
package import HaleEngine
package import HaleModel
import HaleProbes
import HaleServer
import HaleServices
import HaleStore
package import Logging
import NIOCore
package import NIOPosix
package import ServiceLifecycle

/// The whole of Hale: the engine, its runner, and every adapter, as one service.
///
/// A graceful shutdown (SIGTERM) stops Hale and leaves its programs to be adopted; `stop(programs:)` can end them as well.
package final class Monitor: Service {
    package static let version = "0.1.0"

    private let configuration: HaleConfiguration
    private let logger: Logger
    private let group: MultiThreadedEventLoopGroup
    private let directory: DataDirectory
    private let store: Store
    private let records: [Record]
    private let setAside: String?

    private let inbox: Inbox
    private let queue = CommitQueue()
    private let desk = OrderDesk()
    private let feed = EventFeed()
    private let board = ViewBoard()
    private let readiness = Readiness([Part.socket, Part.http, Part.engine])
    private let serversBound = Readiness([Part.socket, Part.http])
    private let closures: Closures
    private let prober: Prober
    private let supervisor: Supervisor
    private let interpreter: EffectInterpreter
    private let runner: EngineRunner
    private let recorder: FlightRecorder?
    private let reloader: Reloader
    private let tokens: TokenBook
    private let identity: TLSIdentity?
    private let sessions = Sessions()
    private let isInsecure: Bool
    private let notifier: ServiceNotifier?
    private let watch: ConfigurationWatch?
    private let onListening: @Sendable (Int?, _ makeSessionPath: () -> String) -> Void

    private enum Part {
        static let socket = "the Unix socket"
        static let http = "the HTTP port"
        static let engine = "the first round of checks to be scheduled"
    }

    /// Opens everything that can be refused; nothing is started yet.
    /// - Parameters:
    ///   - place: where the configuration is read again; without one it can't be reloaded.
    ///   - watches: whether it is read again whenever its files change.
    ///   - isInsecure: answer beyond this machine though nobody has a token; then anybody may read.
    ///   - closures: what the program that embeds Hale does itself.
    ///   - executable: the path of the running program; `hale-keeper` lies beside it. `nil` where no component has a program
    ///     or a command.
    ///   - onListening: called with the TCP port when Hale answers, and with what makes the path of a link that lets one
    ///     browser in, once, within 15 minutes.
    /// - Throws: `MonitorError` in a person's words.
    package init(
        _ configuration: HaleConfiguration, place: ConfigurationPlace? = nil, watches: Bool = false,
        isInsecure: Bool = false, closures: Closures = Closures(), executable: String?, environment: [String: String],
        logger: Logger,
        onListening: @escaping @Sendable (Int?, _ makeSessionPath: () -> String) -> Void = { _, _ in }
    ) throws(MonitorError) {
        Failpoint.arm()
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        self.isInsecure = isInsecure
        self.closures = closures
        notifier = ServiceNotifier(environment: environment)
        let environment = environment.filter { !ServiceNotifier.variables.contains($0.key) }
        let keeper: KeeperProgram
        guard configuration.dataDirectory.utf8.count + "/hale.sock".utf8.count < 104 else {
            throw MonitorError(
                "data: \(configuration.dataDirectory) is too long for a socket in it; use a path of less than 94 bytes")
        }
        do {
            keeper = try executable.map { try KeeperProgram.locate(beside: $0, environment: environment) } ?? .none
            directory = try DataDirectory(configuration.dataDirectory)
            tokens = try TokenBook(
                configuration.access.tokens, file: TokenFile(dataDirectory: configuration.dataDirectory)
            ) { logger.error("No token of the file is in force: \($0)") }
            try Self.requireTokens(configuration, tokens, isInsecure)
            identity = try configuration.tls.map { try TLSIdentity($0) }
            let opened = try Store.open(path: directory.database) { _ = try RecordCodec.records($0) }
            store = opened.store
            setAside = opened.setAside
            records = try RecordCodec.records(try store.loadRecords())
        } catch {
            throw MonitorError("\(error)")
        }
        group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let inbox = Inbox(eventLoop: group.next())
        self.inbox = inbox
        prober = Prober(
            group: group, plans: configuration.checks,
            commandGuard: CommandGuard(keeper: keeper.path, environment: environment), now: BootClock.now)
        supervisor = Supervisor(
            programs: configuration.supervised,
            place: SupervisionPlace(
                runDirectory: directory.run, logDirectory: directory.logs, keeper: keeper, environment: environment,
                group: group, logger: logger)
        ) { inbox.post(.processChanged($0)) }
        let commands = CommandRunner(
            keeper: keeper, logDirectory: directory.logs,
            directory: URL(fileURLWithPath: configuration.file).deletingLastPathComponent().path,
            environment: environment)
        interpreter = EffectInterpreter(
            inbox: inbox, prober: prober, supervisor: supervisor, commands: commands, closures: closures,
            desk: desk)
        recorder =
            configuration.recording.isOn
            ? FlightRecorder(
                RecordingDirectory(directory.recording), configuration.recording, version: Self.version, logger: logger)
            : nil
        runner = EngineRunner(
            inbox: inbox, queue: queue, interpreter: interpreter, board: board, recorder: recorder)
        reloader = Reloader(
            configuration, place: place, inbox: inbox, desk: desk, tokens: tokens, identity: identity,
            closures: closures, logger: logger)
        watch = watches ? place.map(ConfigurationWatch.init) : nil
    }

    // MARK: Embedding

    var view: HealthView { board.current }

    func embed(_ id: ComponentID, _ component: (policy: ComponentPolicy, own: Closures.Own)?) async
        -> RegistrationAnswer
    { await reloader.embed(id, component) }

    func order(_ order: OperatorOrder) async -> OrderAnswer { await backend.order(order, by: nil) }

    func take(_ beat: Heartbeat) { inbox.post(.heartbeat(beat)) }

    /// The changes of states of this run as they are committed, in their order.
    var stateChanges: EventPages {
        var last = EventID(0)
        for case .engine(let record) in records { last = record.lastEvent }
        return EventPages(backend: backend, start: last, kind: .stateChanged)
    }

    private static func requireTokens(
        _ configuration: HaleConfiguration, _ tokens: TokenBook, _ isInsecure: Bool
    ) throws(MonitorError) {
        guard !configuration.bind.isLoopback, tokens.isEmpty, !isInsecure else { return }
        throw MonitorError(
            "server.bind: \(configuration.bind) is not a loopback address, and nobody has a token; make one with "
                + "`hale token create NAME --role operate`, or insist with --insecure: then anybody may read")
    }

    private var rules: AccessRules {
        let access = configuration.access
        let isOpen = isInsecure && !configuration.bind.isLoopback
        return AccessRules(
            hosts: Set(access.hosts + [configuration.bind.host]),
            open: access.loopbackNeedsToken ? .nowhere : isOpen ? .anywhere : .loopback)
    }

    private func makeSessionPath() -> String {
        "/session/" + sessions.makeLink(Grant(name: "terminal", role: .operate))
    }

    /// Reads the configuration again. Its mistakes are logged, and then nothing changes.
    package func reload() async { await tell(reloader.reload()) }

    /// Answers new connections by what is in the files of the certificate now, unless that is of no use.
    private func reloadCertificate() {
        do {
            if try identity?.reload() == true {
                logger.notice("New connections get the certificate that is in its file now")
            }
        } catch {
            inbox.post(rejected: ["server.tls: \(error); the certificate of before goes on"])
        }
    }

    private func tell(_ answer: ReloadAnswer) {
        switch answer {
        case .accepted(let document):
            if document.changesNothing { logger.notice("The configuration has not changed") }
            for field in document.needsRestart {
                logger.warning("\(field.path) is another one; that takes effect when Hale is restarted")
            }
        case .rejected: break  // an event tells of it
        case .refused(let refusal): logger.warning("The configuration is not read again: \(refusal.message)")
        }
    }

    /// Stops Hale, and with `programs` ends everything it supervises first; asked twice, it hurries.
    package func stop(programs: Bool) async {
        _ = await desk.submit { inbox.post(.order(id: $0, .shutdown(programs: programs))) }
    }

    package func run() async throws {
        let inbox = self.inbox
        defer { desk.close() }
        try await withGracefulShutdownHandler {
            try await runEverything()
        } onGracefulShutdown: {
            inbox.post(.order(id: 0, .shutdown(programs: false)))
        }
        await supervisor.close()
        await prober.shutdown()
        try? store.close()
        try await group.shutdownGracefully()
    }

    private func runEverything() async throws {
        let servers = serverGroup()
        try await withThrowingTaskGroup(of: Ended.self) { tasks in
            tasks.addTask(name: "servers") {
                defer { self.serversBound.giveUp() }
                try await servers.run()
                return .other
            }
            tasks.addTask(name: "engine and effects") {
                await self.serversBound.wait()
                guard self.serversBound.firstMissing == nil else { return .other }
                return try await self.runEngine()
            }
            while let ended = try await tasks.next() {
                guard ended == .finished else { continue }
                // The answer to the order that ended Hale still has to reach whoever gave it.
                desk.close()
                await servers.triggerGracefulShutdown()
            }
        }
    }

    private enum Ended { case finished, other }

    /// How long answers that are under way may take once Hale ends.
    private static let lastWords = Duration.seconds(2)

    private func serverGroup() -> ServiceGroup {
        var quiet = logger
        quiet.logLevel = .critical
        var group = ServiceGroupConfiguration(
            services: servers().map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [], logger: quiet)
        group.maximumGracefulShutdownDuration = Self.lastWords
        return ServiceGroup(configuration: group)
    }

    private var backend: MonitorBackend {
        MonitorBackend(
            version: Self.version, board: board, feed: feed, store: store, inbox: inbox, desk: desk, runner: runner,
            readiness: readiness, reloader: reloader, tokens: tokens, dataDirectory: directory.path)
    }

    private func servers() -> [HaleServer] {
        let backend = self.backend
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let serverLogger = quiet
        @Sendable func bound(_ part: String) {
            readiness.done(part)
            serversBound.done(part)
        }
        let socket = HaleServer(backend, at: .socket(path: directory.socket), group: group, logger: serverLogger) { _ in
            bound(Part.socket)
        }
        guard configuration.answersOverTCP else {
            bound(Part.http)
            return [socket]
        }
        return [
            socket,
            HaleServer(
                backend, at: .tcp(host: configuration.bind.host, port: configuration.bind.port), rules: rules,
                sessions: sessions, identity: identity, group: group, logger: serverLogger
            ) {
                bound(Part.http)
                self.onListening($0, self.makeSessionPath)
            },
        ]
    }

    /// Runs the engine and all that it needs until it has finished.
    private func runEngine() async throws -> Ended {
        let start = StartReport(
            version: Self.version, bootID: BootClock.bootID, processes: await supervisor.discover(),
            storeSetAside: setAside)
        let engine = Engine(
            configuration: await reloader.begin().engine, restoring: records, seed: UInt64.random(in: .min ... .max))
        let committer = Committer(
            queue: queue, store: store, interpreter: interpreter, inbox: inbox, feed: feed, board: board,
            eventLog: EventLog(logger: logger))
        await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask(name: "supervisor") {
                await self.supervisor.run()
                return false
            }
            if let watch {
                tasks.addTask(name: "watch on the configuration") {
                    await watch.run { await self.reload() }
                    return false
                }
            }
            if let identity {
                tasks.addTask(name: "watch on the certificate") {
                    await CertificateWatch(files: identity.files).run { self.reloadCertificate() }
                    return false
                }
            }
            if let notifier {
                tasks.addTask(name: "service manager") {
                    await self.readiness.wait()
                    await notifier.run { self.runner.stall }
                    return false
                }
            }
            tasks.addTask(name: "checks and remedies") {
                await self.interpreter.run()
                return false
            }
            tasks.addTask(name: "engine") {
                await self.runner.run(engine, start: start) { self.readiness.done(Part.engine) }
                self.recorder?.close()
                self.queue.close()
                return false
            }
            tasks.addTask(name: "committer") {
                await committer.run()
                return true
            }
            while let isFinished = await tasks.next() {
                guard isFinished else { continue }
                notifier?.stopping()
                tasks.cancelAll()
            }
        }
        return .finished
    }
}
