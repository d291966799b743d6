/// Why Hale can't run.
package struct MonitorError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
