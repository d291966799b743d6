import HaleModel
import NIOCore
import NIOPosix
import Testing

@testable import HaleProbes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct ConnectTests {
    @Test(arguments: ["127.0.0.1", "localhost"]) func refused(_ host: String) async throws {
        let port = try FreePort.next()
        let http = await probe(.local(port, host: host))
        #expect(http.status == .unhealthy)
        #expect(http.message == "connection refused")
        #expect(http.details == ["kind": "refused"])
        #expect(await probe(TCPCheckPlan(endpoint: Endpoint(host: host, port: port))).message == "connection refused")
    }

    @Test func unknownName() async {
        let result = await probe(HTTPCheckPlan.local(80, host: "hale-test.invalid"), timeout: .seconds(60))
        #expect(result.status == .unhealthy)
        #expect(result.kind == "dns" || result.kind == "timeout", "\(result.message)")
        #expect(result.message.contains("hale-test.invalid"))
    }

    @Test func oneLookupServesManyRuns() async throws {
        let server = try await RawServer(.hold)
        let plan = TCPCheckPlan(endpoint: Endpoint(host: "localhost", port: server.port))
        await withProber([]) { prober in
            await withTaskGroup(of: HealthCheckResult.self) { group in
                for number in 0..<200 {
                    let plan = CheckPlan(component: "db", name: "tcp-\(number)", probe: .tcp(plan))
                    group.addTask { await prober.run(plan, timeout: .seconds(60)) }
                }
                for await result in group { #expect(result.message == "connected") }
            }
        }
        await server.stop()
    }

    /// A listener whose queue is full drops what comes: the connection neither stands nor fails.
    @Test func timedOut() async throws {
        let listener = try FullListener()
        defer { listener.close() }
        let plan = TCPCheckPlan(endpoint: Endpoint(host: "127.0.0.1", port: listener.port))
        let result = await probe(plan, timeout: .milliseconds(300))
        #expect(result.status == .unhealthy)
        #expect(result.message == "timed out while connecting")
        #expect(result.kind == "timeout")
    }

    @Test func cancelledWhileConnecting() async throws {
        let listener = try FullListener()
        defer { listener.close() }
        let endpoint = Endpoint(host: "127.0.0.1", port: listener.port)
        let plan = CheckPlan(component: "db", name: "tcp", probe: .tcp(TCPCheckPlan(endpoint: endpoint)))
        let result = await withProber([]) { prober in
            let check = Task { await prober.run(plan, timeout: .hours(1)) }
            for _ in 0..<100 { await Task.yield() }
            check.cancel()
            return await check.value
        }
        #expect(result.kind == "cancelled")
        #expect(result.status == nil)
    }

    @Test(arguments: [
        (ECONNREFUSED, HealthStatus?.some(.unhealthy), "refused", "connection refused"),
        (ENETUNREACH, .unhealthy, "unreachable", "network unreachable"),
        (EHOSTUNREACH, .unhealthy, "unreachable", "host unreachable"),
        (ECONNRESET, .unhealthy, "closed", "connection reset while connecting"),
        (ETIMEDOUT, .unhealthy, "timeout", "timed out while connecting"),
        (EMFILE, nil, "resources", "Hale has no file descriptor left (EMFILE)"),
        (ENFILE, nil, "resources", "this system has no file descriptor left (ENFILE)"),
        (ENOMEM, nil, "resources", "this system has no memory left (ENOMEM)"),
        (ENOBUFS, nil, "resources", "this system has no buffer space left (ENOBUFS)"),
        (EADDRNOTAVAIL, nil, "resources", "no local address or port left (EADDRNOTAVAIL)"),
    ])
    func systemErrors(_ code: CInt, _ status: HealthStatus?, _ kind: String, _ message: String) {
        let finding = Finding.connecting(IOError(errnoCode: code, reason: "connect"))
        #expect(finding.status == status)
        #expect(finding.details["kind"] == .string(kind))
        #expect(finding.message == message)
    }

    @Test func lookupErrors() {
        let unknown = LookupError(code: EAI_NONAME, errno: 0).finding("foo.invalid")
        #expect(unknown == .failed(.dns, "name not known: foo.invalid"))
        #expect(LookupError(code: EAI_AGAIN, errno: 0).finding("a").details["kind"] == "dns")
        #expect(LookupError(code: EAI_SYSTEM, errno: EMFILE).finding("a").status == nil)
        #expect(LookupError(code: EAI_MEMORY, errno: 0).finding("a").status == nil)
    }

    @Test(arguments: [("", 80), ("a b", 80), ("a\r\nb", 80), ("host", 0), ("host", 65_536), ("host", -1)])
    func impossibleEndpoints(_ host: String, _ port: Int) async {
        let result = await probe(TCPCheckPlan(endpoint: Endpoint(host: host, port: port)))
        #expect(result.status == nil)
        #expect(result.kind == "configuration")
    }

    @Test func unknownOrder() async {
        let result = await withProber([]) { prober in
            await prober.run(CheckOrder(run: 1, component: "web", check: "http", timeout: .seconds(1)))
        }
        #expect(result.status == nil)
        #expect(result.message == "no check http of web is configured")
    }
}

/// A socket that listens and accepts nothing, with its queue filled.
private struct FullListener {
    let port: Int
    private var descriptors: [CInt] = []

    init() throws {
        func newSocket() -> CInt {
            #if canImport(Glibc)
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            #else
                let descriptor = socket(AF_INET, SOCK_STREAM, 0)
            #endif
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return descriptor
        }
        let listener = newSocket()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        func withAddress(_ body: (UnsafeMutablePointer<sockaddr>) -> CInt) -> CInt {
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
            }
        }
        try #require(withAddress { bind(listener, $0, length) } == 0)
        try #require(listen(listener, 0) == 0)
        try #require(withAddress { getsockname(listener, $0, &length) } == 0)
        port = Int(UInt16(bigEndian: address.sin_port))
        descriptors.append(listener)
        for _ in 0..<4 {
            let client = newSocket()
            try #require(fcntl(client, F_SETFL, O_NONBLOCK) == 0)
            _ = withAddress { connect(client, $0, length) }
            descriptors.append(client)
        }
    }

    func close() {
        for descriptor in descriptors {
            #if canImport(Glibc)
                _ = Glibc.close(descriptor)
            #else
                _ = Darwin.close(descriptor)
            #endif
        }
    }
}
