/// The types of the Table Schema whose values have a form that can be looked at.
enum ValueKind: String {
  case integer, number, boolean, date, datetime, array, duration
  /// Any other type: every text is a value.
  case string

  init(_ type: String) { self = ValueKind(rawValue: type) ?? .string }

  /// Whether a text is a value of this type.
  func fits(_ value: ArraySlice<UInt8>) -> Bool {
    switch self {
    case .integer:
      let digits = value.first == UInt8(ascii: "-") ? value.dropFirst() : value
      return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
    case .number: return value.isNumber || [Self.notANumber, Self.infinite, Self.belowAll].contains { $0[...] == value }
    case .boolean: return value == Self.yes[...] || value == Self.no[...]
    case .date: return value.isDay
    case .datetime: return value.count >= 19 && value.prefix(10).isDay && value[value.startIndex + 10] == UInt8(ascii: "T")
    case .array: return value.first == UInt8(ascii: "[") && value.last == UInt8(ascii: "]")
    case .duration: return value.first == UInt8(ascii: "P")
    case .string: return true
    }
  }

  private static let (notANumber, infinite, belowAll) = (Array("NaN".utf8), Array("INF".utf8), Array("-INF".utf8))
  private static let (yes, no) = (Array("true".utf8), Array("false".utf8))
}
