import Foundation
import HaleModel
import Synchronization
import Testing

@testable import HaleMonitor

/// Who is let in by which token, and until when.
@Suite struct TokenBookTests {
    private let directory = NSTemporaryDirectory() + "hale-tokens-\(UUID().uuidString)"
    private let grant = Grant(name: "ci", role: .operate)

    private func withBook(_ body: (TokenFile, TokenBook, Complaints) throws -> Void) throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = TokenFile(dataDirectory: directory)
        let complaints = Complaints()
        try body(file, try TokenBook([], file: file) { complaints.add("\($0)") }, complaints)
    }

    private final class Complaints: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    @Test func anotherTokenOfTheSameNameIsAnotherBearer() throws {
        try withBook { file, book, _ in
            let stolen = try file.create(grant)
            let bearer = try #require(book.bearer(of: stolen))
            #expect(bearer.grant == grant && book.holds(bearer))
            try file.revoke("ci")
            #expect(!book.holds(bearer) && book.bearer(of: stolen) == nil)
            let fresh = try file.create(grant)
            #expect(!book.holds(bearer), "a session of the old token does not go on with the new one")
            #expect(book.bearer(of: fresh).map(book.holds) == true)
        }
    }

    @Test func aFileThatCannotBeReadLetsNobodyInUntilItCan() throws {
        try withBook { file, book, complaints in
            let token = try file.create(grant)
            let text = try Data(contentsOf: URL(fileURLWithPath: file.path))
            try Data("[".utf8).write(to: URL(fileURLWithPath: file.path))
            #expect(book.bearer(of: token) == nil)
            #expect(book.bearer(of: token) == nil)
            #expect(complaints.all.count == 1, "\(complaints.all)")
            try text.write(to: URL(fileURLWithPath: file.path))
            #expect(book.bearer(of: token)?.grant == grant)
            try Data("[".utf8).write(to: URL(fileURLWithPath: file.path))
            #expect(book.bearer(of: token) == nil)
            #expect(complaints.all.count == 2)
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func whatRootWritesBelongsToTheAccountOfTheDirectory() throws {
        try withBook { file, _, _ in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            #expect(chown(directory, 65_534, 65_534) == 0)
            _ = try file.create(grant)
            for path in [file.path, file.path + ".lock"] {
                var status = stat()
                #expect(stat(path, &status) == 0 && status.st_uid == 65_534 && status.st_gid == 65_534, "\(path)")
            }
        }
    }
}
