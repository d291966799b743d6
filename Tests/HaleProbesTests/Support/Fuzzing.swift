import Foundation
import HaleModel

/// How a fuzz damages what began as valid, and how long it goes on.
enum Fuzzing {
    /// Seconds for each fuzz, by `HALE_FUZZ_SECONDS`; `nil`: a fixed number of rounds.
    static let seconds = ProcessInfo.processInfo.environment["HALE_FUZZ_SECONDS"].flatMap(Double.init)

    /// Calls the body with one seed after another.
    static func rounds(_ count: Int, _ body: (UInt64) -> Void) async {
        let first = UInt64.random(in: 0..<1 << 40)
        let end = seconds.map { ContinuousClock.now + .seconds($0) }
        var round = 0
        while end.map({ ContinuousClock.now < $0 }) ?? (round < count) {
            body(first &+ UInt64(round))
            round += 1
            // The tests beside it have their turn.
            if round % 50 == 0 { await Task.yield() }
        }
    }

    /// A damaged copy of one of the samples, or now and then bytes that never were one.
    static func bytes(_ seed: UInt64, from samples: [[UInt8]]) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        guard Int.random(in: 0..<8, using: &random) > 0 else {
            return (0..<Int.random(in: 0..<512, using: &random)).map { _ in .random(in: .min ... .max, using: &random) }
        }
        var bytes = samples.randomElement(using: &random)!
        for _ in 0..<Int.random(in: 0...6, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: bytes.indices, using: &random)
            let end = min(bytes.count, at + Int.random(in: 1...24, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[at] = .random(in: .min ... .max, using: &random)
            case 2: bytes.removeSubrange(at..<end)
            case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
            case 4: bytes.removeSubrange(at...)
            case 5: bytes[at] = [0x00, 0x0A, 0x20, 0x27, 0x3B, 0x3D, 0x7C, 0xC0, 0xFF].randomElement(using: &random)!
            default: bytes.insert(contentsOf: samples.randomElement(using: &random)!.prefix(40), at: at)
            }
        }
        return bytes
    }
}
