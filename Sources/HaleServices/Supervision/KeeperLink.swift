import Foundation
import HaleModel
import Logging
import NIOCore

/// The line between Hale and the keeper of one instance. Orders are carried out one after the other; whatever the keeper
/// says is reported; a keeper that dies is a process that ended.
actor KeeperLink {
    let instance: InstanceID
    private var plan: ProgramPlan?
    private let place: SupervisionPlace
    private let report: @Sendable (ProcessReport) -> Void
    private var channel: KeeperChannel?
    /// The latest start that this link knows of, with which the loss of its keeper is told.
    private var launch: UInt64 = 0
    /// Grows with each connection, so that the end of an old one is not taken for the end of the present one.
    private var connection = 0
    private var isRetired = false
    private var isClosed = false

    init(
        _ instance: InstanceID, plan: ProgramPlan?, place: SupervisionPlace,
        report: @escaping @Sendable (ProcessReport) -> Void
    ) {
        self.instance = instance
        self.plan = plan
        self.place = place
        self.report = report
    }

    private var directory: String { "\(place.runDirectory)/\(instance)" }

    // MARK: Discovery

    /// What is there at the start of Hale: a living keeper, or what a dead one wrote down.
    func discover() async -> ProcessReport {
        let first = FirstStatus()
        do {
            try await connect { first.fulfil($0) }
            if let message = await first.value(within: .seconds(5)), let status = KeeperStatus(message, instance),
                channel != nil
            {
                launch = status.report.launch
                first.handOver(to: { [weak self] message in self?.received(message) })
                return status.report
            }
            place.logger.warning("\(instance): its keeper does not answer")
            await disconnect()
        } catch {
            place.logger.debug("\(instance): no keeper answers (\(error))")
        }
        let words = lastWords()
        launch = words.launch
        return words
    }

    private func lastWords() -> ProcessReport {
        let absent = ProcessReport(instance: instance, launch: 0, phase: .absent)
        guard let data = FileManager.default.contents(atPath: directory + "/status") else { return absent }
        let message = KeeperMessage(lines: String(decoding: data, as: UTF8.self))
        guard let status = KeeperStatus(message, instance) else { return absent }
        let killed = Leftovers.kill(token: status.token)
        if killed > 0 { place.logger.warning("\(instance): ended \(killed) processes that a dead keeper left behind") }
        if case .exited = status.report.phase { return status.report }
        return absent
    }

    // MARK: Orders

    /// The next start is by this plan.
    func take(_ plan: ProgramPlan) { self.plan = plan }

    /// Returns when the keeper of a retired instance has ended, or does not within its time.
    func untilGone() async {
        for _ in 0..<Self.partings where FileManager.default.fileExists(atPath: directory) {
            do { try await Task.sleep(for: Self.partingStep) } catch { break }
        }
        await close()
    }

    private static let partings = 600
    private static let partingStep = Duration.milliseconds(50)

    func carryOut(_ order: ProcessOrder) async {
        do {
            switch order {
            case .spawn(_, let launch):
                self.launch = launch
                try await spawn(launch)
            case .stop(_, let launch, let signal, let timeout):
                self.launch = launch
                let milliseconds = timeout.nanoseconds / 1_000_000
                try await send("stop", launch, [("signal", String(signal)), ("timeoutMs", String(milliseconds))])
            case .retire: await retire()
            }
        } catch {
            place.logger.error("\(instance): \(error)")
            if case .spawn(_, let launch) = order {
                let exit = ProcessExit(.startFailed("\(error)"))
                report(ProcessReport(instance: instance, launch: launch, phase: .exited(exit)))
            } else {
                lost(launch)
            }
        }
    }

    private func spawn(_ launch: UInt64) async throws {
        guard let plan else { throw SupervisionError("no program is configured for \(instance)") }
        if channel == nil { try await connectOrStart() }
        let token = UUID().uuidString
        let log = "\(place.logDirectory)/\(instance).log"
        let message = LaunchMessage(
            plan: plan, instance: instance, launch: launch, token: token, logFile: log, environment: place.environment)
        channel?.send([message.message, KeeperMessage("go", [("launch", String(launch))])])
    }

    private func send(_ verb: String, _ launch: UInt64, _ fields: [(key: String, value: String)] = []) async throws {
        if channel == nil { try await connect(received) }
        channel?.send([KeeperMessage(verb, [("launch", String(launch))] + fields)])
    }

    /// Nobody wants this instance: its program is ended, then its keeper.
    private func retire() async {
        isRetired = true
        if channel == nil { try? await connect(received) }
        guard channel != nil else { return removeDirectory() }
        channel?.send([KeeperMessage("quit")])
    }

    private func removeDirectory() {
        try? FileManager.default.removeItem(atPath: directory)
    }

    // MARK: Connection

    private func connectOrStart() async throws {
        do {
            try await connect(received)
        } catch {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try await place.keeper.start(directory: directory)
            try await connect(received)
        }
    }

    private func connect(_ onMessage: @escaping @Sendable (KeeperMessage) -> Void) async throws {
        guard !isClosed else { throw SupervisionError("Hale is ending") }
        connection += 1
        let present = connection
        let channel = try await KeeperChannel.connect(
            directory: directory, group: place.group, onMessage: onMessage,
            onClose: { [weak self] in
                guard let self else { return }
                Task(name: "keeper of \(self.instance) is gone") { await self.closed(present) }
            })
        // It may have ended, or given way to another one, before it was known here.
        guard connection == present else {
            await channel.close()
            guard self.channel == nil else { return }
            throw SupervisionError("the keeper of \(instance) ended")
        }
        self.channel = channel
    }

    /// Lets go of the keeper, which lives on unless it was told to quit. Nothing is connected again: the event loops are
    /// about to end.
    func close() async {
        isClosed = true
        guard isRetired, let channel = channel?.channel else { return await disconnect() }
        let patience = channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
        try? await channel.closeFuture.get()
        patience.cancel()
    }

    private func disconnect() async {
        connection += 1
        await channel?.close()
        channel = nil
    }

    /// Called on the event loop, in the order of arrival.
    private nonisolated func received(_ message: KeeperMessage) {
        switch message.verb {
        case "status":
            guard let status = KeeperStatus(message, instance) else { return }
            if status.report.launch > 0 { report(status.report) }
        case "error":
            let text = message["text"] ?? message["reason"] ?? "no reason given"
            Task(name: "refusal by the keeper of \(instance)") { await self.refused(message, text) }
        case "bye":
            Task(name: "keeper of \(instance) ended") { await self.ended() }
        default: break
        }
    }

    /// A retired program that still runs is ended first; the answer to that leads back here.
    private func refused(_ message: KeeperMessage, _ text: String) async {
        guard isRetired, message["order"] == "quit" else {
            place.logger.error("\(instance): the keeper refused '\(message["order"] ?? "?")': \(text)")
            return
        }
        await endRetired()
    }

    private func endRetired() async {
        let first = FirstStatus()
        await disconnect()
        do {
            try await connect { first.fulfil($0) }
            guard let message = await first.value(within: .seconds(5)), let launch = message["launch"] else { return }
            first.handOver(to: { [weak self] message in
                guard let self, message.verb == "status", message["state"] == "exited" else { return }
                Task(name: "quit of \(self.instance)") { await self.sendQuit() }
            })
            channel?.send([KeeperMessage("stop", [("launch", launch), ("signal", "15"), ("timeoutMs", "10000")])])
        } catch {
            place.logger.error("\(instance): cannot end a program that is no longer configured: \(error)")
        }
    }

    private func sendQuit() { channel?.send([KeeperMessage("quit")]) }

    private func ended() async {
        await disconnect()
        removeDirectory()
    }

    /// The connection has ended without being asked to.
    private func closed(_ number: Int) async {
        guard number == connection else { return }
        channel = nil
        guard !isRetired else { return removeDirectory() }
        guard !isClosed else { return }
        do {
            try await connect(received)
        } catch {
            // Unless the next start has gone to a new keeper meanwhile.
            if connection == number + 1 { lost(launch) }
        }
    }

    /// The keeper of this start is gone. What it wrote down counts if it is about this start, not about one before it.
    private func lost(_ launch: UInt64) {
        let words = lastWords()
        report(words.launch == launch ? words : ProcessReport(instance: instance, launch: launch, phase: .absent))
    }
}

/// Something that supervision needs is not there.
package struct SupervisionError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
