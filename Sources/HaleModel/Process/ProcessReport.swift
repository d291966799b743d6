/// What a keeper says of the process it keeps.
public struct ProcessReport: Hashable, Codable, Sendable {
    public enum Phase: Hashable, Codable, Sendable {
        /// Nothing was ever started, or there is no keeper.
        case absent
        /// Forked and set up, waiting for the go-ahead.
        case held(pid: Int32)
        case running(pid: Int32)
        case exited(ProcessExit)
    }

    public var instance: InstanceID
    /// Which start this is about, with a keeper that is gone the latest that it was told of; 0 before the first.
    public var launch: UInt64
    public var phase: Phase

    public init(instance: InstanceID, launch: UInt64, phase: Phase) {
        self.instance = instance
        self.launch = launch
        self.phase = phase
    }
}

/// How a process ended.
public struct ProcessExit: Hashable, Codable, Sendable {
    public enum Reason: Hashable, Codable, Sendable {
        case code(Int32)
        case signal(Int32)
        /// The program could not be started; the text says at which step and why.
        case startFailed(String)
        /// The keeper is gone, and the process with it.
        case keeperLost
    }

    public var reason: Reason
    /// When, by the keeper's clocks; `nil` where nobody saw it.
    public var at: Moment?
    /// The last line the program wrote.
    public var lastOutput: String?

    public init(_ reason: Reason, at: Moment? = nil, lastOutput: String? = nil) {
        self.reason = reason
        self.at = at
        self.lastOutput = lastOutput
    }

    public var code: Int32? {
        if case .code(let code) = reason { code } else { nil }
    }
}

extension ProcessExit: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .code(let code): "exit code \(code)"
        case .signal(let number): "killed by signal \(Self.signalName(number))"
        case .startFailed(let text): "could not be started: \(text)"
        case .keeperLost: "its keeper was lost"
        }
    }

    private static func signalName(_ number: Int32) -> String {
        let names: [Int32: String] = [
            1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 6: "ABRT", 8: "FPE", 9: "KILL", 11: "SEGV", 13: "PIPE", 14: "ALRM",
            15: "TERM",
        ]
        return names[number] ?? String(number)
    }
}
