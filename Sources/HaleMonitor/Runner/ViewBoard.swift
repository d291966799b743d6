import HaleModel
import Synchronization

/// Where readers find the latest committed view.
final class ViewBoard: Sendable {
    private let view = Mutex(HealthView.empty)

    var current: HealthView { view.withLock { $0 } }

    func replace(_ fresh: HealthView) { view.withLock { $0 = fresh } }

    /// Other components, or in another order, all at once.
    func replace(_ components: [ComponentView], _ system: SystemView, at: Moment, lastEvent: EventID) {
        view.withLock { view in
            var fresh = HealthView(
                components: components, version: view.version + 1, at: at, lastEvent: max(view.lastEvent, lastEvent),
                storeTrouble: view.storeTrouble)
            fresh.system = system
            fresh.succeed(view)
            view = fresh
        }
    }

    func update(
        _ changed: [(index: Int, view: ComponentView)], _ system: SystemView?, at: Moment, lastEvent: EventID
    ) {
        view.withLock { view in
            view.update(changed)
            if let system { view.system = system }
            view.version += 1
            view.at = at
            view.lastEvent = max(view.lastEvent, lastEvent)
        }
    }

    func setStoreTrouble(_ reason: String?) {
        view.withLock { view in
            view.storeTrouble = reason
            view.version += 1
        }
    }
}
