/// The name of a certificate: `VN-7K3QX9D2M5W8RJ0T4ZB6CHNYFE`, 130 random bits in Crockford base32. Knowing it is the right to look it up.
public struct CertificateID: Hashable, Sendable, CustomStringConvertible {
  /// The canonical, upper-case text.
  public let text: String

  /// Draws a new id. The default generator is the system's.
  public init() {
    var generator = SystemRandomNumberGenerator()
    self.init(using: &generator)
  }

  /// Draws a new id from a generator.
  public init(using generator: inout some RandomNumberGenerator) {
    text = Self.prefix + String((0..<Self.length).map { _ in Self.alphabet[Int.random(in: 0..<32, using: &generator)] })
  }

  /// Reads the canonical form and nothing else.
  public init(_ text: String) throws(EvidenceError) {
    guard text.hasPrefix(Self.prefix), text.utf8.count == Self.prefix.utf8.count + Self.length,
      text.dropFirst(Self.prefix.count).allSatisfy(Self.alphabet.contains)
    else { throw .malformed(what: "certificate id", problem: "expected VN- and 26 characters of 0-9 A-Z without I L O U") }
    self.text = text
  }

  /// Reads what a person typed: lower case, and the look-alikes I and L for 1, O for 0 (Crockford's base32).
  public init(typed: String) throws(EvidenceError) {
    let upper = typed.uppercased()
    let digits = upper.dropFirst(Self.prefix.count).map { $0 == "I" || $0 == "L" ? "1" : $0 == "O" ? "0" : $0 }
    try self.init(String(upper.prefix(Self.prefix.count)) + String(digits))
  }

  /// The canonical text.
  public var description: String { text }

  private static let prefix = "VN-", length = 26, alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
}
