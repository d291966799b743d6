/// The cookie by which a browser shows its session.
enum SessionCookie {
    /// Cookies do not tell ports apart, so that two Hales on one machine need different names.
    static func name(port: Int) -> String { "hale-session-\(port)" }

    /// - Parameter fields: the values of all `Cookie` fields of a request.
    static func secret(in fields: [String], port: Int) -> String? {
        let name = name(port: port)
        for field in fields {
            for pair in field.split(separator: ";") {
                let words = pair.split(separator: "=", maxSplits: 1)
                if words.count == 2, words[0].filter({ $0 != " " }) == name { return String(words[1]) }
            }
        }
        return nil
    }
}
