import Foundation
import Testing

/// A certificate authority and what it signed, made by `openssl` in a temporary folder.
struct Certificates {
    let folder: URL

    /// The file of a certificate or key: `ca`, `good`, `wrong`, `expired`, `early`, `soon`, `alone`.
    func certificate(_ name: String) -> String { folder.appendingPathComponent("\(name).pem").path }
    func key(_ name: String) -> String { folder.appendingPathComponent("\(name).key").path }

    init(in folder: URL) async throws {
        self.folder = folder
        let configuration = """
            [ca]
            default_ca = test
            [test]
            database = \(folder.path)/index.txt
            new_certs_dir = \(folder.path)
            rand_serial = yes
            default_md = sha256
            policy = any
            copy_extensions = copy
            unique_subject = no
            [any]
            commonName = supplied
            """
        try configuration.write(toFile: folder.path + "/ca.cnf", atomically: true, encoding: .utf8)
        try "".write(toFile: folder.path + "/index.txt", atomically: true, encoding: .utf8)
        try await authority("ca", "Test Authority")
        try await authority("alone", "localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        try await sign(
            "good", "localhost", "DNS:localhost,IP:127.0.0.1", from: "20200101000000Z", to: "20991231235959Z")
        try await sign("wrong", "other.test", "DNS:other.test", from: "20200101000000Z", to: "20991231235959Z")
        try await sign(
            "expired", "localhost", "DNS:localhost,IP:127.0.0.1", from: "20200101000000Z", to: "20210101000000Z")
        try await sign(
            "early", "localhost", "DNS:localhost,IP:127.0.0.1", from: "20980101000000Z", to: "20991231235959Z")
        // Three days and a half from here.
        let end = Date().addingTimeInterval(3.5 * 86_400).formatted(
            Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
        try await sign(
            "soon", "localhost", "DNS:localhost,IP:127.0.0.1", from: "20200101000000Z",
            to: end.replacing("T", with: ""))
    }

    private func authority(_ name: String, _ subject: String, _ more: String...) async throws {
        try await run(
            "openssl",
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
                + ["-subj", "/CN=\(subject)", "-keyout", key(name), "-out", certificate(name)] + more)
    }

    private func sign(_ name: String, _ subject: String, _ names: String, from: String, to: String) async throws {
        try await run(
            "openssl",
            ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(subject)"]
                + ["-addext", "subjectAltName=\(names)", "-keyout", key(name), "-out", folder.path + "/\(name).csr"])
        try await run(
            "openssl",
            ["ca", "-batch", "-notext", "-config", folder.path + "/ca.cnf", "-cert", certificate("ca")]
                + ["-keyfile", key("ca"), "-startdate", from, "-enddate", to]
                + ["-in", folder.path + "/\(name).csr", "-out", certificate(name)])
    }

    private func run(_ tool: String, _ arguments: [String]) async throws {
        let output = folder.appendingPathComponent("openssl.log").path
        let status = try await Child(tool, arguments, output: output).status()
        let said = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        try #require(status == 0, "\(tool) \(arguments.joined(separator: " "))\n\(said)")
    }
}
