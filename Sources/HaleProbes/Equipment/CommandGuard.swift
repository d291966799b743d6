/// How command checks are started: by `hale-keeper once`, which ends the whole group at its time-out even when Hale dies.
package struct CommandGuard: Sendable {
    /// The path of `hale-keeper`.
    package var keeper: String
    /// Hale's own environment, of which a command gets a few variables.
    package var environment: [String: String]

    package init(keeper: String, environment: [String: String]) {
        self.keeper = keeper
        self.environment = environment
    }

    private static let inherited = ["HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR"]
    /// Where systems keep their monitoring plugins, searched last.
    private static let pluginFolders = [
        "/usr/lib/nagios/plugins", "/usr/lib64/nagios/plugins", "/usr/lib/monitoring-plugins",
        "/usr/local/libexec/nagios",
    ]

    /// The environment of a command: a few variables of Hale's, its own over them, and none else.
    func variables(_ own: [String: String]) -> [String: String] {
        var result: [String: String] = [:]
        for name in Self.inherited { result[name] = environment[name] }
        // Numbers are written as in C, whatever the language.
        result["LC_NUMERIC"] = "C"
        result["PATH"] =
            ([environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"] + Self.pluginFolders).joined(separator: ":")
        return result.merging(own) { _, own in own }
    }
}
