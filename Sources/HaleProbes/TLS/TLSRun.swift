import HaleModel
import NIOCore
import NIOSSL
import NIOTLS

/// One run of a TLS check: connects, shakes hands, and looks at the certificate.
final class TLSRun: ChannelInboundHandler, Conversation {
    typealias InboundIn = ByteBuffer

    private let run: ProbeRun
    private let check: TLSCheck
    private var tls: NIOSSLClientHandler?

    init(run: ProbeRun, check: TLSCheck) {
        self.run = run
        self.check = check
    }

    func start() {
        run.secure(with: check.trust) { [self] in connect(with: $0) }
    }

    private func connect(with context: NIOSSLContext) {
        run.connect(to: check.target) { [self] channel in
            run.phase = .talking(self)
            do {
                let tls = try NIOSSLClientHandler(context: context, serverHostname: check.serverName)
                self.tls = tls
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(self)
                // Last: the handshake begins, and may fail, as soon as the handler is there.
                try pipeline.addHandler(tls, name: TLSContexts.handlerName, position: .first)
            } catch {
                run.finish(noHandshakeWith: check.host, error)
            }
        }
    }

    /// Read when it is asked for: it is there even when the handshake failed because of it.
    private var certificate: CertificateFacts? {
        tls?.peerCertificate.flatMap { try? CertificateFacts(der: $0.toDERBytes()) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent else { return }
        guard let certificate else { return run.finish(.failed(.tls, "the peer has no certificate that can be read")) }
        let version = tls?.tlsVersion.map { "\($0)" }
        var finding = CertificateVerdict.finding(certificate, at: run.moment.wall, warnsWithin: check.plan.expires)
        if let version { finding.details["tls_version"] = .string(version) }
        run.finish(finding)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case NIOSSLError.uncleanShutdown = error { return }
        if let error = error as? IOError { return run.finish(.system(error.errnoCode, during: "shaking hands")) }
        let now = run.moment.wall
        let certificate = certificate
        let finding = Finding.handshake(error, host: check.host, certificate: certificate, at: now)
        run.finish((finding ?? .connecting(error)).adding(certificate, at: now))
    }

    func channelInactive(context: ChannelHandlerContext) {
        run.finish(.failed(.closed, "connection closed during the TLS handshake"))
    }

    func timedOut(after timeout: TimeSpan) -> Finding {
        .failed(.timeout, "no TLS handshake within \(timeout) (connected)")
    }
}
