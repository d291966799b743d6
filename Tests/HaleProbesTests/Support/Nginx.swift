import Foundation
import HaleModel
import Testing

/// A real nginx, with one port for plain HTTP and one for each certificate.
final class Nginx {
    static var executable: String? {
        ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// In CI a missing nginx fails the tests instead of leaving them out.
    static var isWanted: Bool { executable != nil || ProcessInfo.processInfo.environment["CI"] == "true" }

    let certificates: Certificates
    let plain: Int
    private let ports: [String: Int]
    private let folder: URL
    private let process: Child

    /// Runs the body beside a server and ends it afterwards.
    static func with(_ body: (Nginx) async throws -> Void) async throws {
        let nginx = try await Nginx()
        do {
            try await body(nginx)
        } catch {
            try await nginx.stop()
            throw error
        }
        try await nginx.stop()
    }

    func port(_ certificate: String) -> Int { ports[certificate]! }

    init() async throws {
        let executable = try #require(Self.executable, "nginx is not installed")
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("hale-nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificates = try await Certificates(in: folder)
        let names = ["good", "wrong", "expired", "early", "soon", "alone"]
        plain = try FreePort.next()
        var ports: [String: Int] = [:]
        for name in names { ports[name] = try FreePort.next() }
        self.ports = ports
        let configuration = Self.configuration(folder.path, certificates, plain, ports)
        try configuration.write(toFile: folder.path + "/nginx.conf", atomically: true, encoding: .utf8)
        process = try Child(
            executable, ["-p", folder.path, "-c", folder.path + "/nginx.conf", "-e", folder.path + "/error.log"],
            output: folder.path + "/output.log")
        let endpoint = Endpoint(host: "127.0.0.1", port: plain)
        try await eventually(
            { [process] in
                guard process.isRunning else { return true }
                return await probe(TCPCheckPlan(endpoint: endpoint)).status == .healthy
            }, "nginx listens")
        try #require(process.isRunning, "nginx ended: \(log)")
    }

    var log: String { (try? String(contentsOfFile: folder.path + "/error.log", encoding: .utf8)) ?? "" }

    func stop() async throws {
        try await process.terminate()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func configuration(
        _ folder: String, _ certificates: Certificates, _ plain: Int, _ ports: [String: Int]
    ) -> String {
        let secure = ports.map { name, port in
            """
            server {
                listen 127.0.0.1:\(port) ssl;
                ssl_certificate \(certificates.certificate(name));
                ssl_certificate_key \(certificates.key(name));
                location / { return 200 "secure"; }
                location /plain { return 301 http://127.0.0.1:\(plain)/; }
            }
            """
        }
        return """
            daemon off;
            master_process off;
            pid \(folder)/nginx.pid;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path \(folder)/body;
                proxy_temp_path \(folder)/proxy;
                fastcgi_temp_path \(folder)/fastcgi;
                uwsgi_temp_path \(folder)/uwsgi;
                scgi_temp_path \(folder)/scgi;
                server {
                    listen 127.0.0.1:\(plain);
                    default_type application/json;
                    location = /health { return 200 '{"status": "UP"}'; }
                    location = /down { return 503; }
                    location = /moved { return 302 /health; }
                    location = /secure { return 302 https://localhost:\(ports["good"]!)/; }
                    location / { return 204; }
                }
                \(secure.joined(separator: "\n"))
            }
            """
    }
}
