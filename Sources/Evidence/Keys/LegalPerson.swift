/// A company or public body, never a natural person: a name and a number in the Dutch trade register.
public struct LegalPerson: Hashable, Sendable {
  /// The registered name.
  public let name: Label
  /// The KvK number, eight digits.
  public let kvk: String

  /// A legal person by name and KvK number.
  public init(name: Label, kvk: String) throws(EvidenceError) {
    guard kvk.utf8.count == 8, kvk.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .malformed(what: "KvK number", problem: "expected eight digits")
    }
    self.name = name
    self.kvk = kvk
  }

  /// ETSI EN 319 412-1 section 5.1.4: national trade register, Netherlands.
  public var organizationIdentifier: String { "NTRNL-\(kvk)" }
}
