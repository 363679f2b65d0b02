/// A short reference made by people who wrote a policy: a table, a clause, a role, a version. The last gate that keeps
/// personal data out of a certificate: no '@', no line breaks, no number that passes the eleven-test of a BSN.
public struct Label: Hashable, Sendable, CustomStringConvertible {
  /// The text, in NFC, 1 to 200 characters.
  public let text: String

  /// Accepts a reference, or says why it may not stand in a certificate. The text itself is not repeated.
  public init(_ text: String) throws(EvidenceError) {
    guard (1...200).contains(text.count) else { throw Self.refusal("expected 1 to 200 characters") }
    guard !text.contains("@") else { throw Self.refusal("it contains '@', which could be an e-mail address") }
    guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw Self.refusal("it contains a control character")
    }
    let words = text.split { !$0.isLetter && !$0.isNumber }
    guard !words.contains(where: { $0.utf8.count == 9 && SubjectIdentifier.passesElevenTest($0) }) else {
      throw Self.refusal("it contains a number that could be a BSN")
    }
    _ = try JSONValue.string(text).canonical()
    self.text = text
  }

  /// The text.
  public var description: String { text }

  private static func refusal(_ problem: String) -> EvidenceError { .malformed(what: "reference", problem: problem) }
}
