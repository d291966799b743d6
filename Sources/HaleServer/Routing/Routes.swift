import Hummingbird

/// Everything that is answered, with which methods: a path with another one is answered by what it takes.
final class Routes {
    typealias Answer = @Sendable (Request, HaleContext) async throws -> Response

    private let router: Router<HaleContext>
    private var methods: [String: Set<HTTPRequest.Method>] = [:]

    init(_ router: Router<HaleContext>) { self.router = router }

    /// The paths of the REST interface, under which others are found by their last part alone.
    static let api = "api/v1/healing/"

    func get(_ path: String, _ answer: @escaping Answer) { add(.get, path, answer) }

    /// What is to be done stands in the path and the body: a query is refused.
    func post(_ path: String, _ answer: @escaping Answer) { add(.post, path, withoutQuery(answer)) }
    func delete(_ path: String, _ answer: @escaping Answer) { add(.delete, path, withoutQuery(answer)) }

    private func withoutQuery(_ answer: @escaping Answer) -> Answer {
        { request, context in
            _ = try Query(request, allowed: [])
            return try await answer(request, context)
        }
    }

    private func add(_ method: HTTPRequest.Method, _ path: String, _ answer: @escaping Answer) {
        methods[path, default: []].insert(method)
        router.on(RouterPath(path), method: method) { try await answer($0, $1) }
    }

    /// Refuses every other method of the paths that were added.
    func finish() {
        let all: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .options, .trace]
        for (path, known) in methods {
            let allowed = (known.contains(.get) ? known.union([.head]) : known).map(\.rawValue).sorted()
            for method in all where !known.contains(method) {
                router.on(RouterPath(path), method: method) { request, _ -> Response in
                    var problem = Problem(
                        .methodNotAllowed,
                        "\(request.method) is not for this; it takes \(allowed.joined(separator: ", "))")
                    problem.headers[.allow] = allowed.joined(separator: ", ")
                    throw problem
                }
            }
        }
    }
}
