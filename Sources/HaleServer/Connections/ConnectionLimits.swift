import HaleModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What one connection, and all of them together, may take.
struct ConnectionLimits: Sendable {
    /// Without a request: a connection that says nothing, or only half of a header.
    var idle: TimeSpan = .seconds(30)
    /// From the end of a request's header to the end of its body.
    var body: TimeSpan = .seconds(10)
    /// Without a byte of an answer being taken.
    var writing: TimeSpan = .seconds(60)
    /// Open at once.
    var count: Int
    /// Of these, WebSockets: they stay, and so may not take every place.
    var webSockets: Int { max(4, count / 2) }
    /// Bytes of one header field, and of all together, and how many there may be.
    var headerField = 8 << 10
    var headers = 32 << 10
    var headerCount = 100

    /// At most a part of the descriptors that this process may have: checks, the store and the keepers need theirs.
    static let tcp = ConnectionLimits(count: min(512, max(16, (descriptors - 256) / 2)))
    static let socket = ConnectionLimits(count: min(64, max(8, descriptors / 16)))

    /// How many descriptors this process may have.
    static let descriptors: Int = {
        var limit = rlimit()
        #if canImport(Glibc)
            let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        #else
            let isKnown = getrlimit(RLIMIT_NOFILE, &limit) == 0
        #endif
        return isKnown ? Int(clamping: limit.rlim_cur) : 1_024
    }()
}
