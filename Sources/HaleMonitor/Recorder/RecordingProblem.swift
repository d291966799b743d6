/// What is wrong with a recording, in a person's words.
package struct RecordingProblem: Error, CustomStringConvertible, Hashable, Sendable {
    package let path: String
    package let message: String

    /// Whether the file ends before it says anything: nothing is lost but what was being written.
    let isCut: Bool

    init(_ path: String, _ message: String, isCut: Bool = false) {
        self.path = path
        self.message = message
        self.isCut = isCut
    }

    package var description: String { "\(path): \(message)" }
}
