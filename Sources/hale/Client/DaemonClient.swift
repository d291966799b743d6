import ArgumentParser
import AsyncHTTPClient
import Foundation
import HaleModel
import NIOCore
import NIOHTTP1

/// Talks to a running Hale over its Unix socket.
struct DaemonClient: Sendable {
    let socket: String

    /// Hale said no, in its own words.
    struct Refused: Error, CustomStringConvertible {
        var description: String
        /// With which HTTP status; `nil` where it was not Hale who said so.
        var status: UInt?
    }

    /// There is no Hale to talk to.
    struct Unreachable: Error, CustomStringConvertible {
        let socket: String
        let reason: String
        var description: String { "no Hale answers at \(socket) (\(reason)); `hale run` starts it" }
    }

    private static let maxAnswerBytes = 64 << 20

    func get<Document: Decodable>(_ path: String, as: Document.Type = Document.self) async throws -> Document {
        try decode(try await body(path, .GET, nil))
    }

    func post<Document: Decodable>(
        _ path: String, body: String? = nil, timeout: TimeAmount = .seconds(60), as: Document.Type = Document.self
    ) async throws -> Document {
        try decode(try await self.body(path, .POST, body, timeout))
    }

    private func decode<Document: Decodable>(_ data: Data) throws -> Document {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Document.self, from: data)
    }

    private func request(_ path: String, _ method: HTTPMethod, _ body: String?) throws -> HTTPClientRequest {
        guard socket.utf8.count < 104 else {
            throw Unreachable(
                socket: socket, reason: "the path is too long for a socket address; use a shorter `data:`")
        }
        guard FileManager.default.fileExists(atPath: socket) else {
            throw Unreachable(socket: socket, reason: "no such socket")
        }
        let host = socket.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? socket
        var request = HTTPClientRequest(url: "http+unix://\(host)\(path)")
        request.method = method
        request.headers.add(name: "Host", value: "localhost")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        return request
    }

    private func body(_ path: String, _ method: HTTPMethod, _ body: String?, _ timeout: TimeAmount = .seconds(10))
        async throws -> Data
    {
        let response = try await reach {
            try await HTTPClient.shared.execute(try request(path, method, body), timeout: timeout)
        }
        let data = Data(try await response.body.collect(upTo: Self.maxAnswerBytes).readableBytesView)
        guard (200..<300).contains(Int(response.status.code)) else { throw refusal(data, response.status) }
        return data
    }

    private func refusal(_ data: Data, _ status: HTTPResponseStatus) -> Refused {
        let problem = try? JSONDecoder().decode(ProblemDocument.self, from: data)
        return Refused(
            description: problem?.detail ?? "Hale answered \(status.code) \(status.reasonPhrase)", status: status.code)
    }

    private func reach<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let error as Unreachable {
            throw error
        } catch let error as HTTPClientError {
            throw Unreachable(socket: socket, reason: "\(error)")
        } catch let error as any Error where !(error is CancellationError) {
            throw Unreachable(socket: socket, reason: "\(error)")
        }
    }

    /// Events as they are committed, from after the given one.
    func follow(_ path: String, after id: String, _ each: (EventDocument) throws -> Void) async throws {
        var request = try request(path, .GET, nil)
        request.headers.add(name: "Last-Event-ID", value: id)
        let response = try await reach { try await HTTPClient.shared.execute(request, deadline: .distantFuture) }
        guard response.status == .ok else {
            throw refusal(
                Data(try await response.body.collect(upTo: Self.maxAnswerBytes).readableBytesView), response.status)
        }
        var rest = ByteBuffer()
        for try await var chunk in response.body {
            rest.writeBuffer(&chunk)
            while let end = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest.readString(length: end - rest.readerIndex) ?? ""
                rest.moveReaderIndex(forwardBy: 1)
                guard line.hasPrefix("data: ") else { continue }
                try each(try decode(Data(line.dropFirst(6).utf8)))
            }
            rest.discardReadBytes()
        }
    }
}
