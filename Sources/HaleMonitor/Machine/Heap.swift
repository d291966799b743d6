#if canImport(Glibc)
    import Glibc
#endif

/// What was needed once.
enum Heap {
    /// Gives memory that is free within the process back to the system: glibc keeps what a start with many components, or a
    /// copy of all of them, has left behind. It takes some milliseconds for a few hundred megabytes.
    static func giveBack() {
        #if canImport(Glibc)
            // `malloc.h` is not part of the module.
            typealias Trim = @convention(c) (Int) -> Int32
            guard let trim = dlsym(nil, "malloc_trim") else { return }
            _ = unsafeBitCast(trim, to: Trim.self)(0)
        #endif
    }
}
