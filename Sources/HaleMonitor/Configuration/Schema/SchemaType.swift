/// What a value of `hale.yaml` may be, as its schema says it.
package indirect enum SchemaType: Sendable {
    /// Any single value.
    case text
    /// A text, or `{file: PATH}`.
    case secret
    case boolean
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// `5%` or `0.05`.
    case share
    case duration
    case size
    /// `host:port`.
    case endpoint
    /// `3/h`.
    case rate
    case choice([String])
    /// What it is, or this word.
    case orWord(SchemaType, String)
    /// An argument vector.
    case command
    case list(SchemaType, atLeast: Int)
    /// One, or a list of them.
    case oneOrMore(SchemaType)
    /// A mapping with free keys.
    case named(SchemaType)
    /// One of the table's mappings.
    case mapping(String)
    case either([SchemaType])
    /// Any JSON document.
    case document
}

/// One key of a mapping.
package struct SchemaKey: Sendable {
    package var name: String
    package var type: SchemaType
    /// What it is for, in one sentence.
    package var about: String
    /// What holds without it, in words or as it would be written.
    package var standard: String?

    init(_ name: String, _ type: SchemaType, _ about: String, standard: String? = nil) {
        self.name = name
        self.type = type
        self.about = about
        self.standard = standard
    }
}

/// A mapping of `hale.yaml`.
package struct SchemaMapping: Sendable {
    package var name: String
    package var keys: [SchemaKey]
    package var required: [String]
    /// One of these at least has to be there.
    package var oneOf: [String]

    init(_ name: String, required: [String] = [], oneOf: [String] = [], _ keys: [SchemaKey]) {
        self.name = name
        self.required = required
        self.oneOf = oneOf
        self.keys = keys
    }
}
