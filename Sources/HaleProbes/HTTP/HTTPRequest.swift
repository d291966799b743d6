import HaleModel
import NIOCore
import NIOHTTP1

/// One request and where it goes; a redirect makes another.
struct HTTPRequest: Sendable {
    private(set) var destination: Target
    private(set) var usesTLS: Bool
    private(set) var head: HTTPRequestHead
    private var body: ByteBuffer?
    /// The whole request as it is sent.
    private(set) var bytes = ByteBuffer()

    /// Set by the sender itself: they frame the message and decide over the connection.
    private static let reserved: Set<String> = ["connection", "content-length", "transfer-encoding"]

    init(_ plan: HTTPCheckPlan, keepsConnection: Bool) throws(PlanError) {
        destination = try Target(plan.endpoint)
        usesTLS = plan.usesTLS
        // A method that brings something says so even when it is nothing (RFC 9110, 8.6).
        let bringsBody = ["POST", "PUT", "PATCH"].contains(plan.method)
        body = (plan.body ?? (bringsBody ? "" : nil)).map { ByteBuffer(string: $0) }
        guard Self.isToken(plan.method) else { throw PlanError("\(quoted(plan.method)) is not an HTTP method") }
        let target = plan.target.isEmpty ? "/" : plan.target
        guard Self.isTarget(target) else {
            throw PlanError("\(quoted(target)) cannot be asked for: a path holds no blanks or control characters")
        }
        var headers = HTTPHeaders()
        for header in plan.headers where !Self.reserved.contains(header.name.lowercased()) {
            guard Self.isToken(header.name) else { throw PlanError("\(quoted(header.name)) is not a header name") }
            guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw PlanError("the value of header \(header.name) holds control characters")
            }
            headers.add(name: header.name, value: header.value)
        }
        let method = HTTPMethod(rawValue: plan.method)
        guard method != .CONNECT else { throw PlanError("the method CONNECT cannot be used in a check") }
        head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers)
        if !headers.contains(name: "host") {
            head.headers.add(name: "Host", value: host)
        }
        if !headers.contains(name: "user-agent") {
            head.headers.add(name: "User-Agent", value: HTTPCheck.userAgent)
        }
        if !headers.contains(name: "accept") { head.headers.add(name: "Accept", value: "*/*") }
        if let body { head.headers.add(name: "Content-Length", value: "\(body.readableBytes)") }
        head.headers.add(name: "Connection", value: keepsConnection ? "keep-alive" : "close")
        bytes = serialized()
    }

    private func serialized() -> ByteBuffer {
        var bytes = ByteBuffer(string: "\(head.method.rawValue) \(head.uri) HTTP/1.1\r\n")
        for (name, value) in head.headers { bytes.writeString("\(name): \(value)\r\n") }
        bytes.writeStaticString("\r\n")
        if let body { bytes.writeImmutableBuffer(body) }
        return bytes
    }

    /// The name for TLS; none for an address.
    var serverName: String? {
        guard destination.address == nil else { return nil }
        let host = destination.endpoint.host
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    /// The value of `Host`, the port left out when it is the scheme's own.
    private var host: String {
        let endpoint = destination.endpoint
        if endpoint.port != (usesTLS ? 443 : 80) { return endpoint.description }
        return endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
    }

    var url: String { "\(usesTLS ? "https" : "http")://\(destination.endpoint)\(head.uri)" }

    static func isTarget(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains($0)
                }
            }
    }
}

extension HTTPRequest {
    /// The request that a redirect asks for. The reason why it is not followed is thrown.
    func redirected(_ status: HTTPResponseStatus, to location: String) throws(PlanError) -> HTTPRequest {
        guard let link = Link(location, relativeTo: url) else {
            throw PlanError("redirect to \(quoted(location)), which is no HTTP address")
        }
        if usesTLS && !link.usesTLS {
            throw PlanError("redirect from https to http refused: \(quotable(location))")
        }
        var next = self
        next.destination = try Target(link.endpoint)
        next.usesTLS = link.usesTLS
        next.head.uri = link.target
        guard Self.isTarget(link.target) else { throw PlanError("redirect to \(quoted(location)), which is no path") }
        if status == .seeOther && head.method != .HEAD || [301, 302].contains(status.code) && head.method == .POST {
            next.head.method = .GET
            next.body = nil
            for name in ["Content-Length", "Content-Type"] { next.head.headers.remove(name: name) }
        }
        if next.destination.endpoint != destination.endpoint || next.usesTLS != usesTLS {
            for name in ["Authorization", "Cookie", "Proxy-Authorization"] { next.head.headers.remove(name: name) }
            next.head.headers.replaceOrAdd(name: "Host", value: next.host)
        }
        next.head.headers.replaceOrAdd(name: "Connection", value: "close")
        next.bytes = next.serialized()
        return next
    }
}
