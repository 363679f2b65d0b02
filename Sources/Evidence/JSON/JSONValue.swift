/// A JSON value as this product writes and reads it: no fractions, no duplicate keys, no second spelling.
///
/// Certificates, plans, manifests and every `--json` answer are made of it. Values are built with literals:
/// ```swift
/// let plan: JSONValue = ["v": 1, "tables": ["hours", "payslip"], "rows": .integer(rows)]
/// ```
public enum JSONValue: Hashable, Sendable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A whole number.
  case integer(Int64)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Values by name; the order of names is decided by the canonical form alone.
  case object([String: JSONValue])

  /// The word for this kind of value, for messages. Never the value itself.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "an integer"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral {
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object. A name written twice is a mistake in the program.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(uniqueKeysWithValues: elements))
  }
  /// `null`
  public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
  /// An object from pairs, leaving out the names that have no value.
  public static func object(present pairs: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for (name, value) in pairs { members[name] = value }
    return .object(members)
  }
}
