import HaleModel
import NIOCore
import NIOSSL

extension Finding {
    /// A handshake that failed; `nil` when the error is none of TLS.
    static func handshake(
        _ error: any Error, host: String, certificate: CertificateFacts?, at now: WallTime
    ) -> Finding? {
        switch error {
        case NIOSSLError.handshakeFailed(let error):
            let reason = reason(error)
            guard reason == "certificate verify failed" else {
                return .failed(.tls, "TLS handshake failed: \(reason)")
            }
            return distrust(certificate, at: now)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return .failed(.tls, "certificate is not for \(quotable(host))")
        case is BoringSSLError, is NIOSSLError, is NIOSSLExtraError:
            return .failed(.tls, "TLS failed: \(quotable(String(describing: error)))")
        default: return nil
        }
    }

    private static func distrust(_ certificate: CertificateFacts?, at now: WallTime) -> Finding {
        guard let certificate else { return .failed(.tls, "certificate not trusted") }
        let seconds = now.nanoseconds / 1_000_000_000
        var details: [String: JSONValue] = [:]
        if let expiry = certificate.expiry { details["certificate_expires"] = .string(expiry) }
        let message =
            if certificate.notAfter < seconds {
                "certificate expired"
            } else if certificate.notBefore > seconds {
                "certificate not yet valid"
            } else if certificate.isSelfIssued {
                "certificate not trusted: self-signed"
            } else {
                "certificate not trusted: issued by no trusted authority"
            }
        return .failed(.tls, message, details: details)
    }

    /// BoringSSL's reason in words: `…:OPENSSL_internal:WRONG_VERSION_NUMBER at …` as "wrong version number".
    private static func reason(_ error: BoringSSLError) -> String {
        guard case .sslError(let stack) = error, let first = stack.first else {
            return quotable(String(describing: error))
        }
        if first == .eofDuringHandshake { return "the peer closed the connection" }
        let text = first.description
        guard let name = text.split(separator: ":").first(where: { $0.contains(" at ") }) else {
            return quotable(text)
        }
        let word = name.split(separator: " ").first ?? ""
        return String(word.map { $0 == "_" ? " " : Character($0.lowercased()) })
    }
}
