internal import HaleEngine
internal import HaleModel

/// Reads `run:`, a program that Hale starts and supervises.
struct RunReader {
    static let keys = [
        "command", "env", "directory", "user", "group", "limits", "umask", "restart", "instances", "stopSignal",
        "stopTimeout", "onExit", "log",
    ]
    static let logKeys = ["size", "files"]
    static let exitRuleKeys = ["codes", "do"]

    let context: ReadingContext

    struct Result {
        var policy: ProgramPolicy
        var plan: ProgramPlan
    }

    func read(_ id: ComponentID, _ field: Field) -> Result? {
        var field = field
        switch field.node.content {
        case .scalar where !field.node.isNull, .sequence:
            // The short form: the command alone.
            let pair = YAMLNode.Pair(key: "command", keyPosition: field.node.position, value: field.node)
            field.node.content = .mapping([pair])
        default: break
        }
        guard let map = MappingReader(field, keys: Self.keys, expected: "a command or a mapping", context) else {
            return nil
        }
        let directory = map.value("directory", .path(from: context.directory), else: context.directory)
        let command = map["command"].flatMap { CommandReader(context: context).read($0, from: directory) }
        if map["command"] == nil { map.report("no command is given", hint: "write command: [./program, --option]") }
        var plan = ProgramPlan(component: id, command: command ?? [], directory: directory)
        plan.environment = map["env"].map(VariablesReader(context: context).read) ?? [:]
        plan.user = map.optional("user", .account)
        plan.group = map.optional("group", .account)
        plan.limits = map["limits"].map(readLimits) ?? []
        plan.umask = map.optional("umask", .umask)
        plan.log = readLog(map)
        let policy = readPolicy(map)
        return command == nil ? nil : Result(policy: policy, plan: plan)
    }

    private func readPolicy(_ map: MappingReader) -> ProgramPolicy {
        let policy = ProgramPolicy()
        return ProgramPolicy(
            instances: map.value("instances", .integer(1...64), else: policy.instances),
            restart: map.value("restart", .choice(ProgramPolicy.Restart.self), else: policy.restart),
            exitRules: map["onExit"].map(readExitRules) ?? [],
            stopSignal: map.value("stopSignal", .signal, else: policy.stopSignal),
            stopTimeout: map.value("stopTimeout", .duration(.zero ... .hours(1)), else: policy.stopTimeout))
    }

    private func readLimits(_ field: Field) -> [ResourceLimit] {
        guard
            let map = MappingReader(field, keys: ResourceLimit.names, expected: "a mapping of resource limits", context)
        else { return [] }
        return map.keys.compactMap { name in
            let isBytes = !["nofile", "nproc", "cpu"].contains(name)
            return map.optional(name, isBytes ? .byteLimit : .countLimit).map { ResourceLimit(name: name, value: $0) }
        }
    }

    private func readLog(_ map: MappingReader) -> LogPlan {
        let field = map["log"] ?? Field(node: .emptyMapping(map.field.node.position), path: "\(map.path).log")
        let plan = LogPlan()
        guard
            let map = MappingReader(
                field, keys: Self.logKeys, expected: "a mapping with 'size' or 'files'", context)
        else { return plan }
        return LogPlan(
            maxFileBytes: map.value("size", .size(4_096...(1 << 40)), else: plan.maxFileBytes),
            files: map.value("files", .integer(1...1_000), else: plan.files))
    }

    private func readExitRules(_ field: Field) -> [ProgramPolicy.ExitRule] {
        guard let items = context.items(field, expected: "a list such as [{codes: [78], do: giveUp}]") else {
            return []
        }
        var taken: Set<Int32> = []
        return items.compactMap { item in
            guard
                let map = MappingReader(
                    item, keys: Self.exitRuleKeys, expected: "a rule such as {codes: [78], do: giveUp}", context)
            else { return nil }
            for key in ["codes", "do"] where map[key] == nil { map.report("'\(key)' is missing") }
            let action = map.optional("do", .choice(ProgramPolicy.ExitRule.Action.self))
            guard let field = map["codes"],
                let fields = context.items(field, expected: "a list of exit codes such as [78]")
            else { return nil }
            if fields.isEmpty { context.report("the list of exit codes is empty", at: field) }
            let codes: [Int32] = fields.compactMap { field in
                guard let code = context.scalar(field, .integer(0...255)) else { return nil }
                guard taken.insert(Int32(code.value)).inserted else {
                    context.report("exit code \(code.value) has a rule already", at: field)
                    return nil
                }
                context.record(field.path, .number(Double(code.value)), code.origin)
                return Int32(code.value)
            }
            return action.map { ProgramPolicy.ExitRule(codes: codes, action: $0) }
        }
    }
}
