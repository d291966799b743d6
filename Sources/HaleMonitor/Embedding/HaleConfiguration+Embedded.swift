internal import Foundation
internal import HaleEngine
internal import HaleModel

extension HaleConfiguration {
    /// That of a program that registers its components itself.
    static func embedded(dataDirectory: String, bind: Endpoint?) throws(MonitorError) -> HaleConfiguration {
        guard !dataDirectory.isEmpty, !dataDirectory.utf8.contains(0) else {
            throw MonitorError("the data directory needs a path")
        }
        if let bind, !(0...65_535).contains(bind.port) { throw MonitorError("\(bind): a port is from 0 to 65535") }
        let engine: EngineConfiguration
        do throws(EngineConfiguration.Invalid) {
            engine = try EngineConfiguration(components: [])
        } catch {
            throw MonitorError(error.inWords)
        }
        let path = Paths.absolute(dataDirectory, from: FileManager.default.currentDirectoryPath)
        return HaleConfiguration(
            file: path + "/embedded", names: [],
            bind: SocketEndpoint(host: bind?.host ?? "127.0.0.1", port: bind?.port ?? 0), answersOverTCP: bind != nil,
            access: AccessSettings(), dataDirectory: path, recording: RecordingSettings(isOn: false), components: [],
            checks: [], programs: [], engine: engine, documents: [], registrations: [],
            effective: ConfigurationDescription(entries: []))
    }
}
