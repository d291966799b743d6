import Foundation
import HaleModel
import HaleMonitor
import Hummingbird
import Logging

/// How the program is, for load balancers and other monitors: `GET /health`, by draft-inadarei-api-health-check.
enum HealthApp {
    static func make(
        _ checks: HealthChecks, logger: Logger, onPort: @escaping @Sendable (Int) -> Void
    ) -> some ApplicationProtocol {
        let router = Router()
        router.get("health") { _, _ in
            let document = await checks.run(version: "1.0")
            return Response(
                status: document.status == .fail ? .serviceUnavailable : .ok,
                headers: [.contentType: "application/health+json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(document))))
        }
        return Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in onPort(channel.localAddress?.port ?? 0) }, logger: logger)
    }
}
