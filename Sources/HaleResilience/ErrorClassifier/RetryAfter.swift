import HaleModel

/// Reads the `Retry-After` header of HTTP (RFC 9110, 10.2.3).
public enum RetryAfter {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The wait asked for: whole seconds, or a date seen from `now`, in any of the three forms that RFC 9110 (5.6.7) names:
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
    ///
    /// - Parameter now: seconds since 1970; needed for dates only.
    /// - Returns: never negative, at most 100 years; `nil` if the header can't be read.
    public static func parse(_ header: String, now: Double? = nil) -> Duration? {
        let words = header.split { $0 == " " || $0 == "\t" }
        if words.count == 1, words[0].utf8.allSatisfy({ (48...57).contains($0) }) {
            guard words[0].utf8.count <= 9, let seconds = Int(words[0]) else { return .longest }
            return .seconds(seconds)
        }
        guard let now, now.isFinite, let date = seconds(ofDate: words, now: now) else { return nil }
        return .seconds((Double(date) - now).clamped(to: 0...TimeSpan.longest.seconds))
    }

    private static func seconds(ofDate words: [Substring], now: Double) -> Int? {
        switch words.count {
        case 6 where words[0].hasSuffix(",") && words[5] == "GMT":
            return seconds(day: words[1], month: words[2], year: Int(words[3]), time: words[4])
        case 5:
            return seconds(day: words[2], month: words[1], year: Int(words[4]), time: words[3])
        case 4 where words[0].hasSuffix(",") && words[3] == "GMT":
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard date.count == 3, date[2].utf8.count == 2, let year = Int(date[2]) else { return nil }
            // Two digits that would lie more than 50 years ahead are of the century before.
            let thisYear = 1970 + Int(now.clamped(to: 0...250_000_000_000) / 31_556_952)
            let guess = thisYear - thisYear % 100 + year
            return seconds(
                day: date[0], month: date[1], year: guess > thisYear + 50 ? guess - 100 : guess, time: words[2])
        default: return nil
        }
    }

    private static func seconds(day: Substring, month: Substring, year: Int?, time: Substring) -> Int? {
        let time = time.split(separator: ":").compactMap { Int($0) }
        guard let day = Int(day), (1...31).contains(day), let month = months.firstIndex(of: String(month)), let year,
            (1970...9999).contains(year), time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]),
            (0...60).contains(time[2])
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
