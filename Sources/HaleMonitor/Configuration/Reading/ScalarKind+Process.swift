internal import Foundation
internal import HaleModel

extension ScalarKind<Int32> {
    private static let signals: [(name: String, number: Int32)] = [
        ("TERM", SIGTERM), ("INT", SIGINT), ("QUIT", SIGQUIT), ("HUP", SIGHUP), ("USR1", SIGUSR1), ("USR2", SIGUSR2),
        ("KILL", SIGKILL),
    ]

    /// A signal by name or number.
    static let signal = ScalarKind(
        "a signal such as TERM",
        show: { number in
            signals.first { $0.number == number }.map { .string($0.name) } ?? .number(Double(number))
        }
    ) { text throws(Mismatch) in
        if let signal = signals.first(where: { $0.name == text }) { return signal.number }
        if let number = Int32(text) {
            guard (1...64).contains(number) else { throw Mismatch("\(number) is not a signal; expected 1 to 64") }
            return number
        }
        let plain = text.uppercased().hasPrefix("SIG") ? String(text.uppercased().dropFirst(3)) : text.uppercased()
        throw Mismatch(
            "'\(text.escaped)' is not a signal",
            hint: Suggestion.hint(for: plain, among: signals.map(\.name)))
    }
}

extension ScalarKind<String> {
    /// The value of an environment variable; may be empty.
    static func variable(isSecret: Bool) -> Self {
        ScalarKind("a text", show: { .string(isSecret ? Secrets.shown : $0) }) { text throws(Mismatch) in
            guard text.utf8.count <= 64 << 10 else { throw Mismatch("is longer than 64 KiB") }
            guard !text.utf8.contains(0) else { throw Mismatch("contains a NUL character") }
            return text
        }.orInFile()
    }
}

extension ScalarKind<UInt64?> {
    /// So many, or `unlimited`.
    static let countLimit = ScalarKind<UInt64>(
        "a whole number", show: { .number(Double($0)) }
    ) { text throws(Mismatch) in
        guard let value = UInt64(text), value <= 1 << 53 else {
            throw Mismatch("'\(text.escaped)' is not a whole number", hint: "or 'unlimited'")
        }
        return value
    }.orNone("unlimited")

    /// So many bytes, as a plain number or with a unit, or `unlimited`.
    static let byteLimit = ScalarKind<UInt64>(
        "a size such as 512MiB", show: { .number(Double($0)) }
    ) { text throws(Mismatch) in
        if let value = UInt64(text), value <= 1 << 53 { return value }
        return UInt64(try ScalarKind<Int>.parseSize(text))
    }.orNone("unlimited")
}
