import Foundation
import HaleEngine
import HaleModel
import HaleSimulator

/// Batches as bytes. What comes again and again is written once and then told by its number: of a result that is like an
/// earlier one only its moment, its run, its time stamp and its latency are written, some fifteen bytes.
struct BatchCoding {
    private enum Operation: UInt8 {
        case tick = 1
        /// A step as JSON.
        case step = 2
        /// An input of a known shape.
        case known = 3
        /// An input of a new shape, as JSON, which gets the next number.
        case shape = 4
        /// Shapes are numbered anew.
        case forget = 5
    }

    /// What comes often is told by number as long as there are no more kinds of it than this.
    static let maxShapes = 1 << 17

    private var shapes: [Input] = []
    private var numbers: [Input: Int] = [:]
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
        case .checkFinished(let run, let component, let check, var result):
            let (stamp, latency) = (result.timestamp, result.latency)
            (result.timestamp, result.latency) = (.epoch, .zero)
            try write(shape: .checkFinished(run: 0, component: component, check: check, result), to: &writer)
            write(step.moment, to: &writer)
            writer.add(signed: Int64(bitPattern: run &- lastRun))
            lastRun = run
            writer.add(signed: stamp.nanoseconds &- step.moment.wall.nanoseconds)
            writer.add(signed: latency.nanoseconds)
        case .heartbeat, .operations:
            try write(shape: input, to: &writer)
            write(step.moment, to: &writer)
        default: try writeWhole(step, to: &writer)
        }
    }

    private mutating func writeWhole(_ step: RecordedStep, to writer: inout ByteWriter) throws {
        writer.add(Operation.step.rawValue)
        writer.add(block: try encoder.encode(step.step))
        write(step.moment, to: &writer)
    }

    private mutating func write(shape: Input, to writer: inout ByteWriter) throws {
        if let number = numbers[shape] {
            writer.add(Operation.known.rawValue)
            writer.add(number: UInt64(number))
            return
        }
        if shapes.count >= Self.maxShapes {
            writer.add(Operation.forget.rawValue)
            forget()
        }
        writer.add(Operation.shape.rawValue)
        writer.add(block: try encoder.encode(shape))
        numbers[shape] = shapes.count
        shapes.append(shape)
    }

    private mutating func forget() {
        shapes.removeAll()
        numbers.removeAll()
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
        case .forget:
            forget()
            return try readStep(&reader)
        case .shape:
            let shape = try decoder.decode(Input.self, from: Data(try reader.block()))
            guard shapes.count < Self.maxShapes else { throw ByteReader.Damaged() }
            shapes.append(shape)
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
