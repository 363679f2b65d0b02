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
  /// The one form. Personal data: it is hashed, or written sealed, and never in clear.
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

  /// An identifier of a kind, as a person or a database writes it; a key as `schema.table:key`.
  public init(_ kind: Kind, _ text: String) throws(EvidenceError) {
    switch kind {
    case .bsn: try self.init(bsn: text)
    case .email: try self.init(email: text)
    case .pk:
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let names = parts[0].split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, names.count == 2 else { throw .malformed(what: "pk", problem: "expected schema.table:key") }
      try self.init(schema: String(names[0]), table: String(names[1]), key: String(parts[1]))
    }
  }

  /// An identifier as ``message`` tells it; nil when the bytes are none.
  public init?(message: some Collection<UInt8>) {
    guard let end = message.firstIndex(of: 0), let kind = Kind(rawValue: String(decoding: message[..<end], as: UTF8.self)),
      let text = String(validating: Array(message[message.index(after: end)...]), as: UTF8.self)
    else { return nil }
    self.kind = kind
    normalized = text
  }

  /// `type 00 norm(id)`, the end of every message that is authenticated. Personal data.
  public var message: [UInt8] { Array(kind.rawValue.utf8) + [0] + Array(normalized.utf8) }
}
