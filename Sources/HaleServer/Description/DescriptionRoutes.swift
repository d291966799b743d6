import Hummingbird

/// The description of this interface (OpenAPI 3.1), as `openapi.yaml` beside this file has it.
struct DescriptionRoutes: Sendable {
    func add(to routes: Routes) {
        let text = ByteBuffer(bytes: PackageResources.openapi_yaml)
        routes.get("openapi.yaml") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/yaml", .cacheControl: "no-cache"],
                body: ResponseBody(byteBuffer: text))
        }
    }
}
