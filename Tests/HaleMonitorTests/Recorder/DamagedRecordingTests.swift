import Foundation
import HaleEngine
import HaleModel
import HaleSimulator
import Testing

@testable import HaleMonitor

/// Files that were cut, damaged, or come from elsewhere: a clear problem, or what is left of them, and never a crash.
@Suite struct DamagedRecordingTests {
    @Test func aTornTailIsLeftOut() throws {
        try Taped.use { taped in
            taped.pass(.minutes(10))
            taped.close()
            let (whole, _) = try taped.replay()
            for cut in [1, 5, 9, 30, 100] {
                try taped.change { $0.removeLast(cut) }
                let (extent, divergence) = try taped.replay()
                #expect(divergence == nil)
                #expect(extent.inputs < whole.inputs)
            }
        }
    }

    @Test func everyCutIsRecognised() throws {
        try Taped.use(components: 1) { taped in
            taped.pass(.seconds(40))
            taped.close()
            let url = URL(fileURLWithPath: taped.directory.path(of: 1))
            let whole = try Data(contentsOf: url)
            for count in stride(from: 0, to: whole.count, by: 7) {
                try whole.prefix(count).write(to: url)
                let (extent, divergence) = try taped.replay()
                #expect(divergence == nil)
                #expect(extent.tornBytes > 0 || extent.files == 1 || count == 0)
            }
        }
    }

    @Test func aFlippedBitIsAProblem() throws {
        try Taped.use(components: 1) { taped in
            taped.pass(.minutes(1))
            taped.close()
            let url = URL(fileURLWithPath: taped.directory.path(of: 1))
            let whole = try Data(contentsOf: url)
            var told = 0
            for place in stride(from: 0, to: whole.count, by: 11) {
                var data = whole
                data[place] ^= 0x10
                try data.write(to: url)
                do {
                    // A length that became too long looks like a cut.
                    #expect(try taped.replay().0.tornBytes > 0)
                } catch let problem as RecordingProblem {
                    told += 1
                    #expect(problem.path == url.path && !problem.message.isEmpty)
                }
            }
            #expect(told > whole.count / 11 * 8 / 10)
        }
    }

    @Test(arguments: [
        ("HALEREC\u{3}rest", "format 3"), ("SQLite format 3", "no recording of Hale's"), ("HALEREC\u{2}", nil),
        ("", nil), ("HAL", nil),
    ])
    func whatIsNoneIsToldSo(text: String, message: String?) throws {
        try Taped.use { taped in
            taped.close()
            try taped.change { $0 = Data(text.utf8) }
            guard let message else {
                #expect(try taped.replay().0.files == 0)
                return
            }
            let problem = #expect(throws: RecordingProblem.self) { _ = try taped.replay() }
            #expect(problem?.message.contains(message) == true)
        }
    }

    @Test func withoutARecordingItSaysSo() {
        #expect(throws: RecordingProblem.self) { _ = try RecordingReplay("/tmp/hale-no-such-recording") }
    }

    @Test func aChangedRecordingIsNotReproduced() throws {
        try Taped.use(components: 1) { taped in
            taped.pass(.minutes(5)) { _, number in number > 5 ? .unhealthy : .healthy }
            taped.close()
            // The text of an answer, and the checksum of its frame.
            try taped.change { data in
                guard let range = data.range(of: Data("503 Service".utf8)),
                    let frame = data[..<range.lowerBound].lastFrame
                else { return }
                data.replaceSubrange(range, with: Data("504 Service".utf8))
                let length = data.fixed(at: frame)
                let body = data.subdata(in: (frame + 9)..<(frame + 8 + length))
                var writer = ByteWriter()
                writer.add(fixed: Frame.checksum(data[frame + 8], body))
                data.replaceSubrange((frame + 4)..<(frame + 8), with: writer.bytes)
            }
            let (_, divergence) = try taped.replay()
            let difference = try #require(divergence).difference
            #expect(difference.what == "a result of web-0 http")
            #expect(difference.input > 5)
        }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func bytesAtRandomAreNeverACrash(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<Int(random.next() % 64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var coding = BatchCoding(from: Moment(boot: .zero, wall: .epoch))
        _ = try? coding.read(bytes[...])
    }
}

extension Data {
    /// Where the frame begins that goes up to the end.
    fileprivate var lastFrame: Int? {
        var offset = Frame.magic.count
        while offset + Frame.overhead < count {
            let next = offset + Frame.overhead + fixed(at: offset)
            if next > count { return offset }
            offset = next
        }
        return nil
    }

    fileprivate func fixed(at place: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(self[place + $1]) << (8 * $1) }
    }
}
