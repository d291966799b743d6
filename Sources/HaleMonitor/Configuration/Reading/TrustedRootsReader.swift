internal import Foundation
internal import HaleModel

/// Reads `ca:`, a PEM file of trusted roots.
struct TrustedRootsReader {
    let map: MappingReader
    private var context: ReadingContext { map.context }

    init(map: MappingReader) { self.map = map }

    func read() -> String? {
        guard let field = map["ca"], let path = map.optional("ca", .path(from: context.directory)) else { return nil }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            context.report("no such file: \(path)", hint: "expected a PEM file of trusted roots", at: field)
            return nil
        }
        guard !isDirectory.boolValue else {
            context.report("is a directory: \(path)", hint: "expected a PEM file of trusted roots", at: field)
            return nil
        }
        return path
    }
}
