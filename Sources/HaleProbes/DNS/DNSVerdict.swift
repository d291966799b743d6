import HaleModel

/// What the addresses found mean for what the plan expects.
enum DNSVerdict {
    /// Addresses that are named in the message, and in the details.
    private static let shown = 4
    private static let kept = 32

    static func finding(_ addresses: [String], _ check: DNSCheck) -> Finding {
        let addresses = Array(Set(addresses)).sorted()
        let name = quotable(check.plan.name)
        var finding: Finding
        let missing = check.expected.filter { !addresses.contains($0) }
        if addresses.isEmpty {
            finding = .failed(.dns, "\(name) has no \(kinds(check)) address")
        } else if missing.isEmpty {
            finding = .good("\(name) is \(list(addresses))")
        } else {
            finding = .failed(.dns, "\(name) is \(list(addresses)), which lacks \(list(missing))")
        }
        finding.details["addresses"] = .array(addresses.prefix(kept).map { .string($0) })
        finding.metrics["addresses"] = Double(addresses.count)
        return finding
    }

    /// A server's refusal; `nil` when it found the name.
    static func complaint(_ code: DNSAnswer.Code, _ check: DNSCheck, server: String) -> Finding? {
        let name = quotable(check.plan.name)
        return switch code {
        case .fine: nil
        case .noSuchName: .failed(.dns, "name not known: \(name)")
        case .serverFailure: .failed(.dns, "name server \(server) failed to resolve \(name)")
        case .refused: .failed(.dns, "name server \(server) refuses to resolve \(name)")
        case .malformedQuestion: .failed(.dns, "name server \(server) does not understand the question")
        case .notImplemented: .failed(.dns, "name server \(server) does not answer such questions")
        case .other(let code): .failed(.dns, "name server \(server) answers with code \(code)")
        }
    }

    private static func kinds(_ check: DNSCheck) -> String { check.types.map(\.name).joined(separator: " or ") }

    private static func list(_ addresses: [String]) -> String {
        let rest = addresses.count - shown
        return addresses.prefix(shown).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
