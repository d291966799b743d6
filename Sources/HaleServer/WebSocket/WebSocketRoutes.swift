import HTTPTypes
import Hummingbird

/// What is answered at the WebSocket's path where the connection did not become one.
struct WebSocketRoutes: Sendable {
    let table: ConnectionTable

    func add(to routes: Routes) {
        routes.get("ws") { request, _ in
            guard table.hasRoomForWebSocket else {
                throw Problem(.serviceUnavailable, "\(table.limits.webSockets) WebSockets are open already")
            }
            let version = HTTPField.Name("Sec-WebSocket-Version")!
            let other = request.headers[version].flatMap { $0 == "13" ? nil : ", not \($0.prefix(40))" } ?? ""
            var problem = Problem(
                .upgradeRequired,
                "expected a WebSocket, version 13\(other), asked for by the first request of a connection")
            problem.headers[.upgrade] = "websocket"
            problem.headers[version] = "13"
            throw problem
        }
    }
}
