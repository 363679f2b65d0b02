/// The types of the Table Schema whose values have a form that can be looked at.
enum ValueKind: String {
  case integer, number, boolean, date, datetime, array, duration
  /// Any other type: every text is a value.
  case string

  init(_ type: String) { self = ValueKind(rawValue: type) ?? .string }

  /// Whether a text is a value of this type.
  func fits(_ value: Span<UInt8>) -> Bool {
    switch self {
    case .integer:
      let start = value.first == UInt8(ascii: "-") ? 1 : 0
      return value.count > start && value.skippingDigits(from: start) == value.count
    case .number:
      return value.isNumber || [Self.notANumber, Self.infinite, Self.belowAll].contains { ByteSearch.isEqual(value, $0) }
    case .boolean: return ByteSearch.isEqual(value, Self.yes) || ByteSearch.isEqual(value, Self.no)
    case .date: return ByteSearch.isDay(value)
    case .datetime: return value.count >= 19 && ByteSearch.isDay(value.extracting(first: 10)) && value[10] == UInt8(ascii: "T")
    case .array: return value.first == UInt8(ascii: "[") && value[value.count - 1] == UInt8(ascii: "]")
    case .duration: return value.first == UInt8(ascii: "P")
    case .string: return true
    }
  }

  private static let (notANumber, infinite, belowAll) = (Array("NaN".utf8), Array("INF".utf8), Array("-INF".utf8))
  private static let (yes, no) = (Array("true".utf8), Array("false".utf8))
}

extension Span where Element == UInt8 {
  var first: UInt8? { isEmpty ? nil : self[0] }

  /// The first place from `start` on where no digit is.
  fileprivate func skippingDigits(from start: Int) -> Int {
    var index = start
    while index < count, self[index] &- 0x30 < 10 { index += 1 }
    return index
  }

  /// Whether these are the characters of a decimal number: digits, with a fraction and an exponent or without.
  fileprivate var isNumber: Bool {
    let start = first == UInt8(ascii: "-") ? 1 : 0
    var index = skippingDigits(from: start)
    var digits = index - start
    if index < count, self[index] == UInt8(ascii: ".") {
      let end = skippingDigits(from: index + 1)
      digits += end - index - 1
      index = end
    }
    guard digits > 0 else { return false }
    if index < count, self[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < count, self[index] == UInt8(ascii: "-") || self[index] == UInt8(ascii: "+") { index += 1 }
      let end = skippingDigits(from: index)
      guard end > index else { return false }
      index = end
    }
    return index == count
  }
}
