package import HaleEngine
package import HaleModel
package import HaleServer

/// All that a `hale.yaml` says, checked: what is watched, how it is asked, and how it is healed.
package struct HaleConfiguration: Sendable {
    /// The absolute path it was read from.
    package var file: String
    /// How that file and those of `hale.d` were named, in the order they were read.
    package var names: [String]
    /// Where the API listens. Default 127.0.0.1:8790.
    package var bind: SocketEndpoint
    /// Off where Hale is embedded and was not asked to; the Unix socket is there all the same.
    package var answersOverTCP = true
    package var access: AccessSettings
    /// Default none: plain HTTP.
    package var tls: TLSIdentity.Files?
    /// An absolute path. Default `hale-data` beside the file.
    package var dataDirectory: String
    package var recording: RecordingSettings
    /// In the file's order.
    package var components: [ComponentPolicy]
    /// Those of reference targets stand under the component `connectivity`, which is none of `components`.
    package var checks: [CheckPlan]
    package var programs: [ProgramPlan]
    package var engine: EngineConfiguration
    /// The texts that it was read from.
    package var documents: [ConfigurationDocument]
    /// All that was registered beside them: what is in force, what a file hides, and what fits no longer.
    package var registrations: [ComponentRegistration]
    /// The registered components that are in force.
    package var registered: Set<ComponentID> = []
    /// What is wrong with registrations that fit no longer.
    package var leftOut: [String] = []
    /// Every value in force and where it came from.
    package var effective: ConfigurationDescription
}

/// An address to listen on. Port 0 asks the system for a free one.
package struct SocketEndpoint: Hashable, Sendable {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

extension SocketEndpoint {
    /// Whether only this machine can connect to it.
    package var isLoopback: Bool { Loopback.contains(host) }
}

extension SocketEndpoint: CustomStringConvertible {
    package var description: String { Endpoint(host: host, port: port).description }
}
