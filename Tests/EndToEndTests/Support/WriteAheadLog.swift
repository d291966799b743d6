import Foundation

/// As much of SQLite's log format as is needed to have a database in one file.
enum WriteAheadLog {
    /// The database with the frames of its log copied in, in order.
    static func applied(_ log: Data, to database: Data) -> Data {
        let log = [UInt8](log)
        func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(log[at + $1]) } }
        guard log.count > 32 else { return database }
        let size = number(8)
        let salt = Array(log[16..<24])
        var result = [UInt8](database)
        for frame in stride(from: 32, through: log.count - size - 24, by: size + 24)
        where Array(log[frame + 8..<frame + 16]) == salt {
            let end = number(frame) * size
            if result.count < end { result += [UInt8](repeating: 0, count: end - result.count) }
            result.replaceSubrange(end - size..<end, with: log[frame + 24..<frame + 24 + size])
        }
        return Data(result)
    }
}
