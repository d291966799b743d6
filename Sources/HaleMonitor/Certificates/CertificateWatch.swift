import HaleServer

/// Looks every second whether the files of a certificate have changed.
struct CertificateWatch: Sendable {
    private static let interval: Duration = .seconds(1)

    let files: TLSIdentity.Files

    /// Calls `changed` after every change, once the files have been left alone for one interval, until cancelled.
    func run(_ changed: () async -> Void) async {
        var loaded = stamp
        var former = loaded
        while true {
            do { try await Task.sleep(for: Self.interval) } catch { return }
            let stamp = self.stamp
            defer { former = stamp }
            guard stamp == former, stamp != loaded else { continue }
            loaded = stamp
            await changed()
        }
    }

    private var stamp: [FileStamp] { [FileStamp(files.certificate), FileStamp(files.key)] }
}
