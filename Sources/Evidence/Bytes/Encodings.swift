internal import Foundation

/// The text forms of bytes. Each reader accepts exactly what its writer makes: a second spelling of the same bytes
/// would be a second document that verifies. (age, `internal/format/format.go`, refuses even stray newlines.)
extension [UInt8] {
  /// Lower-case hexadecimal.
  public var lowerHex: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(count * 2)
    for byte in self {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads lower-case hexadecimal; nil for anything else.
  public init?(lowerHex text: String) {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    self = []
    for position in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[position].lowerHexValue, let low = digits[position + 1].lowerHexValue else { return nil }
      append(high << 4 | low)
    }
  }

  /// Padded standard base64 (RFC 4648 section 4).
  public var base64: String { Data(self).base64EncodedString() }

  /// Reads padded standard base64, and only the spelling that ``base64`` writes.
  public init(strictBase64 text: String) throws(EvidenceError) {
    guard let data = Data(base64Encoded: text) else { throw .malformed(what: "base64", problem: "not padded base64") }
    self = Array(data)
    guard Array<UInt8>(base64.utf8) == Array<UInt8>(text.utf8) else {
      throw .malformed(what: "base64", problem: "not the canonical spelling of its bytes")
    }
  }

  /// Base64url without padding (RFC 7515 section 2).
  public var base64URL: String {
    String(base64.compactMap { $0 == "=" ? nil : $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
  }

  /// Reads base64url without padding, and only the spelling that ``base64URL`` writes.
  public init(base64URL text: String) throws(EvidenceError) {
    var standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: standard) else {
      throw .malformed(what: "base64url", problem: "not base64url without padding")
    }
    self = Array(data)
    guard Array<UInt8>(base64URL.utf8) == Array<UInt8>(text.utf8) else {
      throw .malformed(what: "base64url", problem: "not the canonical spelling of its bytes")
    }
  }
}

extension UInt8 {
  fileprivate var lowerHexValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
