extension [UInt8] {
  /// Appends bytes in padded base64 (RFC 4648 section 4).
  mutating func append(base64 bytes: ArraySlice<UInt8>) {
    let digits = Self.base64Digits
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let left = Swift.min(3, bytes.endIndex - index)
      let word =
        UInt32(bytes[index]) << 16 | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0) | (left > 2 ? UInt32(bytes[index + 2]) : 0)
      append(digits[Int(word >> 18)])
      append(digits[Int(word >> 12 & 63)])
      append(left > 1 ? digits[Int(word >> 6 & 63)] : UInt8(ascii: "="))
      append(left > 2 ? digits[Int(word & 63)] : UInt8(ascii: "="))
      index += left
    }
  }

  private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Reads padded base64; nil for anything else.
  init?(base64 text: ArraySlice<UInt8>) {
    guard text.count.isMultiple(of: 4) else { return nil }
    self = []
    reserveCapacity(text.count / 4 * 3)
    var word: UInt32 = 0
    var digits = 0
    var padding = 0
    for byte in text {
      let value = Self.base64Values[Int(byte)]
      if byte == UInt8(ascii: "=") { padding += 1 } else if value == 255 || padding > 0 { return nil }
      word = word << 6 | (value == 255 ? 0 : UInt32(value))
      digits += 1
      if digits == 4 {
        append(UInt8(truncatingIfNeeded: word >> 16))
        append(UInt8(truncatingIfNeeded: word >> 8))
        append(UInt8(truncatingIfNeeded: word))
        (word, digits) = (0, 0)
      }
    }
    guard padding <= 2 else { return nil }
    removeLast(padding)
  }

  private static let base64Values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, digit) in base64Digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// Lower-case hexadecimal.
  var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

extension ArraySlice<UInt8> {
  /// Whether SQLite would take this text for a number, or the package's scripts for an infinite one.
  var looksNumeric: Bool {
    if elementsEqual("INF".utf8) || elementsEqual("-INF".utf8) { return true }
    var rest = self
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    func skipDigits() -> Int {
      let digits = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(digits)
      return digits
    }
    func skipSign() { if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() } }
    rest = rest.drop(while: isSpace)
    skipSign()
    var digits = skipDigits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      digits += skipDigits()
    }
    guard digits > 0 else { return false }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      skipSign()
      if skipDigits() == 0 { return false }
    }
    return rest.allSatisfy(isSpace)
  }

  /// Whether an array's text begins with its bounds, as `[0:2]={…}`.
  var hasBounds: Bool {
    guard let equals = firstIndex(of: UInt8(ascii: "=")) else { return false }
    return self[..<equals].allSatisfy { (0x30...0x39).contains($0) || [0x5B, 0x5D, 0x3A, 0x2D].contains($0) }
  }

  /// Whether some line of a text is `\.` alone, which psql takes for the end of the data even between quotes.
  var hasEndOfCopy: Bool {
    split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }.contains { $0.elementsEqual("\\.".utf8) }
  }
}
