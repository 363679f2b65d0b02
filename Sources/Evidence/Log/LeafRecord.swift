/// What the log holds of one statement: hashes only, so that the log may be public.
///
/// A whole record, 162 bytes for a certificate:
/// ```
/// vernietigingslog/v1
/// certificate
/// 5d0b…64 hexadecimal digits: SHA-256("vernietiging/id/v1\n" ‖ id)
/// 91ac…64 hexadecimal digits: SHA-256(compact JWS)
/// ```
public struct LeafRecord: Hashable, Sendable {
  /// What kind of statement was logged.
  public enum Kind: String, CaseIterable, Sendable {
    /// A certificate of destruction.
    case certificate
    /// A withdrawal or correction of one.
    case status
    /// A key manifest.
    case keys
    /// A controller's acceptance.
    case acceptance
  }

  /// The kind of statement.
  public let kind: Kind
  /// Hides the id; who knows the id can compute it.
  public let subject: Hash
  /// The hash of the exact signed bytes.
  public let content: Hash

  /// The record of a statement known by `id` and signed as `jws`.
  public init(kind: Kind, id: String, jws: String) {
    self.kind = kind
    subject = Hash(of: "vernietiging/id/v1\n" + id)
    content = Hash(of: jws)
  }

  /// The record of a certificate.
  public init(certificate id: CertificateID, jws: String) {
    self.init(kind: .certificate, id: id.text, jws: jws)
  }

  /// Reads a record; anything but the exact text is refused.
  public init(text: String) throws(EvidenceError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count == 5, lines[0] == Self.heading, let kind = Kind(rawValue: lines[1]), lines[4].isEmpty else {
      throw .malformed(what: "log entry", problem: "not the four lines of \(Self.heading)")
    }
    self.kind = kind
    subject = try Hash(hex: lines[2])
    content = try Hash(hex: lines[3])
  }

  /// The exact text that is hashed into the tree.
  public var text: String {
    "\(Self.heading)\n\(kind.rawValue)\n\(subject.hex)\n\(content.hex)\n"
  }

  /// The leaf's hash in the tree.
  public var leafHash: Hash { MerkleTree.leafHash(Array(text.utf8)) }

  private static let heading = "vernietigingslog/v1"
}
