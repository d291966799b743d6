import HaleModel
import Testing

@testable import HaleServer

/// Until when a connection may stay where it is: a line of what happens, second by second, and the deadline after it.
@Suite struct ConnectionStateTests {
    private static let limits = ConnectionLimits(count: 1)

    /// `h` header, `e` end of the request, `a` answer ends, `w` a write begins, `d` it is done, `.` nothing.
    @Test(
        arguments: [
            ("", 30), (".....", 30), ("h", 10), (".h", 11), ("..he", nil), ("..hea", 34), ("heh", 12),
            ("hew", 62), ("hewd", nil), ("heww.d", 65), ("hewda", 34), ("hea.....", 32),
            // Refused before its body has come: the body still has its time, and no more.
            ("ha", 10), ("hae", 32), ("hah", 12),
            // Two requests at once: idle only when both are answered.
            ("hehea", nil), ("heheaa", 35), ("hewa", 62), ("hewa..d", 36),
        ] as [(String, Int64?)])
    func deadlines(_ line: String, _ seconds: Int64?) {
        var state = ConnectionState(at: .zero)
        for (second, step) in line.enumerated() {
            let now = Instant.zero + .seconds(Int64(second))
            switch step {
            case "h": state.requestBegan(at: now)
            case "e": state.requestEnded(at: now)
            case "a": state.answerEnded(at: now)
            case "w": state.writeBegan(at: now)
            case "d": state.writeEnded(at: now)
            default: break
            }
        }
        #expect(state.deadline(Self.limits) == seconds.map { Instant.zero + .seconds($0) })
    }
}
