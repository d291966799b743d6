import HaleModel

/// A plan made ready: whatever is the same for every run is done once.
enum PreparedCheck: Sendable {
    case http(HTTPCheck)
    case tcp(TCPCheck)
    /// The plan cannot be carried out; why.
    case unusable(Finding)

    init(_ plan: CheckPlan, mayReuse: Bool) {
        do throws(PlanError) {
            switch plan.probe {
            case .http(let plan): self = .http(try HTTPCheck(plan, mayReuse: mayReuse))
            case .tcp(let plan): self = .tcp(try TCPCheck(plan))
            case .command, .process, .dns, .tls:
                self = .unusable(.inconclusive(.configuration, "\(plan.probe.kind) checks cannot be run yet"))
            }
        } catch {
            self = .unusable(.inconclusive(.configuration, error.reason))
        }
    }

    /// Begins the check within a run.
    func begin(_ run: ProbeRun) {
        switch self {
        case .http(let check): HTTPRun(run: run, check: check).start()
        case .tcp(let check): TCPRun(run: run, check: check).start()
        case .unusable(let finding): run.finish(finding)
        }
    }

    /// Where an HTTP check leaves its connection for the next run.
    var kept: KeptConnection? {
        if case .http(let check) = self { check.kept } else { nil }
    }
}
