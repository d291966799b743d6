import Foundation

/// The services that systemd runs here; none where there is no systemd.
enum SystemdUnits {
    private static let places = ["/usr/bin/systemctl", "/bin/systemctl"]
    /// What belongs to the machine itself rather than to anybody who would watch it.
    private static let ignored = ["systemd-", "user@", "getty@", "serial-getty@", "dbus", "polkit"]

    static func running() -> [String] {
        guard let path = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }),
            FileManager.default.fileExists(atPath: "/run/systemd/system")
        else { return [] }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["list-units", "--type=service", "--state=running", "--no-legend", "--plain", "--no-pager"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return [] }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            let unit = line.split(separator: " ").first.map(String.init) ?? ""
            return unit.hasSuffix(".service") && !ignored.contains { unit.hasPrefix($0) } ? unit : nil
        }
    }
}
