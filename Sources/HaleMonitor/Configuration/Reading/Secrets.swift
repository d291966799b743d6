/// Values that `hale config` does not show.
enum Secrets {
    static let shown = "(hidden)"
    private static let words = [
        "auth", "cookie", "token", "secret", "pass", "pwd", "key", "credential", "private", "session", "dsn",
    ]
    /// Too short to be looked for within other words.
    private static let wholeWords: Set<Substring> = ["pat", "pin", "jwt", "sas"]

    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return words.contains { name.contains($0) }
            || name.split { !$0.isLetter && !$0.isNumber }.contains { wholeWords.contains($0) }
    }

    /// Whether `${}` within the text names a secret.
    static func expands(_ text: String) -> Bool {
        text.contains("${")
            && text.split(separator: "${", omittingEmptySubsequences: false).dropFirst().contains {
                isSecret(String($0.prefix { $0 != "}" }))
            }
    }
}
