/// What became of heartbeats that were sent over HTTP.
public struct HeartbeatAnswer: Codable, Hashable, Sendable {
    public struct Refusal: Codable, Hashable, Sendable {
        /// Of the batch, from 1.
        public var line: Int
        public var status: Int
        public var detail: String

        public init(line: Int, status: Int, detail: String) {
            self.line = line
            self.status = status
            self.detail = detail
        }
    }

    public var received: Int
    /// Absent where nothing was refused.
    public var refused: Int?
    /// The first hundred.
    public var refusals: [Refusal]?

    public init(received: Int, refused: Int? = nil, refusals: [Refusal]? = nil) {
        self.received = received
        self.refused = refused
        self.refusals = refusals
    }
}
