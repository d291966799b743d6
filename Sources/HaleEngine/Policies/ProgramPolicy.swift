public import HaleModel

/// What the engine decides about a supervised program (`run:`).
public struct ProgramPolicy: Hashable, Codable, Sendable {
    public enum Restart: String, CaseIterable, Hashable, Codable, Sendable {
        case always
        case onFailure = "on-failure"
        case never
    }

    /// What an exit with one of these codes means.
    public struct ExitRule: Hashable, Codable, Sendable {
        public enum Action: String, CaseIterable, Hashable, Codable, Sendable {
            case restart
            case giveUp
            case nothing
        }

        public var codes: [Int32]
        public var action: Action

        public init(codes: [Int32], action: Action) {
            self.codes = codes
            self.action = action
        }
    }

    /// Default 1.
    public var instances: Int
    /// Default `always`.
    public var restart: Restart
    public var exitRules: [ExitRule]
    /// Default TERM (15).
    public var stopSignal: Int32
    /// Then KILL. Default 10 s.
    public var stopTimeout: TimeSpan

    public init(
        instances: Int = 1, restart: Restart = .always, exitRules: [ExitRule] = [], stopSignal: Int32 = 15,
        stopTimeout: TimeSpan = .seconds(10)
    ) {
        self.instances = instances
        self.restart = restart
        self.exitRules = exitRules
        self.stopSignal = stopSignal
        self.stopTimeout = stopTimeout
    }

    /// The first rule that names the exit's code, else what `restart` says.
    package func action(for exit: ProcessExit) -> ExitRule.Action {
        if let code = exit.code, let rule = exitRules.first(where: { $0.codes.contains(code) }) { return rule.action }
        switch restart {
        case .always: return .restart
        case .onFailure: return exit.code == 0 ? .nothing : .restart
        case .never: return .nothing
        }
    }
}
