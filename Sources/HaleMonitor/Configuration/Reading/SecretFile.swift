internal import Foundation

/// `{file: PATH}` in place of a text: what the file holds, without the line break at its end. It is never shown.
struct SecretFile {
    private static let maxBytes = 64 << 10

    private let path: Field
    private let context: ReadingContext

    /// `nil` where the field is something else.
    init?(_ field: Field, _ context: ReadingContext) {
        guard case .mapping(let pairs) = field.node.content, pairs.count == 1, pairs[0].key == "file" else {
            return nil
        }
        path = field.child("file", pairs[0].value)
        self.context = context
    }

    func read<Value: Sendable>(_ kind: ScalarKind<Value>) -> Setting<Value>? {
        guard let path = context.scalar(path, .path(from: context.directory))?.value, let text = contents(path) else {
            return nil
        }
        do {
            return Setting(try kind.parse(text), context.origin(of: self.path), isSecret: true)
        } catch {
            // The message of the mismatch would quote the secret.
            context.report("what \(path) holds is not \(kind.expected)", at: self.path)
            return nil
        }
    }

    private func contents(_ path: String) -> String? {
        let url = URL(fileURLWithPath: path)
        let type = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)[.type]
        guard let type = type as? FileAttributeType, type == .typeRegular else {
            context.report(type == nil ? "no such file: \(path)" : "is not a regular file: \(path)", at: self.path)
            return nil
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            context.report("cannot be opened: \(path)", hint: "check its permissions", at: self.path)
            return nil
        }
        defer { try? handle.close() }
        let data = (try? handle.read(upToCount: Self.maxBytes + 1)) ?? Data()
        guard data.count <= Self.maxBytes, let text = String(validating: data, as: UTF8.self) else {
            context.report("\(path) is larger than 64 KiB or not UTF-8 text", at: self.path)
            return nil
        }
        // CR LF is one character.
        return text.last?.isNewline == true ? String(text.dropLast()) : text
    }
}
