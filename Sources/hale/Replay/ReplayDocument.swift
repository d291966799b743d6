import HaleModel
import HaleMonitor
import HaleSimulator

/// What `hale replay --json` prints.
struct ReplayDocument: Encodable {
    /// The first decision that differs from the recorded one.
    struct Difference: Encodable {
        var file: String
        /// Counted from 1 in the file.
        var input: Int
        var time: String
        var what: String
    }

    var from: String?
    var to: String?
    var seconds: Double
    var files: Int
    var restarts: Int
    var gaps: Int
    var tornBytes: Int
    var versions: [String]
    var inputs: Int
    var decisions: Int
    var digest: String
    var reproduced: Bool
    var difference: Difference?
    var comparison: ReplayComparison?

    init(_ extent: RecordingReplay.Extent, _ divergence: RecordingReplay.Divergence?) {
        from = extent.from.map { "\($0)" }
        to = extent.to.map { "\($0)" }
        seconds = if let from = extent.from, let to = extent.to { (to - from).seconds } else { 0 }
        files = extent.files
        restarts = extent.restarts
        gaps = extent.gaps
        tornBytes = extent.tornBytes
        versions = extent.versions
        inputs = extent.inputs
        decisions = extent.decisions
        let digits = String(extent.digest, radix: 16)
        digest = String(repeating: "0", count: 8 - digits.count) + digits
        reproduced = divergence == nil
        difference = divergence.map {
            Difference(
                file: $0.file, input: $0.difference.input, time: "\($0.difference.moment.wall)",
                what: $0.difference.what)
        }
    }
}
