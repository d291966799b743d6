import Foundation

/// An answer, with its body taken out of whatever transfer coding it came in.
struct HTTPAnswer: Sendable {
    var status: Int
    var headers: [String: String]
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    func decode<Document: Decodable>(_: Document.Type = Document.self) throws -> Document {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Document.self, from: body)
    }

    struct Unreadable: Error { let bytes: String }

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { throw Unreadable(bytes: text) }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1, let status = Int(words[1]) else { throw Unreadable(bytes: text) }
        self.status = status
        headers = lines.dropFirst().reduce(into: [:]) { headers, line in
            guard let colon = line.firstIndex(of: ":") else { return }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        let raw = String(text[end.upperBound...])
        body = Data((headers["transfer-encoding"] == "chunked" ? Self.unchunk(raw) : raw).utf8)
    }

    private static func unchunk(_ text: String) -> String {
        var rest = Array(text.utf8)[...]
        var result: [UInt8] = []
        while let line = rest.firstIndex(of: UInt8(ascii: "\r")),
            let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16), size > 0,
            rest.count >= line - rest.startIndex + 2 + size
        {
            let start = line + 2
            result += rest[start..<start + size]
            rest = rest[(start + size)...].dropFirst(2)
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// Where a Hale answers.
enum HTTPPeer: Sendable {
    case port(UInt16)
    case socket(String)

    func request(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String = ""
    ) async throws -> HTTPAnswer {
        let request = text(method, path, headers.merging(["Connection": "close"]) { $1 }, body)
        return try await offload {
            let connection = try connect()
            try connection.write(request)
            var bytes: [UInt8] = []
            while let more = try connection.read() { bytes += more }
            return try HTTPAnswer(bytes)
        }
    }

    /// The data of server-sent events, until `count` of them have come.
    func events(_ path: String, after id: String?, count: Int) async throws -> [String] {
        let request = text("GET", path, id.map { ["Last-Event-ID": $0] } ?? [:], "")
        return try await offload {
            let connection = try connect()
            try connection.write(request)
            var bytes: [UInt8] = []
            while let more = try connection.read() {
                bytes += more
                let complete = (try? HTTPAnswer(bytes))?.text.components(separatedBy: "\n\n").dropLast() ?? []
                let data = complete.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("data: ") }
                if data.count >= count { return data.prefix(count).map { String($0.dropFirst(6)) } }
            }
            throw SocketError.ended
        }
    }

    private func connect() throws -> Connection {
        switch self {
        case .port(let port): try Connection(port: port)
        case .socket(let path): try Connection(socketPath: path)
        }
    }

    private func text(_ method: String, _ path: String, _ headers: [String: String], _ body: String) -> String {
        var all = headers
        all["Host"] = headers["Host"] ?? "localhost"
        if !body.isEmpty, headers["Content-Type"] == nil { all["Content-Type"] = "application/json" }
        if !body.isEmpty || method == "POST" { all["Content-Length"] = String(body.utf8.count) }
        let lines = all.map { "\($0.key): \($0.value)\r\n" }.sorted().joined()
        return "\(method) \(path) HTTP/1.1\r\n\(lines)\r\n\(body)"
    }
}
