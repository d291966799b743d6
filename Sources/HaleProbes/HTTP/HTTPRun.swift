import HaleModel
import NIOCore
import NIOHTTP1
import NIOSSL

/// One run of an HTTP check: connection, exchange, redirects, verdict.
final class HTTPRun {
    private let run: ProbeRun
    private let check: HTTPCheck
    private var request: HTTPRequest
    private var redirects = 0
    private var certificate: CertificateFacts?

    init(run: ProbeRun, check: HTTPCheck) {
        self.run = run
        self.check = check
        request = check.request
    }

    func start() {
        if let connection = check.kept?.take(on: run.eventLoop) {
            run.own(connection.channel)
            if connection.isUsable { return exchange(over: connection, isReused: true) }
            run.closeConnections()
        }
        connect()
    }

    // MARK: Connection

    private func connect() {
        guard request.usesTLS else { return connect(with: nil) }
        run.secure(with: check.trust) { [self] in connect(with: $0) }
    }

    private func connect(with context: NIOSSLContext?) {
        run.connect(to: request.destination) { [self] channel in
            let host = request.destination.endpoint.host
            do {
                let tls = try context.map { try NIOSSLClientHandler(context: $0, serverHostname: request.serverName) }
                let run = run
                let connection = try HTTPConnection(channel, host: host, tls: tls) { run.moment.wall }
                exchange(over: connection, isReused: false)
            } catch {
                run.finish(noHandshakeWith: host, error)
            }
        }
    }

    private func exchange(over connection: HTTPConnection, isReused: Bool) {
        run.phase = .talking(connection)
        connection.begin(
            HTTPExchange(
                request: request, keepsBody: check.needsBody, maxBodyBytes: max(0, check.plan.maxBodyBytes),
                endsAtHead: { [check, self] in redirect(of: $0) != nil || check.refuses($0.status) },
                then: { [self] in ended($0, over: connection, isReused: isReused) }))
    }

    private func ended(_ result: Result<HTTPAnswer, HTTPFailure>, over connection: HTTPConnection, isReused: Bool) {
        guard !run.isFinished else { return }
        switch result {
        case .failure(.closed(_, soFar: nil)) where isReused:
            // The peer may close an idle connection at any moment; only a new one tells whether it lives.
            run.closeConnections()
            connect()
        case .failure(let failure):
            certificate = connection.certificate
            finish(failure.finding.adding(details))
        case .success(let answer):
            certificate = connection.certificate
            if let location = redirect(of: answer.head) {
                run.closeConnections()
                return follow(answer.head.status, to: location)
            }
            keep(connection, after: answer)
            run.closeConnections()
            judge(answer)
        }
    }

    private func keep(_ connection: HTTPConnection, after answer: HTTPAnswer) {
        guard let kept = check.kept, redirects == 0, answer.leavesConnection,
            kept.put(connection, on: run.eventLoop)
        else { return }
        connection.wait(in: kept)
        run.disown(connection.channel)
    }

    // MARK: Redirects

    /// The location to go to, if the answer is a redirect that is to be followed.
    private func redirect(of head: HTTPResponseHead) -> String? {
        guard redirects < check.plan.redirects, [301, 302, 303, 307, 308].contains(head.status.code) else { return nil }
        return head.headers.first(name: "location")
    }

    private func follow(_ status: HTTPResponseStatus, to location: String) {
        do throws(PlanError) {
            request = try request.redirected(status, to: location)
        } catch {
            return run.finish(.failed(.redirect, error.reason, details: ["status": .number(Double(status.code))]))
        }
        redirects += 1
        connect()
    }

    // MARK: Verdict

    private var details: [String: JSONValue] {
        var details: [String: JSONValue] = [:]
        if redirects > 0 { details["redirects"] = .number(Double(redirects)) }
        return details
    }

    /// With what the certificate adds: its end, and a warning where that is near.
    private func finish(_ finding: Finding) {
        guard let certificate else { return run.finish(finding) }
        let now = run.moment.wall
        var finding = finding.adding(certificate, at: now)
        if let span = check.plan.certificateExpires, finding.status == .healthy,
            let complaint = CertificateVerdict.complaint(certificate, at: now, warnsWithin: span)
        {
            finding.status = complaint.status
            finding.message += ", \(complaint.message)"
            finding = finding.adding(complaint.details)
        }
        run.finish(finding)
    }

    private func judge(_ answer: HTTPAnswer) {
        var details = details
        details["status"] = .number(Double(answer.head.status.code))
        if let finding = HTTPVerdict.immediate(answer, check) { return finish(finding.adding(details)) }
        let ticket = Ticket()
        run.phase = .matching(ticket)
        run.equipment.matching.run(ticket, on: run.eventLoop) { [check, head = answer.head, body = answer.body] in
            HTTPVerdict.thorough(body, isCut: answer.isCut, head.status, check, ticket)
        }
        .assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let finding): finish(finding.adding(details))
            case .failure(let error): run.finish(.connecting(error))
            }
        }
    }
}
