import NIOCore
import NIOSSL
import Synchronization

/// Which certificates are trusted.
struct TLSTrust: Hashable, Sendable {
    var verifiesCertificate: Bool
    /// A PEM file of further roots.
    var roots: String?
    /// What is offered to be spoken behind it (ALPN).
    var protocols = ["http/1.1"]
}

/// One TLS context for all checks with the same trust: each holds the parsed roots of the system.
final class TLSContexts: Sendable {
    /// What the TLS handler of a connection is called in its pipeline.
    static let handlerName = "tls"
    private static let limit = 1_024
    private let workers: Workers
    private let built = Mutex<[TLSTrust: NIOSSLContext]>([:])
    /// Held while a context is built, so that thousands of checks that begin together build one.
    private let building = Mutex(())

    init(workers: Workers) { self.workers = workers }

    /// The context at once if it has been built.
    func existing(for trust: TLSTrust) -> NIOSSLContext? {
        built.withLock { $0[trust] }
    }

    /// Builds the context on a thread, for it reads files. What fails is tried again by the next run.
    func context(for trust: TLSTrust, on eventLoop: any EventLoop) -> EventLoopFuture<NIOSSLContext> {
        workers.run(Ticket(), on: eventLoop) {
            try self.building.withLock { _ in
                if let context = self.existing(for: trust) { return context }
                let context = try Self.build(trust)
                self.built.withLock { built in
                    if built.count < Self.limit { built[trust] = context }
                }
                return context
            }
        }
    }

    private static func build(_ trust: TLSTrust) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = trust.protocols
        configuration.certificateVerification = trust.verifiesCertificate ? .fullVerification : .none
        if let path = trust.roots, trust.verifiesCertificate {
            do {
                configuration.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(path))]
            } catch {
                throw PlanError(
                    "no certificates could be read from the trusted roots file \(quotable(path, limit: 200))")
            }
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw PlanError("TLS cannot be set up: \(quotable(String(describing: error), limit: 200))")
        }
    }
}
