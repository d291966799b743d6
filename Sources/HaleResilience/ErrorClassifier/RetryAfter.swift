/// Reads the `Retry-After` header of HTTP (RFC 9110, 10.2.3).
public enum RetryAfter {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The wait asked for: whole seconds, or a date such as `Wed, 21 Oct 2015 07:28:00 GMT` seen from `now`.
    ///
    /// - Parameter now: seconds since 1970; needed for dates only.
    /// - Returns: never negative; `nil` if the header can't be read.
    public static func parse(_ header: String, now: Double? = nil) -> Duration? {
        let words = header.split { $0 == " " || $0 == "\t" }
        if words.count == 1, words[0].utf8.allSatisfy({ (48...57).contains($0) }) {
            guard words[0].utf8.count <= 9, let seconds = Int(words[0]) else { return .longest }
            return .seconds(seconds)
        }
        guard let now, let date = seconds(ofDate: words) else { return nil }
        return max(.seconds(Double(date) - now), .zero)
    }

    private static func seconds(ofDate words: [Substring]) -> Int? {
        guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT", let day = Int(words[1]),
            let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]), (1970...9999).contains(year)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]),
            (1...31).contains(day)
        else { return nil }
        return days(year: year, month: month + 1, day: day) * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
    }

    /// Days from 1970-01-01, in years that begin in March, so that the leap day comes last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let years = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return years * 365 + years / 4 - years / 100 + years / 400 + dayOfYear - 719_468
    }
}
