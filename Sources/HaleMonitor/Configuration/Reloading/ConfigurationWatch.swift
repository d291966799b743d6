/// Looks every second whether the files of a configuration have changed.
struct ConfigurationWatch: Sendable {
    private static let interval: Duration = .seconds(1)

    let place: ConfigurationPlace

    /// Calls `changed` after every change, once the files have been left alone for one interval, until cancelled.
    func run(_ changed: () async -> Void) async {
        var loaded = place.stamp
        var former = loaded
        while true {
            do { try await Task.sleep(for: Self.interval) } catch { return }
            let stamp = place.stamp
            defer { former = stamp }
            guard stamp == former, stamp != loaded else { continue }
            loaded = stamp
            await changed()
        }
    }
}
