import HaleModel
import Hummingbird

/// A page of components in the order of their ids: `state`, `layer` and `label` choose, `after` is the cursor that the page
/// before gave as `next`.
struct ComponentPage {
    let items: ArraySlice<ComponentView>
    let next: String?

    private static let defaultLimit = 500
    private static let maxLimit = 5_000

    init(_ request: Request, _ view: HealthView) throws {
        let query = try Query(request, allowed: ["state", "layer", "label", "after", "limit"])
        let state = try query.value("state", HealthState.self)
        let layer = try query.value("layer", Layer.self)
        let label = try query.pair("label")
        let limit = try query.limit(default: Self.defaultLimit, max: Self.maxLimit)
        let after = try query.componentID("after")
        let matching = view.components.filter { view in
            (state ?? view.state) == view.state && (layer ?? view.layer) == view.layer
                && (label.map { view.labels[$0.name] == $0.value } ?? true) && (after.map { view.id > $0 } ?? true)
        }.sorted { $0.id < $1.id }
        items = matching.prefix(limit)
        next = matching.count > items.count ? items.last?.id.name : nil
    }
}
