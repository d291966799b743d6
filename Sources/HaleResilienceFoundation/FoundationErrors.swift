public import Foundation
public import HaleResilience

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension URLError: ErrorTraits {}

extension URLError {
    public var category: ErrorCategory? {
        switch code {
        case .timedOut: .timeout
        case .userAuthenticationRequired, .userCancelledAuthentication, .clientCertificateRejected,
            .clientCertificateRequired:
            .authentication
        case .badURL, .unsupportedURL, .fileDoesNotExist, .fileIsDirectory,
            .appTransportSecurityRequiresSecureConnection:
            .configuration
        case .dataLengthExceedsMaximum, .cannotCreateFile, .cannotWriteToFile: .resource
        case .badServerResponse, .cannotParseResponse, .cannotDecodeContentData, .cannotDecodeRawData,
            .httpTooManyRedirects, .redirectToNonExistentLocation, .zeroByteResource:
            .api
        default: .network
        }
    }

    // A cancelled request says nothing of the other side, and nobody waits for another answer.
    public var severity: ErrorSeverity? { code == .cancelled ? .low : nil }
    public var isRetryable: Bool? { code == .cancelled ? false : nil }
    public var fallBack: Bool? { code == .cancelled ? false : nil }
    public var opensCircuit: Bool? { code == .cancelled ? false : nil }
}

extension POSIXError: ErrorTraits {}

extension POSIXError {
    public var category: ErrorCategory? {
        switch code {
        case .ETIMEDOUT: .timeout
        case .EACCES, .EPERM: .authentication
        case .ENOMEM, .EMFILE, .ENFILE, .ENOSPC, .ENOBUFS, .EAGAIN, .EINTR, .EBUSY: .resource
        case .ENOENT, .ENOTDIR, .EISDIR, .EINVAL: .configuration
        case .ECONNREFUSED, .ECONNRESET, .ECONNABORTED, .EPIPE, .ENOTCONN, .EHOSTUNREACH, .EHOSTDOWN, .ENETUNREACH,
            .ENETDOWN, .ENETRESET, .EADDRINUSE, .EADDRNOTAVAIL:
            .network
        default: .unknown
        }
    }
}

extension ErrorContext {
    /// The time of the error for people.
    public var date: Date {
        let age = time.duration(to: .now)
        return Date(timeIntervalSinceNow: -Double(age.components.seconds) - Double(age.components.attoseconds) / 1e18)
    }
}

extension RetryAfter {
    /// Reads the header against the system's wall time.
    public static func parse(_ header: String, at date: Date) -> Duration? {
        parse(header, now: date.timeIntervalSince1970)
    }
}
