internal import HaleEngine
package import HaleModel

extension World {
    /// A command remedy runs. It ends on its own, whether Hale lives or not.
    package mutating func begin(_ order: RemedyOrder) {
        guard let place = places[order.component] else { return }
        let takes = random.jittered(components[place].model.remedyTakes, by: 0.8)
        plan(.remedyEnds(life: life, order), in: min(takes, order.timeout))
    }

    mutating func begin(_ order: HookOrder) {
        plan(.hookEnds(life: life, order), in: min(draw(.milliseconds(5), .seconds(5)), order.timeout))
    }

    mutating func endHook(_ life: Int, _ order: HookOrder) {
        guard life == self.life, isHaleUp, let place = places[order.component] else { return }
        let outcome: RemedyOutcome =
            random.chance(components[place].model.remedyReports) ? .done : .failed("exit code 1")
        tellHale(.hookFinished(id: order.id, component: order.component, outcome), in: .milliseconds(1))
    }

    mutating func endRemedy(_ life: Int, _ order: RemedyOrder) {
        guard let place = places[order.component] else { return }
        let model = components[place].model
        let outcome: RemedyOutcome
        if random.chance(model.remedyReports) {
            if random.chance(model.remedyHelps) { mend(place) }
            outcome = .done
        } else {
            outcome = .failed("exit code 1")
        }
        guard life == self.life, isHaleUp else { return }
        tellHale(.remedyFinished(attempt: order.attempt, component: order.component, outcome), in: .milliseconds(1))
    }

    /// What ailed it is over; programs that already ended stay ended.
    mutating func mend(_ place: Int) {
        if !components[place].isUp {
            components[place].isUp = true
            beginLeak(place)
        }
        components[place].crashesUntil = .zero
        components[place].unstartableUntil = .zero
        wake(place)
    }

    /// Programs that hung answer again.
    mutating func wake(_ place: Int) {
        for number in components[place].keepers.indices { components[place].keepers[number].isHung = false }
    }
}
