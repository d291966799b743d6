#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The number of allocations so far, if the counting library was preloaded.
enum Allocations {
    private typealias Count = @convention(c) () -> UInt

    private static let count: Count? = {
        #if canImport(Glibc)
            guard let symbol = dlsym(nil, "hale_allocations") else { return nil }
            return unsafeBitCast(symbol, to: Count.self)
        #else
            return nil
        #endif
    }()

    static var now: UInt? { count?() }
}
