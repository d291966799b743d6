import Foundation
import HaleModel
import Testing

/// The metrics of a result.
@Suite struct HealthCheckResultTests {
    private func result(_ metrics: [String: Double]) -> HealthCheckResult {
        HealthCheckResult(
            .healthy, "fine", metrics: metrics, timestamp: WallTime(nanoseconds: 1), latency: .milliseconds(2))
    }

    @Test func areBounded() {
        let many = Dictionary(uniqueKeysWithValues: (100..<200).map { ("m\($0)", Double($0)) })
        let kept = result(many).metrics
        #expect(kept.count == 64)
        #expect(kept["m100"] == 100)
        #expect(kept["m164"] == nil)
        let long = String(repeating: "a", count: 128)
        let odd: [String: Double] = [long: 1, long + "a": 2, "": 3, "nan": .nan, "infinite": -.infinity, "ä": 4]
        #expect(result(odd).metrics == [long: 1, "ä": 4])
    }

    @Test func crossAsJSON() throws {
        let written = result(["load1": 0.5, "/": 2])
        let data = try JSONEncoder().encode(written)
        #expect(try JSONDecoder().decode(HealthCheckResult.self, from: data) == written)
    }

    @Test func mayBeAbsent() throws {
        let data = try JSONEncoder().encode(
            HealthCheckResult(.degraded, "m", timestamp: WallTime(nanoseconds: 1), latency: .nanoseconds(2)))
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        object["metrics"] = nil
        let without = try JSONSerialization.data(withJSONObject: object)
        let read = try JSONDecoder().decode(HealthCheckResult.self, from: without)
        #expect(read.metrics.isEmpty)
        #expect(read.status == .degraded)
    }
}
