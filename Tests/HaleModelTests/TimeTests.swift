import HaleModel
import Testing

@Suite("Time")
struct TimeTests {
    @Test(
        "Durations as people write them",
        arguments: [
            ("250ms", 250_000_000), ("10s", 10_000_000_000), ("5m", 300_000_000_000), ("1h", 3_600_000_000_000),
            ("2d", 172_800_000_000_000), ("1.5s", 1_500_000_000), ("1h30m", 5_400_000_000_000), ("0", 0),
            ("7us", 7_000),
            ("1m0.5s", 60_500_000_000),
        ] as [(String, Int64)])
    func parse(text: String, nanoseconds: Int64) {
        #expect(TimeSpan(text)?.nanoseconds == nanoseconds)
    }

    @Test(
        "What is no duration",
        arguments: ["", "10", "s", "10 s", "-1s", "1x", "1s5", "ten", "1e9s", "99999999d", ".s", "٣s", "1..5s"])
    func refuse(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test(
        "Durations as they are shown",
        arguments: [
            (0, "0s"), (250_000_000, "250ms"), (1_500_000_000, "1.5s"), (300_000_000_000, "5m"),
            (5_400_000_000_000, "1h30m"),
            (172_800_000_000_000, "2d"), (403_500_000, "403ms"), (-5_000_000_000, "-5s"), (61_000_000_000, "1m1s"),
        ] as [(Int64, String)])
    func show(nanoseconds: Int64, text: String) {
        #expect(TimeSpan(nanoseconds: nanoseconds).description == text)
    }

    @Test(
        "Wall time as RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func wall(milliseconds: Int64, text: String) {
        #expect(WallTime(nanoseconds: milliseconds * 1_000_000).description == text)
    }
}

@Suite("Small values")
struct ValueTests {
    @Test("Component ids", arguments: ["a", "A9", "api.v2_x-1", String(repeating: "x", count: 128)])
    func ids(text: String) { #expect(ComponentID(text)?.name == text) }

    @Test(
        "What is no component id",
        arguments: ["", ".a", "-a", "a b", "ä", "a/b", "a\n", String(repeating: "x", count: 129)])
    func noIDs(text: String) { #expect(ComponentID(text) == nil) }

    @Test("Instances are named by component and number")
    func instances() {
        #expect(InstanceID("api.v2.0") == InstanceID("api.v2", 0))
        for text in ["api", "api.", ".1", "api.-1", "api.01", "api.x"] { #expect(InstanceID(text) == nil, "\(text)") }
    }

    @Test("Every span is within a quarter of its percentile, and no bucket is out of order")
    func histogram() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            let span = TimeSpan(nanoseconds: Int64.random(in: 64_000...400_000_000_000, using: &random))
            var histogram = Histogram()
            histogram.record(span)
            let edge = histogram.percentile(0.5)!
            #expect(edge >= span && edge.seconds <= span.seconds * 1.26)
        }
        for bucket in 1..<Histogram.bucketCount {
            #expect(Histogram.upperBound(of: bucket) > Histogram.upperBound(of: bucket - 1))
            #expect(Histogram.bucket(of: Histogram.upperBound(of: bucket - 1)) == bucket)
        }
    }

    @Test("The last 20 outcomes")
    func outcomes() {
        var outcomes = RecentOutcomes()
        #expect(outcomes.successRate == nil)
        outcomes.record(success: true)
        outcomes.record(success: false)
        #expect(outcomes.outcomes == [true, false])
        for _ in 0..<19 { outcomes.record(success: true) }
        #expect(outcomes.count == 20)
        #expect(outcomes.successRate == 0.95)
    }
}
