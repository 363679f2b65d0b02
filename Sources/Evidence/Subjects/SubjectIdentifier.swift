internal import Foundation

/// What a data subject or controller knows about a subject, brought into the one form that is committed to.
public struct SubjectIdentifier: Hashable, Sendable {
  /// The kinds of identifier.
  public enum Kind: String, CaseIterable, Sendable {
    /// A Dutch citizen service number.
    case bsn
    /// An e-mail address.
    case email
    /// A primary key, `schema.table:key`.
    case pk
  }

  /// The kind.
  public let kind: Kind
  /// The one form. Personal data: it is hashed and never written.
  let normalized: String

  /// A BSN, with or without leading zeroes; it must pass the eleven-test.
  public init(bsn: String) throws(EvidenceError) {
    let digits = String(repeating: "0", count: max(0, 9 - bsn.utf8.count)) + bsn
    guard Self.passesElevenTest(digits) else { throw .malformed(what: "bsn", problem: "not nine digits that pass the eleven-test") }
    kind = .bsn
    normalized = digits
  }

  /// An e-mail address: NFC, trimmed, lower case.
  public init(email: String) throws(EvidenceError) {
    let address = email.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
      .lowercased().precomposedStringWithCanonicalMapping
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !address.contains(where: \.isWhitespace) else {
      throw .malformed(what: "email", problem: "not one address")
    }
    kind = .email
    normalized = address
  }

  /// The primary key of a record.
  public init(schema: String, table: String, key: String) throws(EvidenceError) {
    guard ![schema, table, key].contains(""), !schema.contains(where: { $0 == "." || $0 == ":" }),
      !table.contains(where: { $0 == "." || $0 == ":" })
    else { throw .malformed(what: "pk", problem: "expected schema.table:key") }
    kind = .pk
    normalized = "\(schema).\(table):\(key)"
  }

  /// The check digit rule of the BSN: 9a + 8b + … + 2h - i is a multiple of eleven, and not all digits are zero.
  static func passesElevenTest(_ text: some StringProtocol) -> Bool {
    let digits = text.utf8.map { Int($0) - 0x30 }
    guard digits.count == 9, digits.allSatisfy((0...9).contains), digits.contains(where: { $0 != 0 }) else { return false }
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1]
    return zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }.isMultiple(of: 11)
  }

  /// `type 00 norm(id)`, the end of every message that is authenticated.
  var message: [UInt8] { Array(kind.rawValue.utf8) + [0] + Array(normalized.utf8) }
}
