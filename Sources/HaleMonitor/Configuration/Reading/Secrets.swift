/// Values that `hale config` does not show.
enum Secrets {
    static let shown = "(hidden)"
    private static let words = [
        "authorization", "cookie", "token", "secret", "password", "passwd", "key", "credential",
    ]

    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return words.contains { name.contains($0) }
    }

    /// Whether `${}` within the text names a secret.
    static func expands(_ text: String) -> Bool {
        text.contains("${")
            && text.split(separator: "${", omittingEmptySubsequences: false).dropFirst().contains {
                isSecret(String($0.prefix { $0 != "}" }))
            }
    }
}
