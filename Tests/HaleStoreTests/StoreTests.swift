import Foundation
import HaleModel
import HaleStore
import Testing

@Suite("The store")
struct StoreTests {
    /// A folder of its own, gone after the test.
    final class Folder {
        let path: String

        init() {
            path = NSTemporaryDirectory() + "hale-store-\(UUID().uuidString)"
            try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        var database: String { path + "/hale.sqlite" }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private let folder = Folder()

    private func event(_ id: UInt64, _ kind: EventKind = .stateChanged, _ component: ComponentID? = "api") -> Event {
        Event(
            id: EventID(id), time: WallTime(nanoseconds: Int64(id) * 1_000_000_000), kind: kind, component: component,
            severity: .info, message: "event \(id)", details: ["n": .number(Double(id)), "s": "x"])
    }

    @Test("What is committed is there after reopening, and the latest of each record wins")
    func roundTrip() async throws {
        let first = try Store.open(path: folder.database)
        #expect(first.setAside == nil)
        try await first.store.commit(
            StoreBatch(
                records: [
                    StoredRecord(kind: "component", key: "a", body: "{1}"),
                    StoredRecord(kind: "component", key: "b", body: "{2}"),
                ],
                events: [event(1), event(2, .checkFailed)]))
        try await first.store.commit(
            StoreBatch(
                records: [
                    StoredRecord(kind: "component", key: "a", body: "{3}"),
                    StoredRecord(kind: "component", key: "b", body: nil),
                ],
                events: [event(3)], survivesPowerLoss: true))
        try first.store.close()
        let second = try Store.open(path: folder.database).store
        #expect(try second.loadRecords() == [StoredRecord(kind: "component", key: "a", body: "{3}")])
        #expect(try await second.events(EventQuery(after: EventID(0))) == [event(1), event(2, .checkFailed), event(3)])
    }

    @Test("Events are found by place, component and kind")
    func queries() async throws {
        let store = try Store.open(path: folder.database).store
        try await store.commit(
            StoreBatch(events: [
                event(1), event(2, .checkFailed, "db"), event(3, .checkFailed), event(4, .haleStarted, nil),
            ]))
        func ids(_ query: EventQuery) async throws -> [UInt64] { try await store.events(query).map(\.id.number) }
        #expect(try await ids(EventQuery(limit: 2)) == [3, 4], "the newest, oldest first")
        #expect(try await ids(EventQuery(after: EventID(1), limit: 2)) == [2, 3])
        #expect(try await ids(EventQuery(component: "db")) == [2])
        #expect(try await ids(EventQuery(after: EventID(0), kind: .checkFailed)) == [2, 3])
        #expect(try await ids(EventQuery(after: EventID(.max))) == [])
    }

    @Test("A batch that can't be written is not written in part")
    func atomic() async throws {
        let store = try Store.open(path: folder.database).store
        try await store.commit(StoreBatch(events: [event(1)]))
        await #expect(throws: (any Error).self) {
            try await store.commit(
                StoreBatch(
                    records: [StoredRecord(kind: "component", key: "a", body: "{}")], events: [event(2), event(1)]))
        }
        #expect(try store.loadRecords().isEmpty)
        #expect(try await store.events(EventQuery()).count == 1)
    }

    @Test("Old events go, by age and by number")
    func retention() async throws {
        let store = try Store.open(path: folder.database, retention: EventRetention(age: .hours(10), count: 100)).store
        try await store.commit(StoreBatch(events: (1...1_024).map { event($0) }))
        #expect(try await store.events(EventQuery(after: EventID(0), limit: 5_000)).count == 100)
    }

    @Test("Attempts that are no longer kept are still counted, but for components that are gone")
    func totals() async throws {
        let store = try Store.open(path: folder.database, retention: EventRetention(age: .seconds(100), count: 100))
            .store
        func intent(_ id: UInt64, _ component: ComponentID, began: Int64) -> Intent {
            var intent = Intent(
                id: id, component: component, instance: nil, rung: 0, number: 1, remedy: "restart", reason: "down",
                isManual: false, began: WallTime(nanoseconds: began * 1_000_000_000))
            intent.ended = intent.began + .seconds(2)
            intent.outcome = .failed
            return intent
        }
        func counts() async throws -> [String] {
            try await store.recoveryCounts(of: nil).map { "\($0.component) \($0.count) \($0.duration)" }
        }
        try await store.commit(
            StoreBatch(
                records: [StoredRecord(kind: "component", key: "api", body: "{}")],
                intents: [
                    intent(1, "api", began: 1), intent(2, "api", began: 2), intent(3, "api", began: 5_000),
                    intent(4, "gone", began: 3),
                ]))
        #expect(try await counts() == ["api 3 6s", "gone 1 2s"])
        for round in [UInt64(1_024), 2_048] {
            try await store.commit(StoreBatch(events: [event(round)]))
            #expect(try await counts() == ["api 3 6s"])
            #expect(try await store.recoveries(of: nil, limit: 10).map(\.id) == [3])
        }
        #expect(try await store.recoveryCounts(of: "gone").isEmpty)
    }

    @Test(
        "A damaged database is set aside, and a fresh one opened",
        arguments: ["garbage", "torn", "page", "undecodable"])
    func damage(_ kind: String) async throws {
        let store = try Store.open(path: folder.database).store
        let bulk = (0..<2_000).map {
            StoredRecord(kind: "component", key: "c\($0)", body: String(repeating: "x", count: 200))
        }
        try await store.commit(StoreBatch(records: bulk))
        try store.close()
        var data = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        switch kind {
        case "garbage": data = Data("this is no database, but it is long enough to be looked at as if it were one".utf8)
        case "torn": data = data.prefix(data.count / 2)
        case "page": for offset in stride(from: 8_192, to: 40_000, by: 7) { data[offset] = 0xA5 }
        default: break
        }
        try data.write(to: URL(fileURLWithPath: folder.database))
        let opened = try Store.open(path: folder.database) { records in
            if kind == "undecodable", !records.isEmpty {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "of another version"))
            }
        }
        #expect(opened.setAside == folder.database + ".damaged-1")
        #expect(FileManager.default.fileExists(atPath: folder.database + ".damaged-1"))
        #expect(try opened.store.loadRecords().isEmpty)
    }

    @Test("A database that can't be opened for other reasons is not touched")
    func unreadable() throws {
        try FileManager.default.createDirectory(atPath: folder.database, withIntermediateDirectories: true)
        #expect(throws: StoreError.self) { try Store.open(path: folder.database) }
        #expect(FileManager.default.fileExists(atPath: folder.database))
    }

    @Test("One Hale to a data directory")
    func lock() throws {
        let first = try DataDirectory(folder.path + "/data")
        #expect(throws: StoreError.self) { try DataDirectory(folder.path + "/data") }
        withExtendedLifetime(first) {}
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/data")[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }
}
