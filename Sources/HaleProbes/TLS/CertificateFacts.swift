import HaleModel

/// What a certificate says of itself, read from its DER form (RFC 5280).
///
/// Read here because a peer may send anything, and NIOSSL stops the program on dates that are none.
struct CertificateFacts: Hashable, Sendable {
    /// Seconds since 1970.
    var notBefore: Int64
    var notAfter: Int64
    var isSelfIssued: Bool

    /// `nil` when the bytes are no certificate.
    init?(der: [UInt8]) {
        var outer = DERReader(der[...])
        guard var certificate = outer.read(0x30).map(DERReader.init),
            var content = certificate.read(0x30).map(DERReader.init)
        else { return nil }
        _ = content.read(0xA0)  // the version, which is optional
        guard content.read(0x02) != nil, content.read(0x30) != nil,  // serial number, signature algorithm
            let issuer = content.read(0x30),
            var validity = content.read(0x30).map(DERReader.init),
            let subject = content.read(0x30),
            let notBefore = validity.readTime(), let notAfter = validity.readTime()
        else { return nil }
        self.notBefore = notBefore
        self.notAfter = notAfter
        isSelfIssued = issuer.elementsEqual(subject)
    }

    /// The end of its validity as RFC 3339; `nil` beyond the year 2262.
    var expiry: String? {
        let (nanoseconds, overflow) = notAfter.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : WallTime(nanoseconds: nanoseconds).description
    }
}

/// Walks over DER elements, one level deep.
private struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The content of the next element if it has this tag; otherwise nothing moves.
    mutating func read(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard rest.first == tag, let (header, length) = measure(), length <= rest.count - header else { return nil }
        let start = rest.startIndex + header
        defer { rest = rest[(start + length)...] }
        return rest[start..<(start + length)]
    }

    private func measure() -> (header: Int, length: Int)? {
        guard rest.count >= 2 else { return nil }
        let first = Int(rest[rest.startIndex + 1])
        guard first >= 0x80 else { return (2, first) }
        let count = first - 0x80
        guard (1...4).contains(count), rest.count >= 2 + count else { return nil }
        let length = rest[(rest.startIndex + 2)..<(rest.startIndex + 2 + count)].reduce(0) { $0 << 8 | Int($1) }
        return (2 + count, length)
    }

    /// UTCTime `YYMMDDhhmmssZ` or GeneralizedTime `YYYYMMDDhhmmssZ`.
    mutating func readTime() -> Int64? {
        if let digits = read(0x17) {
            guard digits.count == 13, let year = number(digits.prefix(2)) else { return nil }
            return time(year: year < 50 ? 2_000 + year : 1_900 + year, digits.dropFirst(2))
        }
        guard let digits = read(0x18), digits.count == 15, let year = number(digits.prefix(4)) else { return nil }
        return time(year: year, digits.dropFirst(4))
    }

    private func time(year: Int64, _ digits: ArraySlice<UInt8>) -> Int64? {
        guard digits.last == UInt8(ascii: "Z") else { return nil }
        let at = digits.startIndex
        let parts = stride(from: at, to: at + 10, by: 2).compactMap { number(digits[$0..<($0 + 2)]) }
        guard parts.count == 5, (1...12).contains(parts[0]), (1...31).contains(parts[1]), parts[2] < 24, parts[3] < 60,
            parts[4] <= 60
        else { return nil }
        // Days since the epoch, with years that begin in March (Hinnant, "days_from_civil").
        let marchYear = parts[0] > 2 ? year : year - 1
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * ((parts[0] + 9) % 12) + 2) / 5 + parts[1] - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return days * 86_400 + parts[2] * 3_600 + parts[3] * 60 + parts[4]
    }

    private func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        digits.reduce(Int64?.some(0)) { sum, digit in
            guard let sum, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            return sum * 10 + Int64(digit - UInt8(ascii: "0"))
        }
    }
}
