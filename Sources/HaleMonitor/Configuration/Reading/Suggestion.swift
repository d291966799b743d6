/// "Did you mean": the nearest of some words.
enum Suggestion {
    /// The nearest word, where it is near enough to be a slip of the finger.
    static func nearest(to word: String, among words: some Sequence<String>) -> String? {
        guard word.count <= 64 else { return nil }
        let slips = max(1, word.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in words where candidate.count <= 64 {
            let distance = distance(word.lowercased(), candidate.lowercased())
            if distance <= slips, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    static func hint(for word: String, among words: [String], limit: Int = 24) -> String? {
        if let near = nearest(to: word, among: words) { return "did you mean '\(near)'?" }
        guard !words.isEmpty, words.count <= limit else { return nil }
        return "expected " + oneOf(words)
    }

    static func oneOf(_ words: [String]) -> String {
        words.count == 1 ? "'\(words[0])'" : "one of " + words.joined(separator: ", ")
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a)
        let b = Array(b)
        var older = [Int](repeating: 0, count: b.count + 1)
        var former = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(row[j] + 1, former[j + 1] + 1, former[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
                row.append(cost)
            }
            older = former
            former = row
        }
        return former[b.count]
    }
}
