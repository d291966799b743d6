import HaleModel

/// The order to start a program, as its keeper understands it.
struct LaunchMessage {
    var plan: ProgramPlan
    var instance: InstanceID
    var launch: UInt64
    var token: String
    var logFile: String
    /// Hale's own environment, from which a few variables are handed on.
    var environment: [String: String]

    private static let inherited = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"]

    var message: KeeperMessage {
        var fields: [(key: String, value: String)] = [("launch", String(launch)), ("token", token)]
        fields += plan.command.map { ("arg", $0) }
        fields += fullEnvironment.sorted { $0.key < $1.key }.map { ("env", "\($0.key)=\($0.value)") }
        fields.append(("directory", plan.directory))
        if let user = plan.user { fields.append(("user", user)) }
        if let group = plan.group { fields.append(("group", group)) }
        for limit in plan.limits {
            let value = limit.value.map { String($0) } ?? "unlimited"
            fields.append(("limit", "\(limit.name):\(value):\(value)"))
        }
        if let umask = plan.umask { fields.append(("umask", umask)) }
        fields.append(("log", logFile))
        fields.append(("logSize", String(plan.log.maxFileBytes)))
        fields.append(("logFiles", String(plan.log.files)))
        return KeeperMessage("spawn", fields)
    }

    private var fullEnvironment: [String: String] {
        var result = environment.filter { Self.inherited.contains($0.key) }
        if plan.user != nil { for name in ["HOME", "USER", "LOGNAME"] { result[name] = nil } }
        if let user = plan.user {
            result["USER"] = user
            result["LOGNAME"] = user
        }
        if result["PATH"] == nil { result["PATH"] = "/usr/local/bin:/usr/bin:/bin" }
        result["HALE_COMPONENT"] = instance.component.name
        result["HALE_INSTANCE"] = String(instance.number)
        return result.merging(plan.environment) { _, given in given }
    }
}
