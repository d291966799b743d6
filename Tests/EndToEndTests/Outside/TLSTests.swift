import Foundation
import Glibc
import HaleModel
import Testing

/// The HTTP interface over TLS, with certificates that come and go.
@Suite struct TLSTests {
    /// Makes `NAME.pem` and `NAME.key`.
    private func makeCertificate(_ name: String, in sandbox: Sandbox) async throws {
        let child = try sandbox.spawn(
            program: "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=hale-\(name)", "-keyout", "\(name).key", "-out", "\(name).pem",
            ], output: "openssl")
        #expect(try await child.end() == .code(0), "\(child.text)")
        #expect(chmod(sandbox.directory.appendingPathComponent("\(name).key").path, 0o600) == 0)
    }

    /// Puts a pair in the place of the one that is served, each file at once.
    private func use(_ certificate: String, _ key: String, in sandbox: Sandbox) throws {
        for (source, target) in [(certificate, "server.pem"), (key, "server.key")] {
            let files = FileManager.default
            let new = sandbox.directory.appendingPathComponent(target + ".new")
            try files.copyItem(at: sandbox.directory.appendingPathComponent(source), to: new)
            #expect(rename(new.path, sandbox.directory.appendingPathComponent(target).path) == 0)
        }
    }

    private func configure(_ sandbox: Sandbox) throws {
        try sandbox.write(
            "hale.yaml",
            """
            server:
              bind: "127.0.0.1:\(sandbox.port)"
              tls:
                certificate: server.pem
                key: server.key
            data: ./data
            components: {one: {heartbeat: true}}

            """)
    }

    private func start(_ sandbox: Sandbox) async throws -> Child {
        let hale = try sandbox.launch()
        try await eventually("Hale is ready") {
            if let exit = hale.ended { throw NotInTime(description: "Hale ended with \(exit)") }
            return try await sandbox.socket.request("GET", "/ready").status == 200
        }
        return hale
    }

    private func rejections(_ sandbox: Sandbox) async throws -> [String] {
        let path = "/api/v1/healing/events?after=0&kind=config_rejected"
        let page: ListDocument<EventDocument> = try await sandbox.socket.request("GET", path).decode()
        return page.items.map { "\($0.message) \($0.details)" }
    }

    /// Hale with the first of two certificates, and a client that makes requests until there is a file `stop`.
    private func startUnderLoad(_ sandbox: Sandbox) async throws -> (hale: Child, load: Child) {
        for name in ["first", "second"] { try await makeCertificate(name, in: sandbox) }
        try use("first.pem", "first.key", in: sandbox)
        try configure(sandbox)
        let hale = try await start(sandbox)
        let stop = sandbox.directory.appendingPathComponent("stop").path
        let load = try sandbox.python("sockets/tlsload.py", "\(sandbox.port)", stop, output: "load")
        try await eventually("the first is shown") { sandbox.lines("load").contains("shown hale-first") }
        return (hale, load)
    }

    @Test func certificatesAreChangedUnderLoadAndNoRequestFails() async throws {
        try await Sandbox.use { sandbox in
            let (hale, load) = try await startUnderLoad(sandbox)

            // One that does not fit is told, and the former goes on.
            try use("second.pem", "first.key", in: sandbox)
            try await eventually("the mismatch is told") {
                try await rejections(sandbox).contains { $0.contains("is not the key of") }
            }
            let reload = try await sandbox.socket.request("POST", "/api/v1/healing/config/reload")
            #expect(reload.status == 422 && reload.text.contains("hale.yaml:5:"), "\(reload.text)")
            #expect(load.ended == nil && !sandbox.lines("load").contains("shown hale-second"), "\(load.text)")

            try use("second.pem", "second.key", in: sandbox)
            try await eventually("the second is shown") { sandbox.lines("load").contains("shown hale-second") }

            // On SIGHUP it is taken at once, whatever the time of the files.
            try use("first.pem", "first.key", in: sandbox)
            hale.signal(SIGHUP)
            try await eventually("the first is shown again") { sandbox.lines("load").count >= 3 }
            #expect(sandbox.lines("load") == ["first", "second", "first"].map { "shown hale-\($0)" }, "\(load.text)")
            try sandbox.write("stop", "")
            #expect(try await load.end() == .code(0), "\(load.text)")
            #expect(sandbox.lines("load").last == "all answered")
            try await sandbox.finish(hale)
        }
    }

    @Test func aKeyIsTakenOnceItIsOpenToNobodyElse() async throws {
        try await Sandbox.use { sandbox in
            let (hale, load) = try await startUnderLoad(sandbox)

            #expect(chmod(sandbox.directory.appendingPathComponent("second.key").path, 0o644) == 0)
            try use("second.pem", "second.key", in: sandbox)
            try await eventually("the key that others can read is told") {
                try await rejections(sandbox).contains { $0.contains("is open to others (mode 644)") }
            }
            #expect(sandbox.lines("load") == ["shown hale-first"], "\(load.text)")
            #expect(chmod(sandbox.directory.appendingPathComponent("server.key").path, 0o600) == 0)
            try await eventually("the second is shown") { sandbox.lines("load").contains("shown hale-second") }
            try sandbox.write("stop", "")
            #expect(try await load.end() == .code(0), "\(load.text)")
            try await sandbox.finish(hale)
        }
    }

    @Test func whatIsNoPairIsRefusedWithItsPlace() async throws {
        try await Sandbox.use { sandbox in
            try await makeCertificate("first", in: sandbox)
            try await makeCertificate("second", in: sandbox)
            try configure(sandbox)
            let cases: [(String, String, mode_t, String)] = [
                ("first.pem", "first.key", 0o640, "is open to others (mode 640)"),
                ("first.pem", "first.key", 0o604, "is open to others (mode 604)"),
                ("first.pem", "second.key", 0o600, "is not the key of"),
                ("first.key", "first.key", 0o600, "expected a PEM certificate"),
                ("first.pem", "first.pem", 0o600, "expected a PEM private key"),
            ]
            for (certificate, key, mode, message) in cases {
                try use(certificate, key, in: sandbox)
                chmod(sandbox.directory.appendingPathComponent("server.key").path, mode)
                let answer = try await sandbox.cli("validate")
                #expect(answer.code != 0 && answer.text.contains(message), "\(message): \(answer)")
                let line = message.contains("certificate") ? "hale.yaml:4:18" : "hale.yaml:5:10"
                #expect(answer.text.contains(line), "\(answer)")
            }
            unlink(sandbox.directory.appendingPathComponent("server.key").path)
            let missing = try await sandbox.cli("run")
            #expect(missing.code != 0 && missing.text.contains("no such file"), "\(missing)")
            try use("first.pem", "first.key", in: sandbox)
            let fine = try await sandbox.cli("config")
            #expect(fine.code == 0 && fine.text.contains("server.tls.certificate:"), "\(fine)")
        }
    }

    @Test func plainHTTPGetsNothingAndACookieIsForTLSAlone() async throws {
        try await Sandbox.use { sandbox in
            try await makeCertificate("first", in: sandbox)
            try use("first.pem", "first.key", in: sandbox)
            try configure(sandbox)
            let hale = try await start(sandbox)
            await #expect(throws: (any Error).self) { try await sandbox.peer.request("GET", "/ready") }
            let token = try await sandbox.cli("token", "create", "me", "--role", "read").text
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let script = """
                import json, ssl, sys, urllib.request
                context = ssl.create_default_context(cafile="first.pem")
                context.check_hostname = False
                request = urllib.request.Request(
                    "https://localhost:\(sandbox.port)/session", data=json.dumps({"token": "\(token)"}).encode(),
                    headers={"Content-Type": "application/json"})
                print(urllib.request.urlopen(request, context=context).headers["set-cookie"])
                """
            let client = try sandbox.spawn(program: "/usr/bin/python3", ["-c", script], output: "client")
            #expect(try await client.end() == .code(0), "\(client.text)")
            #expect(client.text.contains("SameSite=Strict; Secure"), "\(client.text)")
            try await sandbox.finish(hale)
        }
    }
}
