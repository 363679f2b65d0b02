/// What YAML's versions make of an unquoted word, by its text alone.
///
/// YAML 1.1 reads `no` as false, `012` as ten and `12:30` as 750; YAML 1.2 does not. A policy must mean the same to
/// every reader, so such words are refused unless they stand where the meaning is plain, or in quotes.
enum PlainScalar: Equatable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// Something that some reader takes for other than text: the word says what for.
  case ambiguous(String)
  case text

  init(_ text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true": self = .boolean(true)
    case "false": self = .boolean(false)
    default: self = Self.unusual(text)
    }
  }

  private static let booleans: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false"]
  private static let floats: Set<String> = [".inf", "+.inf", "-.inf", ".nan"]

  private static func unusual(_ text: String) -> PlainScalar {
    let lower = text.lowercased()
    if booleans.contains(lower) { return .ambiguous("a yes or no") }
    if floats.contains(lower) { return .ambiguous("a number") }
    if text == "<<" || text == "=" { return .ambiguous("a merge key") }
    let unsigned = text.drop { $0 == "-" || $0 == "+" }
    guard text.count - unsigned.count <= 1, let first = unsigned.first, first.isASCII, first.isNumber || first == "." else { return .text }
    if isDecimal(unsigned), unsigned == "0" || first != "0", !text.hasPrefix("+"), let number = Int64(text) { return .integer(number) }
    if isNumber(unsigned) { return .ambiguous("a number") }
    return .text
  }

  private static func isDecimal(_ text: Substring) -> Bool { text.allSatisfy { $0.isASCII && $0.isNumber } }

  /// Octal, hexadecimal, binary, grouped, fractional, exponential and sexagesimal numbers.
  private static func isNumber(_ text: Substring) -> Bool {
    let lower = text.lowercased()
    for prefix in ["0x", "0o", "0b"] where lower.hasPrefix(prefix) && lower.dropFirst(2).allSatisfy({ $0.isHexDigit || $0 == "_" }) {
      return lower.count > 2
    }
    if lower.split(separator: ":").count > 1 {
      return lower.split(separator: ":", omittingEmptySubsequences: false)
        .allSatisfy { part in !part.isEmpty && part.allSatisfy { $0.isNumber || $0 == "." || $0 == "_" } }
    }
    let mantissa = lower.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
    guard let digits = mantissa.first, digits.contains(where: \.isNumber), digits.allSatisfy({ $0.isNumber || $0 == "." || $0 == "_" }),
      digits.filter({ $0 == "." }).count <= 1
    else { return false }
    guard mantissa.count == 2 else { return true }
    let exponent = mantissa[1].drop { $0 == "-" || $0 == "+" }
    return !exponent.isEmpty && isDecimal(exponent)
  }
}
