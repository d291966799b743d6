import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends what a keeper that died left behind: processes that carry the token of its launch in their environment.
enum Leftovers {
    /// How many processes were killed. Nothing is found where processes can't be listed (no /proc).
    @discardableResult
    static func kill(token: String) -> Int {
        guard !token.isEmpty else { return 0 }
        var killed = 0
        // What is found may fork while it is being looked for: look until nothing is found.
        for _ in 0..<10 {
            let found = processes(carrying: token)
            if found.isEmpty { break }
            for pid in found { _ = sendSignal(pid, SIGKILL) }
            killed += found.count
        }
        return killed
    }

    private static func processes(carrying token: String) -> [pid_t] {
        let entry = Array("HALE_TOKEN=\(token)".utf8)
        let own = getpid()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            guard pid != own, let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else {
                return false
            }
            return environment.split(separator: 0).contains { $0.elementsEqual(entry) }
        }
    }
}

private func sendSignal(_ pid: pid_t, _ number: Int32) -> Int32 {
    kill(pid, number)
}
