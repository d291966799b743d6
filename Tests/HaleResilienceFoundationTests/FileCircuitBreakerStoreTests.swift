import Foundation
import HaleResilience
import HaleResilienceFoundation
import Synchronization
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

final class FileCircuitBreakerStoreTests: Sendable {
    typealias Stamp = FileCircuitBreakerStore.Stamp

    struct Broken: Error {}

    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("breakers-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: directory) }

    var files: [URL] {
        get throws { try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil) }
    }

    var onlyFile: URL { get throws { try #require(files.first) } }

    @Test func `names of any length and kind have files of their own`() async throws {
        let store = try FileCircuitBreakerStore(directory: directory)
        let long = String(repeating: "銀行", count: 500)
        let names = [long, long + "!", "bank", "Bank", "bank/eu", "bank_eu", "", ".", "../bank", "a\0b"]
        for (number, name) in names.enumerated() {
            try await store.save(.init(state: .forcedOpen, openings: number), as: name)
        }
        for (number, name) in names.enumerated() { #expect(try await store.load(name)?.openings == number) }
        let files = try files.map(\.lastPathComponent)
        #expect(files.count == names.count)
        #expect(Set(files.map { $0.lowercased() }).count == names.count)
        #expect(files.allSatisfy { $0.utf8.count < 80 })
        #expect(files.count { $0.hasPrefix("bank-") } == 1)
    }

    @Test(arguments: [
        (1.5, Int64(1_500_000_000)), (1e12, 9_200_000_000_000_000_000), (-1e12, -9_200_000_000_000_000_000),
        (.greatestFiniteMagnitude, 9_200_000_000_000_000_000),
    ])
    func `a clock set to any date stops nothing`(seconds: TimeInterval, nanoseconds: Int64) {
        #expect(Stamp.nanoseconds(of: Date(timeIntervalSince1970: seconds)) == nanoseconds)
    }

    @Test func `many writers of one name leave a whole record and no draft`() async throws {
        let directory = directory
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 1...8 {
                group.addTask {
                    let store = try FileCircuitBreakerStore(directory: directory)
                    for round in 0..<50 {
                        let remaining = Duration.seconds(1_000 + writer * round)
                        try await store.save(.init(state: .open(remaining: remaining), openings: writer), as: "bank")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try files.count == 1)
        #expect(try await FileCircuitBreakerStore(directory: directory).load("bank") != nil)
    }

    @Test func `drafts of programs that were killed are cleared away after an hour`() throws {
        _ = try FileCircuitBreakerStore(directory: directory)
        for (name, age) in [("old.draft", 3_700.0), ("young.draft", 10), ("old.breaker", 9_999)] {
            let file = directory.appendingPathComponent(name)
            try Data().write(to: file)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file.path)
        }
        _ = try FileCircuitBreakerStore(directory: directory)
        #expect(Set(try files.map(\.lastPathComponent)) == ["young.draft", "old.breaker"])
    }

    @Test func `a breaker goes on where it stopped`() async throws {
        let store = try FileCircuitBreakerStore(directory: directory)
        let name = "bank / EU: ../x"
        let first = await CircuitBreaker(name, .init(trip: .failures(1), jitter: 0), store: store)
        _ = try? await first { throw Broken() }
        let second = await CircuitBreaker(name, .init(trip: .failures(1), jitter: 0), store: store)
        guard case .open(let remaining) = second.state else { return #expect(second.state == .open(remaining: .zero)) }
        #expect(remaining > .seconds(30) && remaining <= .seconds(60))
        await second.forceOpen()
        #expect(await CircuitBreaker(name, store: store).state == .forcedOpen)
        await second.reset()
        #expect(await CircuitBreaker(name, store: store).state == .closed)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
    }

    /// Saved with 60 s left; what is left when it is loaded.
    @Test(arguments: [
        (Stamp(bootID: "a", sinceBoot: 20, wall: 0), Duration.seconds(50)),  // same boot: its clock decides, 10 s later
        (Stamp(bootID: "a", sinceBoot: 20, wall: 9_999_999), .seconds(50)),  // … whatever wall time does
        (Stamp(bootID: "a", sinceBoot: 20, wall: -9_999_999), .seconds(50)),
        (Stamp(bootID: "b", sinceBoot: 3, wall: 1_025), .seconds(35)),  // another boot: wall time
        (Stamp(bootID: "b", sinceBoot: 3, wall: 500), .seconds(60)),  // … a step back counts as none
        (Stamp(bootID: "b", sinceBoot: 3, wall: 99_999), .zero),
        (Stamp(bootID: nil, sinceBoot: 3, wall: 1_010), .seconds(50)),
    ])
    func `the pause survives restarts and clock steps`(later: Stamp, left: Duration) async throws {
        @Sendable func inSeconds(_ stamp: Stamp) -> Stamp {
            Stamp(bootID: stamp.bootID, sinceBoot: stamp.sinceBoot * 1_000_000_000, wall: stamp.wall * 1_000_000_000)
        }
        let saving = try FileCircuitBreakerStore(directory: directory) {
            inSeconds(Stamp(bootID: "a", sinceBoot: 10, wall: 1_000))
        }
        try await saving.save(.init(state: .open(remaining: .seconds(60)), openings: 2), as: "b")
        let loading = try FileCircuitBreakerStore(directory: directory) { inSeconds(later) }
        #expect(try await loading.load("b") == .init(state: .open(remaining: left), openings: 2))
    }

    @Test(arguments: ["", "x", "hale-breaker 1 0\n{}", "hale-breaker 9 0\n{}", "hale-breaker 1 cbf29ce484222325\n"])
    func `a damaged file is set aside and reported, and the breaker begins closed`(text: String) async throws {
        let events = ResilienceEvents()
        let stream = events.stream()
        let store = try FileCircuitBreakerStore(directory: directory)
        try await store.save(.init(state: .closed), as: "bank")
        let file = try onlyFile
        try Data(text.utf8).write(to: file)
        let breaker = await CircuitBreaker("bank", .init(trip: .failures(1)), store: store, events: events)
        #expect(breaker.state == .closed)
        for await event in stream {
            #expect(event.label == "store_record_set_aside")
            break
        }
        #expect(try Data(contentsOf: file.appendingPathExtension("damaged")) == Data(text.utf8))
        _ = try? await breaker { throw Broken() }
        #expect(try await store.load("bank")?.openings == 1)
    }

    @Test func `every single damaged byte is noticed`() async throws {
        let store = try FileCircuitBreakerStore(directory: directory)
        try await store.save(.init(state: .open(remaining: .seconds(60)), openings: 2), as: "b")
        let file = try onlyFile
        let whole = try Data(contentsOf: file)
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0x20
            try damaged.write(to: file)
            await #expect(throws: DamagedRecord.self) { try await store.load("b") }
            try whole.prefix(index).write(to: file)
            await #expect(throws: DamagedRecord.self) { try await store.load("b") }
        }
    }

    @Test func `a store that can't be written never fails a call`() async throws {
        let events = ResilienceEvents()
        let stream = events.stream()
        let store = try FileCircuitBreakerStore(directory: directory)
        let breaker = await CircuitBreaker("b", .init(trip: .failures(1)), store: store, events: events)
        try FileManager.default.removeItem(at: directory)
        await #expect(throws: Broken.self) { try await breaker { throw Broken() } }
        var labels: [String] = []
        for await event in stream {
            labels.append(event.label)
            if labels.count == 2 { break }
        }
        #expect(labels == ["circuit_opened", "store_failed"])
    }

    @Test func `kill -9 at any moment leaves a whole record`() async throws {
        let path = directory.path
        let store = try FileCircuitBreakerStore(directory: directory)
        try await store.save(.init(state: .open(remaining: .seconds(100_000)), openings: 1), as: "bank")
        for round in 0..<10 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
                let store = try FileCircuitBreakerStore(directory: URL(fileURLWithPath: path))
                Thread.detachNewThread {
                    usleep(UInt32(3_000 + (round * 7_919) % 20_000))
                    kill(getpid(), SIGKILL)
                }
                while true {
                    for openings in 1...1_000 {
                        let remaining = Duration.seconds(100_000 + openings)
                        try await store.save(.init(state: .open(remaining: remaining), openings: openings), as: "bank")
                    }
                }
            }
            let snapshot = try await store.load("bank")
            guard case .open = snapshot?.state else { return #expect(snapshot != nil, "round \(round)") }
        }
    }

    @Test func `a cancelled request opens no circuit`() async {
        let breaker = CircuitBreaker("b", .init(trip: .failures(1)), events: ResilienceEvents())
        _ = await breaker.result { throw URLError(.cancelled) }
        #expect(breaker.state == .closed)
        let advice = ErrorClassifier.standard.advice(for: URLError(.cancelled))
        #expect(!advice.opensCircuit && !advice.fallBack && !advice.retry && advice.severity == .low)
    }

    @Test func `Foundation's errors are classified`() {
        let classifier = ErrorClassifier.standard
        #expect(classifier.category(of: URLError(.timedOut)) == .timeout)
        #expect(classifier.category(of: URLError(.cannotConnectToHost)) == .network)
        #expect(!classifier.advice(for: URLError(.cancelled)).retry)
        #expect(classifier.category(of: URLError(.badURL)) == .configuration)
        #expect(classifier.category(of: POSIXError(.ECONNREFUSED)) == .network)
        #expect(classifier.category(of: POSIXError(.ENOSPC)) == .resource)
        #expect(abs(ErrorContext(Broken(), component: "c", operation: "o").date.timeIntervalSinceNow) < 60)
    }
}
