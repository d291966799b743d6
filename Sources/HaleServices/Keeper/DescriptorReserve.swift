#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Sees to it that a program is started only with enough descriptors: the library that starts it would take all of Hale
/// down if they ran out half-way.
enum DescriptorReserve {
    /// Pipes, their copies, and what is needed to follow the program.
    private static let needed = 16

    struct Exhausted: Error, CustomStringConvertible {
        let reason: CInt
        var description: String { "Hale has too few file descriptors left (\(String(cString: strerror(reason))))" }
    }

    static func check() throws(Exhausted) {
        var opened: [CInt] = []
        defer { for descriptor in opened { close(descriptor) } }
        for _ in 0..<needed {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Exhausted(reason: errno) }
            opened.append(descriptor)
        }
    }
}
