/// A number of records as it may be told.
public enum DisclosedCount: Hashable, Sendable, CustomStringConvertible {
  /// The number itself.
  case exactly(Int64)
  /// One to nine, in a table where the number could single someone out.
  case fewerThanTen

  /// What may be told of a number. Zero is told: it singles nobody out.
  public init(_ number: Int64, couldSingleOut: Bool) {
    precondition(number >= 0, "records are counted from zero")
    self = couldSingleOut && (1..<10).contains(number) ? .fewerThanTen : .exactly(number)
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    if node.value == "<10" {
      self = .fewerThanTen
    } else {
      self = .exactly(try node.count())
    }
  }

  var json: JSONValue {
    switch self {
    case .exactly(let number): .integer(number)
    case .fewerThanTen: "<10"
    }
  }

  /// The number as a person reads it.
  public var description: String {
    switch self {
    case .exactly(let number): String(number)
    case .fewerThanTen: "<10"
    }
  }
}
