/// Reads `/proc/PID/stat` of Linux (proc(5)).
struct ProcessStat: Hashable {
    var pid: Int32
    var name: String
    /// `Z` and `X` are dead.
    var state: UInt8
    var cpuTicks: UInt64
    var start: UInt64
    var residentPages: Int

    var isAlive: Bool { ![UInt8(ascii: "Z"), UInt8(ascii: "X"), UInt8(ascii: "x")].contains(state) }

    /// `nil` when the text is none.
    init?(_ text: some Collection<UInt8>) {
        let bytes = Array(text)
        // The name in parentheses may hold blanks and parentheses; what follows the last one is regular.
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")), let close = bytes.lastIndex(of: UInt8(ascii: ")")),
            open < close, let pid = Int32(String(decoding: bytes[..<open], as: UTF8.self).filter { $0 != " " })
        else { return nil }
        let fields = bytes[(close + 1)...].split { $0 == 0x20 || $0 == 0x0A }
        // Field 3 of the manual is the first here.
        func number<T: FixedWidthInteger>(_ field: Int) -> T? {
            fields.indices.contains(field - 3) ? T(String(decoding: fields[field - 3], as: UTF8.self)) : nil
        }
        guard let state = fields.first?.first, let user: UInt64 = number(14), let system: UInt64 = number(15),
            let start: UInt64 = number(22), let resident: Int = number(24)
        else { return nil }
        self.pid = pid
        name = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
        self.state = state
        cpuTicks = user &+ system
        self.start = start
        residentPages = max(0, resident)
    }
}
