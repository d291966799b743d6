internal import HaleModel

/// The latencies of the last 20 good results.
struct RecentLatencies: Codable, Sendable {
    private var spans: [TimeSpan] = []
    private var next = 0

    mutating func record(_ span: TimeSpan) {
        if spans.count < RecentOutcomes.capacity {
            spans.append(span)
        } else {
            spans[next] = span
            next = (next + 1) % RecentOutcomes.capacity
        }
    }

    var median: TimeSpan? { spans.isEmpty ? nil : spans.sorted()[spans.count / 2] }
}
