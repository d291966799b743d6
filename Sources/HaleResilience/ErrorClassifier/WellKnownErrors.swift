/// Errors of packages that this library does not import, recognised by the names of their types and cases.
package enum WellKnownErrors {
    static func advice(for error: any Error) -> ErrorAdvice? {
        let type = String(reflecting: type(of: error))
        switch type {
        case "System.Errno", "SystemPackage.Errno", "NIOCore.IOError":
            return number(in: error, of: ["rawValue", "errnoCode", "errno", "error"]).flatMap { advice(errno: $0) }
        case "NIOPosix.NIOConnectionError", "NIOCore.SocketAddressError", "NIOSSL.NIOSSLError", "NIOSSL.BoringSSLError":
            return ErrorAdvice(.network)
        case "NIOCore.ChannelError": return channelAdvice("\(error)")
        case "AsyncHTTPClient.HTTPClientError": return httpClientAdvice("\(error)")
        case "NIOHTTP1.HTTPParserError", "NIOHTTP2.NIOHTTP2Errors.StreamClosed": return ErrorAdvice(.network)
        case "Swift.DecodingError", "Swift.EncodingError": return ErrorAdvice(.validation)
        default: break
        }
        if let status = httpStatus(in: error) { return ErrorAdvice(httpStatus: status) }
        return type.hasPrefix("GRDB.DatabaseError") || type.hasPrefix("PostgresNIO.") ? ErrorAdvice(.database) : nil
    }

    /// The numbers on which Linux and Darwin agree, and both numbers where they don't.
    package static func advice(errno: Int) -> ErrorAdvice? {
        switch errno {
        case 4, 11, 35: ErrorAdvice(.resource, severity: .low)  // EINTR, EAGAIN
        case 12, 23, 24, 28, 55, 105: ErrorAdvice(.resource)  // ENOMEM, ENFILE, EMFILE, ENOSPC, ENOBUFS
        case 60, 110: ErrorAdvice(.timeout)  // ETIMEDOUT
        case 32, 48...54, 57, 61, 64, 65, 98...104, 107, 111, 112, 113: ErrorAdvice(.network)
        case 1, 13: ErrorAdvice(.authentication)  // EPERM, EACCES
        case 2, 20, 21, 22: ErrorAdvice(.configuration, severity: .high)  // ENOENT, ENOTDIR, EISDIR, EINVAL
        default: nil
        }
    }

    private static func channelAdvice(_ text: String) -> ErrorAdvice {
        text.contains("connectTimeout") ? ErrorAdvice(.timeout) : ErrorAdvice(.network)
    }

    private static func httpClientAdvice(_ text: String) -> ErrorAdvice {
        func mentions(_ words: String...) -> Bool {
            let lowered = text.lowercased()
            return words.contains { word in lowered.contains(word) }
        }
        if mentions("cancelled") { return .cancelled }
        if mentions("timeout", "deadlineexceeded") { return ErrorAdvice(.timeout) }
        if mentions("invalidurl", "emptyhost", "emptyscheme", "unsupportedscheme", "missingsocketpath") {
            return ErrorAdvice(.configuration)
        }
        if mentions("invalidheader", "bodylengthmismatch", "contentlength", "tracerequestwithbody", "invalidmethod") {
            return ErrorAdvice(.validation)
        }
        if mentions("alreadyshutdown") { return ErrorAdvice(.configuration) }
        return ErrorAdvice(.network)
    }

    /// An integer `statusCode` or `status`, or the `code` within a `status`.
    private static func httpStatus(in error: any Error) -> Int? {
        let plain = number(in: error, of: ["statusCode", "httpStatus", "status"])
        return plain.flatMap { (100..<600).contains($0) ? $0 : nil }
    }

    private static func number(in value: Any, of labels: [String]) -> Int? {
        for child in Mirror(reflecting: value).children {
            guard let label = child.label else { continue }
            if labels.contains(label) {
                if let number = child.value as? any BinaryInteger { return Int(truncatingIfNeeded: number) }
                if let number = number(in: child.value, of: ["code", "rawValue", "errno"]) { return number }
            }
        }
        return nil
    }
}
