import HaleModel

/// A plan made ready: whatever is the same for every run is done once.
enum PreparedCheck: Sendable {
    case http(HTTPCheck)
    case tcp(TCPCheck)
    case command(CommandCheck)
    case process(ProcessCheck)
    case dns(DNSCheck)
    case tls(TLSCheck)
    /// The plan cannot be carried out; why.
    case unusable(Finding)

    init(_ plan: CheckPlan, mayReuse: Bool) {
        do throws(PlanError) {
            switch plan.probe {
            case .http(let plan): self = .http(try HTTPCheck(plan, mayReuse: mayReuse))
            case .tcp(let plan): self = .tcp(try TCPCheck(plan))
            case .command(let plan): self = .command(try CommandCheck(plan))
            case .process(let plan): self = .process(try ProcessCheck(plan))
            case .dns(let plan): self = .dns(try DNSCheck(plan))
            case .tls(let plan): self = .tls(try TLSCheck(plan))
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
        case .command(let check): CommandRun(run: run, check: check).start()
        case .process(let check): ProcessRun(run: run, check: check).start()
        case .dns(let check): DNSRun(run: run, check: check).start()
        case .tls(let check): TLSRun(run: run, check: check).start()
        case .unusable(let finding): run.finish(finding)
        }
    }

    /// Where an HTTP check leaves its connection for the next run.
    var kept: KeptConnection? {
        if case .http(let check) = self { check.kept } else { nil }
    }
}
