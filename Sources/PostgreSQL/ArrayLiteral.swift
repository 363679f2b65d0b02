/// The text form of a one-dimensional array, every element in double quotes
/// (https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO).
func arrayLiteral(_ elements: [String?]) -> String {
  let written = elements.map { element in
    guard let element else { return "NULL" }
    let escaped = element.unicodeScalars.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) }
    return "\"" + escaped + "\""
  }
  return "{" + written.joined(separator: ",") + "}"
}

/// The elements of a one-dimensional array as the server writes it; nil when it is none.
func arrayElements(_ literal: String) -> [String?]? {
  var rest = Array(literal.utf8)[...]
  guard rest.popFirst() == UInt8(ascii: "{"), rest.popLast() == UInt8(ascii: "}") else { return nil }
  guard !rest.isEmpty else { return [] }
  var elements: [String?] = []
  while true {
    guard let element = arrayElement(&rest) else { return nil }
    elements.append(element.text == "NULL" && !element.isQuoted ? nil : element.text)
    guard let comma = rest.popFirst() else { return elements }
    guard comma == UInt8(ascii: ",") else { return nil }
  }
}

/// Takes one element off `rest`, up to the comma behind it; nil when it is empty, nested or its quotes do not close.
private func arrayElement(_ rest: inout ArraySlice<UInt8>) -> (text: String, isQuoted: Bool)? {
  let isQuoted = rest.first == UInt8(ascii: "\"")
  if isQuoted { rest.removeFirst() }
  var bytes: [UInt8] = []
  while let byte = rest.first, isQuoted || byte != UInt8(ascii: ",") {
    rest.removeFirst()
    switch byte {
    case UInt8(ascii: "\"") where isQuoted:
      return (String(decoding: bytes, as: UTF8.self), true)
    case UInt8(ascii: "\\"):
      guard let escaped = rest.popFirst() else { return nil }
      bytes.append(escaped)
    case UInt8(ascii: "{") where !isQuoted, UInt8(ascii: "}") where !isQuoted:
      return nil
    default:
      bytes.append(byte)
    }
  }
  return isQuoted || bytes.isEmpty ? nil : (String(decoding: bytes, as: UTF8.self), false)
}
