internal import HaleModel

/// Reads what belongs to a `tcp:` check alone.
struct TCPCheckReader {
    static let keys = ["send", "expect"]

    let map: MappingReader

    func read() -> TCPCheckPlan? {
        let endpoint = map.optional("tcp", .endpoint())
        let send = map.optional("send", .text(maxLength: 64 << 10))
        let expect = map.optional("expect", .match)
        return endpoint.map { TCPCheckPlan(endpoint: $0, send: send, expect: expect) }
    }
}
