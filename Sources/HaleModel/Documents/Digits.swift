extension String {
    /// The digits of a number that is not negative, with zeros before them up to a width: `007`.
    package init(_ number: some BinaryInteger, radix: Int = 10, uppercase: Bool = false, width: Int) {
        let digits = String(number, radix: radix, uppercase: uppercase)
        self = String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
