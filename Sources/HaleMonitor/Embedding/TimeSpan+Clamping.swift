import HaleModel

extension TimeSpan {
    /// Any duration, held within what bounds are then compared with.
    init(clamping duration: Duration) {
        let years = Duration.seconds(100 * 365 * 86_400)
        self.init(duration.clamped(to: .zero - years...years))
    }
}
