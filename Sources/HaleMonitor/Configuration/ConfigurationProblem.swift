/// One thing that is wrong with a configuration, at its place.
package struct ConfigurationProblem: Hashable, Sendable {
    /// The file as it was named, or `environment`.
    package var file: String
    /// Counted from 1; 0 where the problem is not inside a file.
    package var line: Int
    package var column: Int
    /// What it is about, such as `components.api.check.interval`; may be empty.
    package var path: String
    package var message: String
    /// What to do about it.
    package var hint: String?

    package init(file: String, line: Int, column: Int, path: String, message: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        self.hint = hint
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    package var description: String {
        let place = line > 0 ? "\(file):\(line):\(column): " : "\(file): "
        return place + (path.isEmpty ? "" : "\(path): ") + message + (hint.map { "; \($0)" } ?? "")
    }
}

/// Everything that is wrong with a configuration, sorted by file and line.
package struct ConfigurationErrors: Error, Hashable, Sendable {
    package var problems: [ConfigurationProblem]

    /// Repeated uses of one faulty anchor are one problem.
    /// - Parameter files: the order of the files; what is in none of them comes first.
    package init(_ problems: [ConfigurationProblem], files: [String] = []) {
        var seen: Set<ConfigurationProblem> = []
        let unique = problems.filter { seen.insert($0).inserted }
        self.problems = unique.enumerated()
            .sorted {
                Self.place($0.element, $0.offset, files) < Self.place($1.element, $1.offset, files)
            }
            .map(\.element)
    }

    private static func place(_ problem: ConfigurationProblem, _ offset: Int, _ files: [String]) -> (
        Int, Int, Int, Int
    ) {
        (files.firstIndex(of: problem.file) ?? -1, problem.line, problem.column, offset)
    }
}

extension ConfigurationErrors: CustomStringConvertible {
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
