import Foundation
import HaleModel
import NIOSSL
import Testing

@testable import HaleProbes

@Suite struct CertificateFactsTests {
    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        precondition(content.count < 65_536)
        if content.count < 0x80 { return [tag, UInt8(content.count)] + content }
        return [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    }

    private static func certificate(_ begin: (UInt8, String), _ end: (UInt8, String), issuer: String = "a") -> [UInt8] {
        let validity = element(begin.0, Array(begin.1.utf8)) + element(end.0, Array(end.1.utf8))
        let content =
            element(0xA0, [2, 1, 2]) + element(0x02, [1]) + element(0x30, []) + element(0x30, Array(issuer.utf8))
            + element(0x30, validity) + element(0x30, Array("a".utf8))
        return element(0x30, element(0x30, content))
    }

    @Test func times() throws {
        let facts = try #require(
            CertificateFacts(der: Self.certificate((0x17, "700101000000Z"), (0x18, "20240229120001Z"))))
        #expect(facts == CertificateFacts(der: Self.certificate((0x18, "19700101000000Z"), (0x17, "240229120001Z"))))
        #expect(facts.notBefore == 0)
        #expect(facts.expiry == "2024-02-29T12:00:01.000Z")
        #expect(facts.isSelfIssued)
        let endless = try #require(
            CertificateFacts(der: Self.certificate((0x17, "490101000000Z"), (0x18, "99991231235959Z"), issuer: "b")))
        #expect(endless.notAfter == 253_402_300_799)
        #expect(endless.expiry == nil)
        #expect(!endless.isSelfIssued)
    }

    @Test(arguments: [
        "", "2401010000Z", "24010100000Z0", "241301000000Z", "240100000000Z", "24010100000xZ", "240101250000Z",
    ])
    func badTimes(_ text: String) {
        #expect(CertificateFacts(der: Self.certificate((0x17, text), (0x17, "240101000000Z"))) == nil)
    }

    @Test func anyBytesAreSafe() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hale-der-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try await Certificates(in: folder).certificate("good")
        let real = try #require(try NIOSSLCertificate.fromPEMFile(file).first).toDERBytes()
        #expect(CertificateFacts(der: real)?.expiry == "2099-12-31T23:59:59.000Z")
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = real
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[.random(in: 0..<min(bytes.count, 300))] = .random(in: .min ... .max)
            }
            _ = CertificateFacts(der: Array(bytes.prefix(.random(in: 0...bytes.count))))
        }
    }
}
