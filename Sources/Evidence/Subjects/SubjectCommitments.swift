/// Who is covered by one certificate, committed to without being named. It lives in memory for one certificate and then goes,
/// sealed, to the controller; only ``root`` stays here.
public struct SubjectCommitments {
  /// `K_cert`: 32 random bytes of one certificate. Who holds it can try every BSN; it leaves this house with the leaf list.
  public let key: Hash
  /// The leaves in the order of the tree: commitments and padding, indistinguishable.
  public let leaves: [Hash]
  /// What the certificate carries.
  public let root: Hash
  let certificate: CertificateID

  /// Commits to subjects under a certificate's id, padded to a power of two of at least eight, so that the number of subjects is hidden.
  public init(_ subjects: Set<SubjectIdentifier>, certificate: CertificateID, key: Hash) {
    let commitments = subjects.map { SubjectOpening($0, certificate: certificate, key: key).commitment }
    var size = 8
    while size < commitments.count { size *= 2 }
    let padding = (0..<UInt64(size - commitments.count)).map {
      Hash.authentication(of: Array("vernietiging/subject-pad/v1\0".utf8) + withBigEndianBytes($0), key: key.bytes)
    }
    leaves = (commitments + padding).sorted()
    root = Self.root(of: leaves)
    self.key = key
    self.certificate = certificate
  }

  /// What one subject needs to prove being covered; nil for somebody who is not.
  public func proof(of subject: SubjectIdentifier) -> SubjectProof? {
    let opening = SubjectOpening(subject, certificate: certificate, key: key)
    guard let index = leaves.firstIndex(of: opening.commitment) else { return nil }
    let tree = MerkleTree(leafHashes: leaves.map { MerkleTree.leafHash($0.bytes) })
    return SubjectProof(
      opening: opening.subjectKey, index: Int64(index), size: Int64(leaves.count),
      hashes: tree.inclusionProof(of: Int64(index), size: Int64(leaves.count)))
  }

  /// The RFC 6962 tree hash of the 32-byte values.
  static func root(of leaves: [Hash]) -> Hash {
    MerkleTree(leafHashes: leaves.map { MerkleTree.leafHash($0.bytes) }).root(size: Int64(leaves.count))
  }
}

/// The two values that tie a subject to a certificate.
struct SubjectOpening {
  let subjectKey: Hash
  let commitment: Hash

  init(_ subject: SubjectIdentifier, certificate: CertificateID, key: Hash) {
    self.init(
      subject, certificate: certificate,
      subjectKey: Hash.authentication(of: Array("vernietiging/subject-key/v1\0".utf8) + subject.message, key: key.bytes))
  }

  init(_ subject: SubjectIdentifier, certificate: CertificateID, subjectKey: Hash) {
    self.subjectKey = subjectKey
    commitment = Hash.authentication(
      of: Array("vernietiging/subject-commit/v1\0\(certificate.text)\0".utf8) + subject.message, key: subjectKey.bytes)
  }
}

/// A subject's proof: with the identifier it shows that the certificate covers the subject; without it, it says nothing.
public struct SubjectProof: Hashable, Sendable {
  /// `s_i`, the opening of this subject alone.
  public let opening: Hash
  /// The leaf's place.
  public let index: Int64
  /// The number of leaves, padding included.
  public let size: Int64
  /// The audit path.
  public let hashes: [Hash]

  /// A proof from its parts, as it was handed over.
  public init(opening: Hash, index: Int64, size: Int64, hashes: [Hash]) {
    self.opening = opening
    self.index = index
    self.size = size
    self.hashes = hashes
  }

  /// Checks that a certificate with this root covers the subject.
  public func verify(_ subject: SubjectIdentifier, certificate: CertificateID, root: Hash) throws(EvidenceError) {
    let commitment = SubjectOpening(subject, certificate: certificate, subjectKey: opening).commitment
    try MerkleProof.verifyInclusion(of: MerkleTree.leafHash(commitment.bytes), at: index, size: size, root: root, proof: hashes)
  }
}
