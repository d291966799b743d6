import Foundation

/// A supervisor that starts the victim and starts it again.
struct Contender {
    var name: String
    var program: String
    var arguments: [String]
    var prepare: (_ folder: String, _ victim: [String]) throws -> Void = { _, _ in }
    /// Ends the supervisor.
    var end: (_ supervisor: Child, _ folder: String) -> Void = { supervisor, _ in supervisor.end() }

    static func spawnLoop(_ path: String, victim: [String]) -> Contender {
        Contender(name: "bare posix_spawn loop", program: path, arguments: victim)
    }

    static func runit(_ runsv: String, folder: String) -> Contender {
        Contender(
            name: "runit (runsv)", program: runsv, arguments: [folder + "/service"],
            prepare: { folder, victim in
                try FileManager.default.createDirectory(atPath: folder + "/service", withIntermediateDirectories: true)
                let script = "#!/bin/sh\nexec \(victim.joined(separator: " "))\n"
                try script.write(toFile: folder + "/service/run", atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/service/run")
            })
    }

    static func hale(_ path: String, folder: String) -> Contender {
        Contender(
            name: "hale", program: path,
            arguments: ["run", "--config", folder + "/hale.yaml", "--log-level", "critical"],
            prepare: { folder, victim in
                let words = victim.map { "\"\($0)\"" }.joined(separator: ", ")
                let text = """
                    server: {bind: 127.0.0.1:0}
                    data: \(folder)/data
                    components:
                      victim:
                        run: [\(words)]
                        heal: {retries: 1000, backoff: {base: 10ms, max: 10ms}, verifyAfter: 100ms}
                    """
                try text.write(toFile: folder + "/hale.yaml", atomically: true, encoding: .utf8)
            },
            end: { supervisor, folder in
                Child([path, "shutdown", "--programs", "--config", folder + "/hale.yaml"]).wait()
                supervisor.wait()
            })
    }
}
