import HaleModel
import Testing

/// A program that says that it stops whenever it is told to end, as clients of Hale do.
@Suite struct GoodbyeTests {
    private static let program = """
        import json, os, signal, sys, time, urllib.request

        def beat(**said):
            url = f"http://127.0.0.1:{os.environ['PORT']}/health/heartbeat/polite"
            body = json.dumps(said).encode()
            urllib.request.urlopen(
                urllib.request.Request(url, body, {"Content-Type": "application/json"}), timeout=10).read()

        def end(*_):
            beat(status="stopping")
            print("goodbye", flush=True)
            os._exit(0)

        signal.signal(signal.SIGTERM, end)
        while True:
            try:
                beat()
            except OSError:
                pass
            time.sleep(0.2)

        """

    @Test func whatHaleEndsItStartsAgain() async throws {
        try await Sandbox.use { sandbox in
            let path = try sandbox.write("polite.py", Self.program)
            try sandbox.configure(
                """
                  polite:
                    run: {command: [python3, \(path)], env: {HALE_E2E: \(sandbox.marker), PORT: "\(sandbox.port)"}}
                    heartbeat: {late: 20s, missing: 30s, dead: 40s}
                """)
            var hale = try await sandbox.start()
            let first = try await sandbox.waitFor("polite", "runs and beats") { $0.state == .healthy && $0.pid != nil }
            #expect(try await sandbox.cli("heal", "polite").code == 0)
            try await sandbox.waitFor("polite", "is another process and well") {
                $0.state == .healthy && $0.pid != nil && $0.pid != first.pid
            }
            #expect(try await sandbox.cli("logs", "polite").text.contains("goodbye"))

            #expect(try await sandbox.cli("shutdown", "--programs").code == 0)
            #expect(try await hale.end() == .code(0))
            hale = try await sandbox.start()
            try await sandbox.waitFor("polite", "is started with Hale") { $0.state == .healthy && $0.pid != nil }

            #expect(try await sandbox.cli("stop", "polite").code == 0)
            try await sandbox.waitFor("polite", "stays stopped") { $0.tags.contains(.stopped) && $0.pid == nil }
            try await sandbox.finish(hale)
        }
    }
}
