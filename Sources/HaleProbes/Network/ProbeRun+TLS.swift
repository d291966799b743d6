import NIOCore
import NIOSSL

extension ProbeRun {
    /// Hands over the settings for this trust; its roots are read once. Any trouble ends the run.
    func secure(with trust: TLSTrust, then use: @escaping (NIOSSLContext) -> Void) {
        if let context = equipment.trust.existing(for: trust) { return use(context) }
        phase = .readingRoots
        equipment.trust.context(for: trust, on: eventLoop).assumeIsolated().whenComplete { [self] result in
            guard !isFinished else { return }
            switch result {
            case .success(let context): use(context)
            case .failure(let error as PlanError): finish(.inconclusive(.configuration, error.reason))
            case .failure(let error): finish(.connecting(error))
            }
        }
    }

    /// Ends with what kept a TLS handshake from beginning.
    func finish(noHandshakeWith host: String, _ error: any Error) {
        guard let error = error as? NIOSSLExtraError else { return finish(.connecting(error)) }
        finish(
            .inconclusive(.configuration, "\(quoted(host)) cannot be a TLS name: \(quotable(error.description))"))
    }
}
