import Hummingbird

/// What is answered at the WebSocket's path where the connection did not become one.
struct WebSocketRoutes: Sendable {
    let table: ConnectionTable

    func add(to routes: Routes) {
        routes.get("ws") { _, _ in
            guard table.hasRoomForWebSocket else {
                throw Problem(.serviceUnavailable, "\(table.limits.webSockets) WebSockets are open already")
            }
            var problem = Problem(
                .upgradeRequired, "expected a WebSocket, version 13, asked for by the first request of a connection")
            problem.headers[.upgrade] = "websocket"
            problem.headers[.init("Sec-WebSocket-Version")!] = "13"
            throw problem
        }
    }
}
