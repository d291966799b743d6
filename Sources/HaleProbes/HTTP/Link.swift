import HaleModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a `Location` points.
struct Link: Hashable {
    var endpoint: Endpoint
    var usesTLS: Bool
    /// Path and query.
    var target: String

    /// `nil` when it is no HTTP address.
    init?(_ location: String, relativeTo base: String) {
        guard location.utf8.count <= 8_192, let base = URL(string: base),
            let url = URL(string: location, relativeTo: base)?.absoluteURL,
            let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            var host = url.host(percentEncoded: false), !host.isEmpty
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        usesTLS = scheme == "https"
        endpoint = Endpoint(host: host, port: url.port ?? (usesTLS ? 443 : 80))
        let path = url.path(percentEncoded: true)
        target = (path.isEmpty ? "/" : path) + (url.query(percentEncoded: true).map { "?" + $0 } ?? "")
    }
}
