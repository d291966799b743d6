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

    /// What ``ErrorTraits`` say; else an integer `statusCode`, `httpStatus` or `status`, or the `code` within one; else the
    /// number with which the description of one begins ("404 Not Found", as of NIO's `HTTPResponseStatus`).
    static func httpStatus(in error: any Error) -> Int? {
        if let traits = error as? any ErrorTraits { return traits.httpStatus }
        let labels = ["statusCode", "httpStatus", "status"]
        let status = number(in: error, of: labels) ?? describedNumber(in: error, of: labels)
        return status.flatMap { (100..<600).contains($0) ? $0 : nil }
    }

    private static func describedNumber(in error: any Error, of labels: [String]) -> Int? {
        let child = Mirror(reflecting: error).children.first { labels.contains($0.label ?? "") }
        guard let described = child?.value as? any CustomStringConvertible, !(described is String) else { return nil }
        return described.description.split(separator: " ").first.flatMap { Int($0) }
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
