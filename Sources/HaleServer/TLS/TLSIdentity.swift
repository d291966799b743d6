import Foundation
package import NIOSSL
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The certificate and the key with which the server answers. New connections get those of the last reload that worked;
/// open ones go on with theirs.
package final class TLSIdentity: Sendable {
    /// Where they are, PEM both: the certificate with those that it was issued by, and its key.
    package struct Files: Hashable, Sendable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package struct Failure: Error, Hashable, CustomStringConvertible {
        /// Which of the two it is about.
        package var isAboutKey: Bool
        package var description: String
    }

    package let files: Files
    private let current: Mutex<Loaded>

    package struct Loaded: Sendable {
        let chain: [NIOSSLCertificate]
        let context: NIOSSLContext
    }

    package init(_ files: Files) throws(Failure) {
        self.files = files
        current = Mutex(try Self.load(files))
    }

    var context: NIOSSLContext { current.withLock { $0.context } }

    /// Takes what is in the files now; where that is of no use, the former goes on. Returns whether it is another
    /// certificate.
    package func reload() throws(Failure) -> Bool {
        let fresh = try Self.load(files)
        return current.withLock { current in
            defer { current = fresh }
            return current.chain != fresh.chain
        }
    }

    package static func load(_ files: Files) throws(Failure) -> Loaded {
        try checkPermissions(files.key)
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
        } catch {
            throw Failure(
                isAboutKey: false, description: "\(files.certificate): \(reason(files.certificate, "PEM certificate"))")
        }
        guard !chain.isEmpty else {
            throw Failure(
                isAboutKey: false, description: "\(files.certificate): expected a PEM certificate, found none")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        } catch {
            throw Failure(
                isAboutKey: true,
                description: "\(files.key): \(reason(files.key, "PEM private key without a passphrase"))")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return Loaded(chain: chain, context: try NIOSSLContext(configuration: configuration))
        } catch {
            throw Failure(
                isAboutKey: true, description: "\(files.key) is not the key of \(files.certificate)")
        }
    }

    private static func reason(_ path: String, _ expected: String) -> String {
        guard access(path, F_OK) == 0 else { return "no such file" }
        guard access(path, R_OK) == 0 else { return "can't be read" }
        return "expected a \(expected)"
    }

    /// Whoever reads the key can be this server.
    private static func checkPermissions(_ path: String) throws(Failure) {
        // Of the file that a link leads to, as it is with certbot's.
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let mode = (try? FileManager.default.attributesOfItem(atPath: file))?[.posixPermissions] as? Int else {
            throw Failure(isAboutKey: true, description: "\(path): no such file")
        }
        guard mode & 0o077 == 0 else {
            let mode = String(mode & 0o777, radix: 8)
            throw Failure(
                isAboutKey: true, description: "\(path) is open to others (mode \(mode)); `chmod 600 \(path)`")
        }
    }
}
