internal import HaleModel

/// Reads a mapping of environment variables.
struct VariablesReader {
    let context: ReadingContext

    func read(_ field: Field) -> [String: String] {
        guard let map = MappingReader(field, keys: nil, expected: "a mapping of environment variables", context) else {
            return [:]
        }
        var environment: [String: String] = [:]
        for name in map.keys {
            guard VariableExpansion.isName(name) else {
                map.report(
                    "'\(name.escaped)' is not the name of an environment variable",
                    hint: "use letters, digits and '_', not beginning with a digit", at: name)
                continue
            }
            environment[name] = map.optional(name, .variable(isSecret: Secrets.isSecret(name)))
        }
        return environment
    }
}
