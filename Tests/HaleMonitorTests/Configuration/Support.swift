import HaleModel
import HaleMonitor
import Testing

/// A document and all that is said of it; each line begins with line and column.
struct ErrorExample: CustomTestStringConvertible, Sendable {
    var yaml: String
    var problems: [String]

    init(_ yaml: String, _ problems: String...) {
        self.yaml = yaml
        self.problems = problems.map { "hale.yaml:\($0)" }
    }

    var testDescription: String { String(yaml.prefix(80)) }
}

let exampleEnvironment = ["HOST": "example.org", "EMPTY": ""]

func load(_ yaml: String, environment: [String: String] = exampleEnvironment) throws(ConfigurationErrors)
    -> HaleConfiguration
{
    try ConfigurationLoader.load(text: yaml, file: "/srv/hale/hale.yaml", named: "hale.yaml", environment: environment)
}

/// What is wrong with a document; nothing where it is accepted.
func outcome(of yaml: String, environment: [String: String] = exampleEnvironment) -> [String] {
    do {
        _ = try load(yaml, environment: environment)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

/// The plan of the first check, where that is one by HTTP.
func httpPlan(of loaded: HaleConfiguration) -> HTTPCheckPlan? {
    if case .http(let plan)? = loaded.checks.first?.probe { plan } else { nil }
}
