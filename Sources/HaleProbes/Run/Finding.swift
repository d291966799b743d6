import HaleModel

/// What one run found, before it is stamped with time and latency.
struct Finding: Hashable, Sendable {
    /// `nil`: inconclusive.
    var status: HealthStatus?
    var message: String
    var details: [String: JSONValue] = [:]
    var metrics: [String: Double] = [:]

    static func good(_ message: String, details: [String: JSONValue] = [:]) -> Finding {
        Finding(status: .healthy, message: message, details: details)
    }

    /// The target did not answer as it should.
    static func failed(_ kind: Trouble, _ message: String, details: [String: JSONValue] = [:]) -> Finding {
        Finding(status: .unhealthy, message: message, details: details.adding(kind))
    }

    /// The target works, with something wrong.
    static func degraded(_ kind: Trouble, _ message: String) -> Finding {
        Finding(status: .degraded, message: message, details: [:].adding(kind))
    }

    /// The trouble is Hale's own and says nothing about the target.
    static func inconclusive(_ kind: Trouble, _ message: String) -> Finding {
        Finding(status: nil, message: message, details: [:].adding(kind))
    }

    /// The same finding with further details; what it has already is kept.
    func adding(_ more: [String: JSONValue]) -> Finding {
        var copy = self
        copy.details.merge(more) { own, _ in own }
        return copy
    }
}

/// The machine-readable `kind` of a result that is not good.
package enum Trouble: String, CaseIterable, Sendable {
    case refused
    /// No route to the target.
    case unreachable
    case timeout
    case dns
    /// The peer closed or reset the connection too early.
    case closed
    /// The peer does not speak the protocol.
    case `protocol`
    case status
    case body
    case json
    case tls
    case redirect
    /// A certificate that ends soon.
    case certificate
    /// A program's own health document says so.
    case health
    /// A command said so by its exit code, or could not be run.
    case command
    /// Processes are missing, or there are too many.
    case process
    /// Something uses more than it may.
    case limit
    /// Another error of the connection.
    case connection
    /// Hale itself lacks descriptors, memory, ports or threads.
    case resources
    /// The check's own settings cannot be used.
    case configuration
    /// This system has not what the check needs.
    case unsupported
    case cancelled
}

extension [String: JSONValue] {
    fileprivate func adding(_ kind: Trouble) -> [String: JSONValue] {
        var copy = self
        copy["kind"] = .string(kind.rawValue)
        return copy
    }
}
