internal import HaleEngine
package import HaleModel

/// One component of the world, as it really is.
package struct SimulatedComponent: Sendable {
    package let model: ComponentModel
    /// Places of the components that it can't work without.
    let needs: [Int]
    package var keepers: [SimulatedKeeper]
    /// A service without processes of its own: whether it works.
    package var isUp = true
    /// Numbers its failures, and when the present one mends by itself.
    var failure = 0
    var failsUntil: Instant = .zero
    /// Programs started before this end again soon.
    var crashesUntil: Instant = .zero
    /// Programs can't be started before this.
    var unstartableUntil: Instant = .zero
    var slowUntil: Instant = .zero
    /// How long answers take until then; `nil`: much longer than usual.
    var slowLatency: TimeSpan?
    /// Until then a share of answers and beats is lost, or a share of beats alone.
    var losesAnswersUntil: Instant = .zero
    var answersLost = 0.0
    var losesBeatsUntil: Instant = .zero
    var beatsLost = 0.0
    /// Until then nothing gets through.
    var cutOffUntil: Instant = .zero
    /// A service's memory grows from here.
    var freshSince: Instant = .zero
    /// Until then it reports so large a share of its operations as failed.
    var errorsUntil: Instant = .zero
    var errorShare = 0.0
    /// Whether it is about to report them again.
    var reportsErrors = false
    var isOwned = false
    var ownedUntil: Instant = .zero

    init(_ model: ComponentModel, needs: [Int]) {
        self.model = model
        self.needs = needs
        keepers = Array(repeating: SimulatedKeeper(), count: model.policy.program?.instances ?? 0)
    }

    package var id: ComponentID { model.policy.id }

    /// Whether a program that runs is going to fail, or has: hung, or one of a crash loop.
    func ails(_ number: Int, at time: Instant) -> Bool {
        keepers.isEmpty ? !isUp : keepers[number].isHung || time < crashesUntil
    }

    /// Whether it would answer, its dependencies aside.
    package var worksByItself: Bool {
        keepers.isEmpty ? isUp : keepers.contains { $0.isRunning && $0.isReady && !$0.isHung }
    }
}
