import HaleModel

/// How a command ended, and what it wrote.
struct CommandEnd: Hashable, Sendable {
    var ending: Ending
    var output: [UInt8]
    var errors: [UInt8]

    enum Ending: Hashable, Sendable {
        case code(Int)
        /// The guard ended the command at its time-out.
        case timedOut
        /// The guard was asked to end before that.
        case ended
        /// The guard itself was killed.
        case lost(signal: Int?)
    }

    func finding(_ command: [String], timeout: TimeSpan) -> Finding {
        switch ending {
        case .timedOut: .commandTimedOut(timeout)
        case .ended: .inconclusive(.cancelled, "the command was ended before it answered")
        case .lost(let signal):
            .inconclusive(
                .resources, signal.map { "hale-keeper was killed by signal \($0)" } ?? "hale-keeper was lost sight of")
        case .code(let code): notStarted(code, command) ?? said(code)
        }
    }

    /// The guard writes why it could not start the command.
    private func notStarted(_ code: Int, _ command: [String]) -> Finding? {
        let words = firstError
        let program = quotable(command.first ?? "")
        if words.hasPrefix("hale-keeper: can't start") {
            return .inconclusive(.resources, quotable(words.dropFirst("hale-keeper: ".count), limit: 200))
        }
        if words.hasPrefix("hale-keeper: can't enter") {
            return .inconclusive(
                .configuration,
                "the directory of the command cannot be entered: \(quotable(words.dropFirst(25), limit: 200))")
        }
        guard code == 126 || code == 127, words.hasPrefix("hale-keeper: can't run") else { return nil }
        if code == 127 {
            return .failed(.command, "the command was not found: \(program)")
        }
        let reason = words.split(separator: ":").last.map { quotable($0.drop { $0 == " " }) } ?? "not executable"
        return .failed(.command, "the command could not be started: \(program): \(reason)")
    }

    private func said(_ code: Int) -> Finding {
        let plugin = PluginOutput(output)
        let words = plugin.message.isEmpty ? firstError : plugin.message
        let message = quotable(words, limit: 500)
        var finding =
            switch code {
            case 0: Finding.good(message.isEmpty ? "exit code 0" : message)
            case 1: Finding.degraded(.command, message.isEmpty ? "exit code 1, nothing written" : message)
            case 2: Finding.failed(.command, message.isEmpty ? "exit code 2, nothing written" : message)
            case 3: Finding.inconclusive(.command, message.isEmpty ? "exit code 3, nothing written" : message)
            default: Finding.failed(.command, strange(code) + (message.isEmpty ? "" : ": \(message)"))
            }
        finding.details["exit_code"] = .number(Double(code))
        if !plugin.longText.isEmpty { finding.details["output"] = .string(plugin.longText) }
        finding.details["scales"] = plugin.scales
        finding.metrics = plugin.metrics
        return finding
    }

    private func strange(_ code: Int) -> String {
        let known = "exit code \(code) is none of 0 to 3"
        return code > 128 && code < 160 ? "\(known) (as after signal \(code - 128))" : known
    }

    private var firstError: String {
        let text = String(decoding: errors, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }
}

extension Finding {
    static func commandTimedOut(_ timeout: TimeSpan) -> Finding {
        .failed(.timeout, "the command did not end within \(timeout) and was killed")
    }
}
