import Foundation
import Glibc
import Testing

/// Hale as a service of the system.
@Suite struct ServiceTests {
    /// A datagram socket, as systemd has one.
    private final class Manager: Sendable {
        private let descriptor: Int32

        init(_ path: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard result == 0 else { throw SocketError.failed("bind", errno) }
        }

        deinit { close(descriptor) }

        /// What has come, if anything has.
        func take() -> String? {
            var buffer = [UInt8](repeating: 0, count: 1_024)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
        }
    }

    @Test func theServiceManagerHearsHowHaleIs() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure(
                "  web: {run: [/bin/sh, -c, \"echo watchdog=$${WATCHDOG_USEC:-none}; while :; do sleep 0.2; done\"]}")
            let path = sandbox.directory.appendingPathComponent("notify").path
            let manager = try Manager(path)
            let hale = try await sandbox.start(environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000"])
            for expected in ["READY=1", "WATCHDOG=1", "WATCHDOG=1"] {
                let heard = try await eventually("the service manager hears \(expected)") { manager.take() }
                #expect(heard == expected)
            }
            try await eventually("its program was not told of the service manager") {
                try await sandbox.cli("logs", "web").text == "watchdog=none\n"
            }
            try await sandbox.finish(hale)
            var last: String?
            while let heard = manager.take() { last = heard }
            #expect(last == "STOPPING=1")
        }
    }

    @Test func theUnitIsWrittenAndRemoved() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  web: {heartbeat: true}")
            let path = sandbox.directory.path
            let installed = try await sandbox.cli("service", "install", "--directory", path, "--user", "hale")
            #expect(installed.code == 0 && installed.text.contains("systemctl"), "\(installed)")
            let unit = sandbox.text("hale.service")
            for line in [
                "Type=notify", "KillMode=process", "WatchdogSec=60", "User=hale", "WantedBy=multi-user.target",
                "ExecStart=\"\(Binary.hale)\" run --config \"\(path)/hale.yaml\"",
            ] {
                #expect(unit.split(separator: "\n").contains { $0 == line }, "\(line) in:\n\(unit)")
            }
            #expect(try await sandbox.cli("service", "install", "--print").text.contains("KillMode=process"))
            let other = try await sandbox.cli("service", "install", "--directory", path)
            #expect(other.code == 1 && other.text.contains("--force"), "\(other)")
            #expect(try await sandbox.cli("service", "install", "--directory", path, "--user", "a b").code == 64)
            #expect(try await sandbox.cli("service", "uninstall", "--directory", path).code == 0)
            #expect(try await sandbox.cli("service", "uninstall", "--directory", path).code == 1)
        }
    }
}
