internal import HaleModel

/// Runs of checks that wait because so many run against their host already.
struct HostQueue: Codable, Sendable {
    /// One check of one component.
    struct Waiter: Codable {
        var place: Int
        var check: Int
    }

    private struct Host: Codable {
        var running = 0
        var waiting: [Waiter] = []
        var first = 0
    }

    private var hosts: [String: Host] = [:]

    /// Takes a place, or joins the line.
    mutating func enter(_ host: String, _ place: Int, _ check: Int, limit: Int) -> Bool {
        guard hosts[host, default: Host()].running >= limit else {
            hosts[host, default: Host()].running += 1
            return true
        }
        hosts[host]?.waiting.append(Waiter(place: place, check: check))
        return false
    }

    /// Gives a place back; returns who was next in line. Whoever no longer wants it asks again.
    mutating func leave(_ host: String) -> Waiter? {
        guard var entry = hosts[host] else { return nil }
        entry.running -= 1
        var next: Waiter?
        if entry.first < entry.waiting.count {
            next = entry.waiting[entry.first]
            entry.first += 1
            // Each entry is moved once for every time the line has doubled.
            if entry.first > 64, entry.first * 2 > entry.waiting.count {
                entry.waiting.removeFirst(entry.first)
                entry.first = 0
            }
        }
        if entry.first == entry.waiting.count {
            entry.waiting.removeAll(keepingCapacity: true)
            entry.first = 0
        }
        hosts[host] = entry.running == 0 && entry.waiting.isEmpty ? nil : entry
        return next
    }
}
