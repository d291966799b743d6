import Foundation

/// Somebody who listens on a TCP port of this machine.
struct Listener: Hashable {
    /// As a check would name it.
    var host: String
    var port: Int
    /// The program, where it may be seen.
    var program: String?
    /// The unit of systemd to which it belongs.
    var unit: String?
}

/// Who listens, as `/proc` has it; elsewhere nobody is found.
enum Listeners {
    static func find() -> [Listener] {
        let owners = Owners()
        var found: [Int: Listener] = [:]
        for (file, isIPv6) in [("/proc/net/tcp", false), ("/proc/net/tcp6", true)] {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { continue }
            for line in text.split(separator: "\n").dropFirst() {
                guard let socket = Socket(line, isIPv6: isIPv6), found[socket.port] == nil else { continue }
                let pid = owners.pid(of: socket.inode)
                found[socket.port] = Listener(
                    host: socket.host, port: socket.port, program: pid.flatMap(Owners.name),
                    unit: pid.flatMap(Owners.unit))
            }
        }
        return found.values.sorted { $0.port < $1.port }
    }

    /// A line of the kernel's table: `0: 0100007F:1F90 00000000:0000 0A …`.
    private struct Socket {
        var host: String
        var port: Int
        var inode: Substring

        init?(_ line: Substring, isIPv6: Bool) {
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A" else { return nil }
            let address = fields[1].split(separator: ":")
            guard address.count == 2, let port = Int(address[1], radix: 16), port > 0 else { return nil }
            self.port = port
            inode = fields[9]
            guard !isIPv6 else {
                // What listens on all addresses answers on the old loopback, too.
                host = address[0].allSatisfy { $0 == "0" } ? "127.0.0.1" : "[::1]"
                return
            }
            guard let value = UInt32(address[0], radix: 16) else { return nil }
            let bytes = withUnsafeBytes(of: value.littleEndian) { $0.map { String($0) } }
            host = value == 0 ? "127.0.0.1" : bytes.joined(separator: ".")
        }
    }

    /// Which process holds which socket, as far as this account may see.
    private struct Owners {
        private var pids: [Substring: Int32] = [:]

        init() {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            for pid in names.compactMap({ Int32($0) }).sorted() {
                let folder = "/proc/\(pid)/fd"
                for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
                    guard let target, target.hasPrefix("socket:[") else { continue }
                    let inode = target.dropFirst("socket:[".count).dropLast()
                    if pids[inode] == nil { pids[inode] = pid }
                }
            }
        }

        func pid(of inode: Substring) -> Int32? { pids[inode] }

        static func name(_ pid: Int32) -> String? {
            let text = try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)
            return text?.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        static func unit(_ pid: Int32) -> String? {
            let text = (try? String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8)) ?? ""
            let last = text.split(whereSeparator: { $0 == "/" || $0 == "\n" }).last { $0.hasSuffix(".service") }
            return last.map(String.init)
        }
    }
}
