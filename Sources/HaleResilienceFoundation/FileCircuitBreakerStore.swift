public import Foundation
public import HaleResilience

/// Keeps breakers in a directory, one small file each.
///
/// ```swift
/// let store = try FileCircuitBreakerStore(directory: URL(filePath: "/var/lib/shop/breakers"))
/// let breaker = await CircuitBreaker("bank", store: store)
/// ```
///
/// A file is written beside the old one under a name of its own, flushed, and put in its place, so that it is whole whenever
/// the program is killed and whoever else writes. It carries a checksum; one that does not match is renamed to `….damaged` and reported. The pause goes on while the
/// program is down: by the clock of the boot if it is the same boot, else by wall time, where a step back counts as none.
public struct FileCircuitBreakerStore: CircuitBreakerStore {
    /// A moment on the clocks that a file is stamped with.
    public struct Stamp: Codable, Hashable, Sendable {
        /// Names the boot; `nil` if the system does not tell.
        public var bootID: String?
        /// Nanoseconds since then, suspended time included.
        public var sinceBoot: Int64
        /// Nanoseconds since 1970.
        public var wall: Int64

        public init(bootID: String?, sinceBoot: Int64, wall: Int64) {
            self.bootID = bootID
            self.sinceBoot = sinceBoot
            self.wall = wall
        }

        func elapsed(until later: Stamp) -> Duration {
            let sameBoot = bootID != nil && bootID == later.bootID
            let (nanoseconds, overflow) =
                sameBoot
                ? later.sinceBoot.subtractingReportingOverflow(sinceBoot)
                : later.wall.subtractingReportingOverflow(wall)
            return overflow ? .zero : .nanoseconds(max(nanoseconds, 0))
        }
    }

    private struct Record: Codable {
        var snapshot: CircuitBreakerSnapshot
        var savedAt: Stamp
    }

    /// A record is some 200 bytes; what is longer is none of ours.
    private static let maxBytes = 64 * 1024
    /// A draft that is older was left behind by a program that was killed.
    private static let maxDraftAge: TimeInterval = 3_600

    public let directory: URL
    private let now: @Sendable () -> Stamp

    /// Creates the directory if it is not there, and clears it of drafts that were never finished.
    public init(directory: URL, now: @escaping @Sendable () -> Stamp = { .system }) throws {
        self.directory = directory
        self.now = now
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        removeOldDrafts()
    }

    public func load(_ name: String) async throws -> CircuitBreakerSnapshot? {
        let file = url(of: name)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let data = try Data(contentsOf: file)
        do {
            let record = try Self.decode(data)
            return record.snapshot.aged(by: record.savedAt.elapsed(until: now()))
        } catch let problem as Problem {
            throw DamagedRecord(name: name, reason: problem.reason, location: try setAside(file).path)
        }
    }

    public func save(_ snapshot: CircuitBreakerSnapshot, as name: String) async throws {
        let file = url(of: name)
        let draft = file.appendingPathExtension(UUID().uuidString).appendingPathExtension("draft")
        do {
            try Self.encode(Record(snapshot: snapshot, savedAt: now())).write(to: draft)
            let handle = try FileHandle(forWritingTo: draft)
            try handle.synchronize()
            try handle.close()
            guard rename(draft.path, file.path) == 0 else {
                throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file.path])
            }
        } catch {
            try? FileManager.default.removeItem(at: draft)
            throw error
        }
    }

    // MARK: Format

    private struct Problem: Error {
        let reason: String
    }

    /// First line: what it is, its version, the checksum of all that follows.
    private static func encode(_ record: Record) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = try encoder.encode(record)
        return Data("hale-breaker 1 \(checksum(body))\n".utf8) + body
    }

    private static func decode(_ data: Data) throws -> Record {
        guard data.count <= maxBytes else { throw Problem(reason: "\(data.count) bytes, expected at most \(maxBytes)") }
        guard let end = data.firstIndex(of: UInt8(ascii: "\n")) else { throw Problem(reason: "no header line") }
        let header = String(decoding: data[..<end], as: UTF8.self).split(separator: " ")
        let body = data[data.index(after: end)...]
        guard header.count == 3, header[0] == "hale-breaker" else { throw Problem(reason: "not a breaker's record") }
        guard header[1] == "1" else { throw Problem(reason: "version \(header[1]), expected 1") }
        guard header[2] == checksum(body) else { throw Problem(reason: "the checksum does not match") }
        do {
            return try JSONDecoder().decode(Record.self, from: Data(body))
        } catch {
            throw Problem(reason: "\(error)")
        }
    }

    /// FNV-1a, 64 bits: against damage, not against forgery.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    // MARK: Files

    /// So much of the name as people need, and a hash that tells names apart which are long, or alike but for case.
    private func url(of name: String) -> URL {
        let readable = name.unicodeScalars.prefix(40).map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "-")
                ? Character(scalar) : "_"
        }
        return directory.appendingPathComponent("\(String(readable))-\(Self.checksum(name.utf8)).breaker")
    }

    private func removeOldDrafts() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: directory.path)) ?? [] where name.hasSuffix(".draft") {
            let draft = directory.appendingPathComponent(name).path
            let attributes = try? files.attributesOfItem(atPath: draft)
            guard let written = attributes?[.modificationDate] as? Date,
                -written.timeIntervalSinceNow > Self.maxDraftAge
            else { continue }
            try? files.removeItem(atPath: draft)
        }
    }

    private func setAside(_ file: URL) throws -> URL {
        let target = file.appendingPathExtension("damaged")
        guard rename(file.path, target.path) == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file.path])
        }
        return target
    }
}

extension FileCircuitBreakerStore.Stamp {
    /// This moment on the system's clocks.
    public static var system: Self {
        var time = timespec()
        #if os(Linux)
            clock_gettime(CLOCK_BOOTTIME, &time)
        #else
            clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        let sinceBoot = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        return Self(bootID: currentBootID, sinceBoot: sinceBoot, wall: nanoseconds(of: Date()))
    }

    /// Since 1970; dates beyond 1677 and 2262 are taken for those.
    package static func nanoseconds(of date: Date) -> Int64 {
        Int64(min(max(date.timeIntervalSince1970 * 1e9, -9.2e18), 9.2e18))
    }

    private static let currentBootID: String? = {
        #if os(Linux)
            guard let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8) else {
                return nil
            }
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        #else
            var size = 0
            guard sysctlbyname("kern.bootsessionuuid", nil, &size, nil, 0) == 0, size > 1 else { return nil }
            var bytes = [UInt8](repeating: 0, count: size)
            guard sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return nil }
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        #endif
    }()
}
