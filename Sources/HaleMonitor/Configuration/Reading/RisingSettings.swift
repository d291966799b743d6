internal import HaleModel

/// Reads values of which none may lie below the one before it, such as late, missing and dead. Written below it is a
/// mistake; inherited below it is raised.
struct RisingSettings<Value: Comparable & Sendable> {
    private let map: MappingReader
    private let kind: ScalarKind<Value>
    private var last: (name: String, setting: Setting<Value>)?

    init(_ map: MappingReader, _ kind: ScalarKind<Value>) {
        self.map = map
        self.kind = kind
    }

    /// - Parameter environment: the value of the variable that stands over the file, with the variable's name.
    mutating func next(
        _ key: String, environment: Setting<Value>? = nil, else inherited: Setting<Value>
    ) -> Setting<Value> {
        let inFile = map[key].flatMap { map.context.scalar($0, kind) }
        let written = environment ?? inFile
        var setting = written ?? inherited
        if let last, setting.value < last.setting.value {
            if let written { report(written, key, last) } else { setting = last.setting }
        }
        last = (key, setting)
        map.context.record("\(map.path).\(key)", setting, kind)
        return setting
    }

    private func report(_ setting: Setting<Value>, _ key: String, _ last: (name: String, setting: Setting<Value>)) {
        let message =
            "\(text(setting.value)) is less than '\(last.name)' (\(text(last.setting.value)), \(last.setting.origin))"
        if case .environment(let name) = setting.origin {
            map.context.report(.init(file: "environment", line: 0, column: 0, path: name, message: message))
        } else if let field = map[key] {
            map.context.report(message, at: field)
        }
    }

    private func text(_ value: Value) -> String { ConfigurationDescription.text(kind.show(value)) }
}
