internal import HaleEngine
package import HaleModel

extension World {
    /// The prober takes an order. Its answer may be slow, or lost.
    package mutating func begin(_ order: CheckOrder) {
        guard let place = places[order.component] else { return askReference(order) }
        let component = components[place]
        let check = component.model.policy.checks.first { $0.name == order.check }
        guard reaches(check?.isRemote), clock.time >= component.cutOffUntil else {
            return plan(.checkEnds(life: life, order, latency: order.timeout), in: order.timeout)
        }
        if clock.time < component.losesAnswersUntil, random.chance(component.answersLost) { return }
        var latency = component.model.latency.draw(&random)
        if clock.time < component.slowUntil {
            latency = component.slowLatency ?? latency.scaled(by: 5 + 200 * random.unit())
        }
        if isSilent(place) { latency = order.timeout }
        latency = min(latency, order.timeout)
        plan(.checkEnds(life: life, order, latency: latency), in: latency)
    }

    /// A hung program lets the asker wait; a dead one is refused at once.
    private func isSilent(_ place: Int) -> Bool {
        components[place].keepers.contains { $0.isHung } && !components[place].worksByItself
    }

    /// A reference target answers unless Hale's network is gone.
    private mutating func askReference(_ order: CheckOrder) {
        guard order.component == EngineConfiguration.referenceID else { return }
        let latency = reaches(true) ? draw(.milliseconds(1), .milliseconds(40)) : order.timeout
        let result = HealthCheckResult(
            reaches(true) ? .healthy : .critical, reaches(true) ? "connected" : "no route",
            timestamp: clock.now.wall, latency: latency)
        tellHale(
            .checkFinished(run: order.run, component: order.component, check: order.check, result), in: latency)
    }

    mutating func endCheck(_ life: Int, _ order: CheckOrder, _ latency: TimeSpan) {
        guard life == self.life, isHaleUp, let place = places[order.component] else { return }
        let status: HealthStatus?
        let message: String
        if random.chance(components[place].model.inconclusive) {
            (status, message) = (nil, "no file descriptor is free")
        } else if latency >= order.timeout {
            (status, message) = (.critical, "no answer within \(order.timeout)")
        } else if !works(place) {
            (status, message) = (.critical, "connection refused")
        } else if random.chance(components[place].model.degraded) {
            (status, message) = (.degraded, "answered with a warning")
        } else {
            (status, message) = (.healthy, "answered as expected")
        }
        let metrics = status == .healthy || status == .degraded ? leaked(place) : [:]
        let result = HealthCheckResult(
            status, message, metrics: metrics, timestamp: clock.now.wall, latency: latency)
        tellHale(.checkFinished(run: order.run, component: order.component, check: order.check, result), in: .zero)
    }
}
