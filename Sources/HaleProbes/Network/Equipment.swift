/// What all runs of a prober share.
final class Equipment: Sendable {
    let resolver: NameResolver
    let trust: TLSContexts
    /// Regular expressions and large JSON documents: nothing there can be interrupted, so never on an event loop.
    let matching = Workers(threads: 4)
    /// `getaddrinfo` and files: threads that mostly wait, so a dozen broken name servers leave some free.
    private let waiting = Workers(threads: 16)

    init() {
        resolver = NameResolver(workers: waiting)
        trust = TLSContexts(workers: waiting)
    }

    func shutdown() {
        matching.shutdown()
        waiting.shutdown()
    }
}
