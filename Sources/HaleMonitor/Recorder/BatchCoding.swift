import Foundation
import HaleEngine
import HaleModel
import HaleSimulator

/// Batches as bytes. What comes again and again is written once and then told by its source's number: of a result that is
/// like the last of its check only its moment, its run, its time stamp and its latency are written, some fifteen bytes.
struct BatchCoding {
    private enum Operation: UInt8 {
        case tick = 1
        /// A step as JSON.
        case step = 2
        /// An input like the last of its source.
        case known = 3
        /// An input of a source as JSON; a source that is new has the next number.
        case shape = 4
    }

    /// What tells the same again and again.
    private enum Source: Hashable {
        case check(ComponentID, String)
        case heartbeat(ComponentID)
        case operations(ComponentID)
    }

    private var numbers: [Source: Int] = [:]
    /// The last of each source, without what differs from one to the next.
    private var shapes: [Input] = []
    private var last: Moment
    private var lastRun: UInt64 = 0
    private let encoder = JSONEncoder.recording
    private let decoder = JSONDecoder.recording

    init(from start: Moment) { last = start }

    // MARK: Writing

    mutating func write(_ batch: RecordedBatch, to writer: inout ByteWriter) throws {
        writer.add(number: UInt64(batch.steps.count))
        for step in batch.steps { try write(step, to: &writer) }
        write(batch.collected, to: &writer)
        writer.add(fixed: batch.digest)
    }

    private mutating func write(_ step: RecordedStep, to writer: inout ByteWriter) throws {
        guard case .input(let input) = step.step else { return try writeWhole(step, to: &writer) }
        switch input {
        case .tick:
            writer.add(Operation.tick.rawValue)
            write(step.moment, to: &writer)
        case .checkFinished(let run, let component, let check, let result):
            try write(input, of: .check(component, check), to: &writer)
            write(step.moment, to: &writer)
            writer.add(signed: Int64(bitPattern: run &- lastRun))
            lastRun = run
            writer.add(signed: result.timestamp.nanoseconds &- step.moment.wall.nanoseconds)
            writer.add(signed: result.latency.nanoseconds)
        case .heartbeat(let beat):
            try write(input, of: .heartbeat(beat.component), to: &writer)
            write(step.moment, to: &writer)
        case .operations(let counts):
            try write(input, of: .operations(counts.component), to: &writer)
            write(step.moment, to: &writer)
        default: try writeWhole(step, to: &writer)
        }
    }

    private mutating func writeWhole(_ step: RecordedStep, to writer: inout ByteWriter) throws {
        writer.add(Operation.step.rawValue)
        writer.add(block: try encoder.encode(step.step))
        write(step.moment, to: &writer)
    }

    private mutating func write(_ input: Input, of source: Source, to writer: inout ByteWriter) throws {
        let number = numbers[source]
        if let number, input.isLike(shapes[number]) {
            writer.add(Operation.known.rawValue)
            writer.add(number: UInt64(number))
            return
        }
        writer.add(Operation.shape.rawValue)
        writer.add(number: UInt64(number ?? shapes.count))
        writer.add(block: try encoder.encode(input))
        if let number {
            shapes[number] = input
        } else {
            numbers[source] = shapes.count
            shapes.append(input)
        }
    }

    /// Both clocks mostly go on by the same: the wall clock is told by how much it did not.
    private mutating func write(_ moment: Moment, to writer: inout ByteWriter) {
        let boot = moment.boot.nanoseconds &- last.boot.nanoseconds
        writer.add(signed: boot)
        writer.add(signed: (moment.wall.nanoseconds &- last.wall.nanoseconds) &- boot)
        last = moment
    }

    // MARK: Reading

    mutating func read(_ bytes: ArraySlice<UInt8>) throws -> RecordedBatch {
        var reader = ByteReader(bytes)
        let count = try reader.number()
        guard count <= UInt64(bytes.count) else { throw ByteReader.Damaged() }
        var steps: [RecordedStep] = []
        steps.reserveCapacity(Int(count))
        for _ in 0..<count { steps.append(try readStep(&reader)) }
        let collected = try readMoment(&reader)
        let batch = RecordedBatch(steps, collected: collected, digest: try reader.fixed())
        guard reader.isAtEnd else { throw ByteReader.Damaged() }
        return batch
    }

    private mutating func readStep(_ reader: inout ByteReader) throws -> RecordedStep {
        switch Operation(rawValue: try reader.byte()) {
        case nil: throw ByteReader.Damaged()
        case .tick: return RecordedStep(.input(.tick), at: try readMoment(&reader))
        case .step:
            let step = try decoder.decode(EngineStep.self, from: Data(try reader.block()))
            return RecordedStep(step, at: try readMoment(&reader))
        case .shape:
            let number = try reader.number()
            guard number <= UInt64(shapes.count) else { throw ByteReader.Damaged() }
            let shape = try decoder.decode(Input.self, from: Data(try reader.block()))
            if number == UInt64(shapes.count) { shapes.append(shape) } else { shapes[Int(number)] = shape }
            return try readInput(like: shape, &reader)
        case .known:
            let number = try reader.number()
            guard number < UInt64(shapes.count) else { throw ByteReader.Damaged() }
            return try readInput(like: shapes[Int(number)], &reader)
        }
    }

    private mutating func readInput(like shape: Input, _ reader: inout ByteReader) throws -> RecordedStep {
        let moment = try readMoment(&reader)
        guard case .checkFinished(_, let component, let check, var result) = shape else {
            return RecordedStep(.input(shape), at: moment)
        }
        lastRun = lastRun &+ UInt64(bitPattern: try reader.signed())
        result.timestamp = WallTime(nanoseconds: moment.wall.nanoseconds &+ (try reader.signed()))
        result.latency = TimeSpan(nanoseconds: try reader.signed())
        return RecordedStep(
            .input(.checkFinished(run: lastRun, component: component, check: check, result)), at: moment)
    }

    private mutating func readMoment(_ reader: inout ByteReader) throws -> Moment {
        let boot = try reader.signed()
        let wall = boot &+ (try reader.signed())
        last = Moment(
            boot: Instant(nanoseconds: last.boot.nanoseconds &+ boot),
            wall: WallTime(nanoseconds: last.wall.nanoseconds &+ wall))
        return last
    }
}

extension Input {
    /// Whether it tells the same as another of its source, but for the run, the time stamp and the latency.
    fileprivate func isLike(_ other: Input) -> Bool {
        guard case .checkFinished(_, _, _, let result) = self, case .checkFinished(_, _, _, let last) = other else {
            return self == other
        }
        return result.status == last.status && result.message == last.message && result.details == last.details
            && result.metrics == last.metrics
    }
}

extension JSONEncoder {
    static var recording: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "#inf", negativeInfinity: "#-inf", nan: "#nan")
        return encoder
    }
}

extension JSONDecoder {
    static var recording: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "#inf", negativeInfinity: "#-inf", nan: "#nan")
        return decoder
    }
}
