internal import HaleModel

/// What the numbers of healing may be.
enum HealBounds {
    static let retries = 1...1_000
    static let backoffBase: ClosedRange<TimeSpan> = .milliseconds(1) ... .days(1)
    static let backoffMax: ClosedRange<TimeSpan> = .milliseconds(1) ... .days(7)
    static let backoffFactor = 1.0...100.0
    static let wait: ClosedRange<TimeSpan> = .zero ... .hours(1)
    static let guardSpan: ClosedRange<TimeSpan> = .zero ... .days(30)
    static let retryFailed: ClosedRange<TimeSpan> = .seconds(1) ... .days(30)
    static let commandTimeout: ClosedRange<TimeSpan> = .milliseconds(100) ... .days(1)
}
