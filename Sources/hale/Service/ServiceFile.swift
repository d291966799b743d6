import Foundation

/// What the system needs to know to run Hale as a service: a systemd unit, or a launchd property list.
struct ServiceFile {
    var executable: String
    var configuration: String
    /// The account it runs as; `nil`: that of the service manager.
    var user: String?

    #if os(macOS)
        static let directory = "/Library/LaunchDaemons"
        static let name = "io.hale.plist"
    #else
        static let directory = "/etc/systemd/system"
        static let name = "hale.service"
    #endif

    var text: String {
        #if os(macOS)
            propertyList
        #else
            unit
        #endif
    }

    /// What puts the file in force.
    static func activation(_ path: String) -> String {
        #if os(macOS)
            "sudo launchctl bootstrap system \(path)"
        #else
            "systemctl daemon-reload && systemctl enable --now hale"
        #endif
    }

    /// What takes it out of force.
    static func deactivation(_ path: String) -> String {
        #if os(macOS)
            "sudo launchctl bootout system \(path)"
        #else
            "systemctl disable --now hale; systemctl daemon-reload"
        #endif
    }

    /// `KillMode=process`: the programs of Hale outlive it, and the next Hale adopts them.
    var unit: String {
        """
        [Unit]
        Description=Hale watches services and heals what it can
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=notify
        ExecStart=\(Self.quoted(executable)) run --config \(Self.quoted(configuration))
        ExecReload=/bin/kill -HUP $MAINPID
        KillMode=process
        Restart=always
        RestartSec=2
        WatchdogSec=60
        LimitNOFILE=65536
        \(user.map { "User=\($0)\n" } ?? "")
        [Install]
        WantedBy=multi-user.target

        """
    }

    var propertyList: String {
        let words = [executable, "run", "--config", configuration].map {
            "        <string>\(Self.escaped($0))</string>"
        }
        let account = user.map { "    <key>UserName</key><string>\(Self.escaped($0))</string>\n" } ?? ""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
                <key>Label</key><string>io.hale</string>
                <key>ProgramArguments</key>
                <array>
            \(words.joined(separator: "\n"))
                </array>
            \(account)    <key>RunAtLoad</key><true/>
                <key>KeepAlive</key><true/>
                <key>AbandonProcessGroup</key><true/>
            </dict>
            </plist>

            """
    }

    /// One word of a unit: nothing in it means anything to systemd.
    static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
            .replacing("$", with: "$$")
        return "\"\(escaped)\""
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
