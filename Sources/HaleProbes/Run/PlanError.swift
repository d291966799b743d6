/// A plan that cannot be carried out.
struct PlanError: Error, Hashable {
    var reason: String

    init(_ reason: String) { self.reason = reason }
}
