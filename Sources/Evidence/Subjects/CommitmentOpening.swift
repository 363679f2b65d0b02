/// What the controller is handed beside a certificate: with it, whoever knows an identifier can see whether the certificate
/// covers it. Who holds it can try every BSN, so it does not stay with the issuer.
///
/// ```json
/// {"certificate":"VN-7K3QX9D2M5W8RJ0T4ZB6CHNYFE","key":"0001…","leaves":["0f5f…","31c2…"],"type":"vernietiging-opening","v":1}
/// ```
public struct CommitmentOpening: Hashable, Sendable {
  private static let type = "vernietiging-opening"

  /// The certificate that it opens.
  public let certificate: CertificateID
  /// `K_cert`.
  let key: Hash
  /// The leaves in the order of the tree.
  let leaves: [Hash]

  /// The opening of what a certificate commits to.
  public init(of commitments: SubjectCommitments) {
    certificate = commitments.certificate
    key = commitments.key
    leaves = commitments.leaves
  }

  /// Reads the exact bytes that were handed over.
  public init(canonical bytes: [UInt8]) throws(EvidenceError) {
    let node = JSONNode(try JSONValue(canonical: bytes))
    try node.requireMembers(["v", "type", "certificate", "key", "leaves"])
    guard node["v"].value == 1 else { throw node["v"].wrong("version 1", found: "another version") }
    guard node["type"].value == .string(Self.type) else { throw node["type"].wrong(Self.type, found: "another type") }
    certificate = try node["certificate"].parsed { (text) throws(EvidenceError) in try CertificateID(text) }
    key = try node["key"].parsed(Hash.init(hex:))
    leaves = try node["leaves"].list { (leaf) throws(EvidenceError) in try leaf.parsed(Hash.init(hex:)) }
    guard leaves.count >= 8, leaves.count & (leaves.count - 1) == 0, leaves == leaves.sorted() else {
      throw node["leaves"].wrong("sorted leaves, padded to a power of two of at least eight", found: "\(leaves.count) others")
    }
  }

  /// The opening as it is written.
  public var json: JSONValue {
    [
      "v": 1, "type": .string(Self.type), "certificate": .string(certificate.text), "key": .string(key.hex),
      "leaves": .array(leaves.map { .string($0.hex) }),
    ]
  }

  /// Checks that a certificate, which was verified before, commits to these leaves, and that a subject is one of them.
  public func verify(_ subject: SubjectIdentifier, in certificate: Certificate) throws(EvidenceError) {
    guard certificate.id == self.certificate else {
      throw .refused(what: "opening", reason: "it opens \(self.certificate), not \(certificate.id)")
    }
    guard certificate.scope.subjects == SubjectCommitments.root(of: leaves) else {
      throw .refused(what: "opening", reason: "the certificate commits to other leaves")
    }
    guard leaves.contains(SubjectOpening(subject, certificate: certificate.id, key: key).commitment) else {
      throw .refused(what: "subject", reason: "the certificate does not cover this \(subject.kind.rawValue)")
    }
  }
}
