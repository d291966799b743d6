import HaleResilience
import Testing

struct ErrorClassifierTests {
    struct Answer: ErrorTraits {
        var httpStatus: Int?
        var retryAfter: Duration?
    }

    @Test(arguments: [
        (400, ErrorCategory.validation, false, false), (401, .authentication, false, false),
        (404, .validation, false, false), (408, .timeout, true, true), (429, .rateLimit, true, false),
        (500, .api, true, true), (501, .configuration, false, false), (503, .resource, true, true),
        (504, .timeout, true, true),
    ])
    func `an HTTP status says what to do`(status: Int, category: ErrorCategory, retry: Bool, opens: Bool) {
        let advice = ErrorClassifier.standard.advice(for: Answer(httpStatus: status, retryAfter: .seconds(3)))
        #expect(advice.category == category)
        #expect(advice.retry == retry)
        #expect(advice.opensCircuit == opens)
        #expect(advice.delay == .seconds(3))
    }

    @Test func `own errors are known`() {
        let classifier = ErrorClassifier.standard
        #expect(classifier.category(of: TimeoutError(limit: .seconds(1))) == .timeout)
        #expect(!classifier.advice(for: CancellationError()).retry)
        #expect(!classifier.advice(for: CircuitOpenError(breaker: "b", remaining: nil, lastCause: nil)).opensCircuit)
        #expect(classifier.advice(for: RateLimitedError(limiter: "l", retryAfter: .seconds(2))).delay == .seconds(2))
        #expect(classifier.advice(for: Broken()) == ErrorAdvice(.unknown))
    }

    @Test func `an error can say for itself what is to be done about it`() {
        struct Moved: ErrorTraits {
            var category: ErrorCategory? { .api }
            var fallBack: Bool? { false }
            var opensCircuit: Bool? { false }
            var isRetryable: Bool? { false }
        }
        let advice = ErrorClassifier.standard.advice(for: Moved())
        #expect(!advice.fallBack && !advice.opensCircuit && !advice.retry)
        #expect(advice.recommendedDelay == nil)
    }

    @Test(arguments: [
        (ErrorAdvice(.network), Duration.seconds(1)), (ErrorAdvice(.rateLimit), .seconds(60)),
        (ErrorAdvice(.resource), .seconds(5)), (ErrorAdvice(.resource, delay: .seconds(7)), .seconds(7)),
        (ErrorAdvice(.validation), nil),
    ])
    func `a first wait is recommended`(advice: ErrorAdvice, delay: Duration?) {
        #expect(advice.recommendedDelay == delay)
    }

    @Test func `what is not undone is left to people`() async throws {
        let rollback = Rollback("r", save: {}, restore: { throw Broken() }, events: .init())
        let error = try #require(await #expect(throws: RollbackFailed.self) { try await rollback { throw Broken() } })
        let advice = ErrorClassifier.standard.advice(for: error)
        #expect(advice.severity == .critical && !advice.retry && !advice.fallBack)
    }

    @Test func `a classifier decides for retry and breaker`() async {
        let classifier = ErrorClassifier(.init(Broken.self) { _ in ErrorAdvice(.validation, delay: .seconds(3)) })
        #expect(classifier.decision(on: Broken()) == .stop)
        #expect(classifier.verdict(on: Broken()) == .ignored)
        #expect(ErrorClassifier.standard.decision(on: Answer(retryAfter: .seconds(4))) == .retryAfter(.seconds(4)))
        #expect(ErrorClassifier.standard.verdict(on: Broken()) == .failure)
        let breaker = CircuitBreaker("b", .init(trip: .failures(1)), judging: classifier.verdict, events: .init())
        _ = await breaker.result { throw Broken() }
        #expect(breaker.state == .closed)
    }

    @Test func `errors with a status of their own are recognised by it`() {
        struct Failed: Error { let statusCode = 429 }
        struct Status { let code = 503 }
        struct Nested: Error { let status = Status() }
        #expect(ErrorClassifier.standard.category(of: Failed()) == .rateLimit)
        #expect(ErrorClassifier.standard.category(of: Nested()) == .resource)
    }

    @Test func `a status that only its description numbers is recognised, as NIO's`() {
        enum HTTPResponseStatus: CustomStringConvertible {
            case notFound, serviceUnavailable
            var description: String { self == .notFound ? "404 Not Found" : "503 Service Unavailable" }
        }
        struct Failed: Error { let status: HTTPResponseStatus }
        struct Told: Error { let status = "503 times it failed" }
        #expect(ErrorClassifier.standard.category(of: Failed(status: .notFound)) == .validation)
        #expect(ErrorClassifier.standard.category(of: Failed(status: .serviceUnavailable)) == .resource)
        #expect(ErrorClassifier.standard.category(of: Told()) == .unknown)
    }

    @Test(arguments: [(111, ErrorCategory.network), (110, .timeout), (28, .resource), (13, .authentication)])
    func `numbers of the system are known`(errno: Int, category: ErrorCategory) {
        #expect(WellKnownErrors.advice(errno: errno)?.category == category)
    }

    @Test func `rules come first, the last added before the others`() {
        let classifier = ErrorClassifier(.init(Broken.self) { _ in ErrorAdvice(.database) })
            .adding(.init(Broken.self) { $0.number == 7 ? ErrorAdvice(.configuration, retry: true) : nil })
        #expect(classifier.category(of: Broken()) == .database)
        #expect(classifier.advice(for: Broken(number: 7)).retry)
    }

    @Test(arguments: [
        ("120", nil as Double?, Duration.seconds(120)), ("0", nil, .zero), (" 7 ", nil, .seconds(7)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_470, .seconds(10)),
        ("Thu, 29 Feb 2024 00:00:00 GMT", 1_709_164_799, .seconds(1)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 2_000_000_000, .zero),
        // The three forms of RFC 9110, 5.6.7: the last two are obsolete and must be read all the same.
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_770, .seconds(7)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_770, .seconds(7)),
        ("Sun Nov  6 08:49:37 1994", 784_111_770, .seconds(7)),
        // Two digits of a year: more than 50 years ahead is the century before.
        ("Sunday, 06-Nov-94 08:49:37 GMT", 1_700_000_000, .zero),
        ("Wednesday, 01-Jan-25 00:00:00 GMT", 1_735_689_590, .seconds(10)),
        ("Wed, 31 Dec 9999 00:00:00 GMT", -1e300, .seconds(36_525 * 86_400)),
        ("99999999999999999999", nil, .seconds(36_525 * 86_400)),
    ])
    func `reads Retry-After`(header: String, now: Double?, expected: Duration) {
        #expect(RetryAfter.parse(header, now: now) == expected)
    }

    @Test(arguments: [
        "", "-1", "1.5", "soon", "Wed, 21 Oct 2015 07:28:00 CET", "Wed, 32 Oct 2015 07:28:00 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 CET", "Sun Nov 6 08:49 1994",
        "Sunday, -- 1 GMT",
    ])
    func `refuses what is no Retry-After`(header: String) {
        #expect(RetryAfter.parse(header, now: 0) == nil)
        #expect(RetryAfter.parse("Sun Nov  6 08:49:37 1994", now: .nan) == nil)
    }

    @Test func `a context tells all there is`() {
        let context = ErrorContext(
            Answer(httpStatus: 503), component: "bank", operation: "charge", requestID: "r1", userID: "u1",
            metadata: ["k": "v"], id: "42")
        #expect(context.category == .resource && context.severity == .high)
        #expect(context.description.hasPrefix("bank.charge: Answer("))
        #expect(context.description.hasSuffix("[resource, high, 42]"))
        #expect(ErrorContext.randomID().count == 32)
    }
}
