import Foundation

/// A regular expression (ICU's), whose search can be broken off: there are patterns for which it takes longer than the
/// world exists.
package struct Pattern: Sendable {
    private let expression: NSRegularExpression

    /// - Throws: what is wrong with it.
    package init(_ text: String) throws {
        expression = try NSRegularExpression(pattern: text)
    }

    /// Whether it is found, as far as it was looked for.
    ///
    /// - Parameter goesOn: asked now and then; `false` ends the search.
    func isFound(in text: String, while goesOn: @escaping @Sendable () -> Bool) -> Bool {
        var isFound = false
        let range = NSRange(location: 0, length: text.utf16.count)
        expression.enumerateMatches(in: text, options: .reportProgress, range: range) { match, _, stop in
            if match != nil { isFound = true }
            if isFound || !goesOn() { stop.pointee = true }
        }
        return isFound
    }
}
