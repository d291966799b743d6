package import HaleEngine
package import HaleModel

/// Looks on as the simulated Hale works, as the daemon's recorder does; may put another engine in the place of its own.
package protocol BatchObserver: AnyObject, Sendable {
    /// Before the first input of each life.
    func began(_ engine: Engine, at now: Moment)
    func ended(_ steps: [RecordedStep], _ effects: EffectBuffer, collected: Moment, _ engine: inout Engine)
}
