internal import HaleModel

/// Settings by environment variable. Times are plain seconds; an empty variable counts as not set.
struct EnvironmentReader {
    let context: ReadingContext

    init(_ context: ReadingContext) { self.context = context }

    func scalar<Value: Sendable>(_ name: String, _ kind: ScalarKind<Value>) -> Setting<Value>? {
        guard let text = context.environment[name], !text.isEmpty else { return nil }
        do {
            return Setting(try kind.parse(text), .environment(name))
        } catch {
            context.report(
                .init(file: "environment", line: 0, column: 0, path: name, message: error.message, hint: error.hint))
            return nil
        }
    }

    func seconds(_ name: String, _ range: ClosedRange<TimeSpan>) -> Setting<TimeSpan>? {
        let bounds = range.lowerBound.seconds...range.upperBound.seconds
        let kind = ScalarKind<TimeSpan>("plain seconds", show: { .string($0.description) }) { text throws(Mismatch) in
            do throws(Mismatch) {
                return TimeSpan(seconds: try ScalarKind<Double>.number(bounds).parse(text))
            } catch {
                throw Mismatch(error.message, hint: "write plain seconds, such as 10 or 0.5")
            }
        }
        return scalar(name, kind)
    }
}
