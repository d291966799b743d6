/// Units of performance data and what they are in their base unit.
enum PerformanceUnit {
    private static let table: [String: (base: String, factor: Double)] = {
        var table: [String: (base: String, factor: Double)] = [
            "ns": ("s", 1e-9), "us": ("s", 1e-6), "µs": ("s", 1e-6), "ms": ("s", 1e-3), "s": ("s", 1),
            "m": ("s", 60), "h": ("s", 3_600), "d": ("s", 86_400),
            "%": ("%", 1), "c": ("c", 1), "B": ("B", 1), "kB": ("B", 1e3),
        ]
        for (power, letter) in "KMGTPEZY".enumerated() {
            let decimal = (0...power).reduce(1.0) { product, _ in product * 1_000 }
            let binary = (0...power).reduce(1.0) { product, _ in product * 1_024 }
            table["\(letter)B"] = ("B", decimal)
            table["\(letter)iB"] = ("B", binary)
        }
        return table
    }()

    /// Times become seconds and sizes bytes; what is not known stays what it is.
    static func base(of unit: String) -> (base: String, factor: Double) { table[unit] ?? (unit, 1) }
}
