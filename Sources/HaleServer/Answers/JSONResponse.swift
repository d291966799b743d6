import Foundation
import Hummingbird

/// How documents are written: keys in snake case and in order, so that the same content reads the same.
enum JSONResponse {
    static func encode(
        _ document: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .convertToSnakeCase
    ) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = keys
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ByteBuffer(bytes: try encoder.encode(document))
    }

    static func make(
        _ document: some Encodable, status: HTTPResponse.Status = .ok, type: String = "application/json",
        keys: JSONEncoder.KeyEncodingStrategy = .convertToSnakeCase
    ) throws -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: try encode(document, keys: keys)))
    }
}
