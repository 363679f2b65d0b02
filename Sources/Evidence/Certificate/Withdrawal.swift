/// The statement that a certificate no longer counts. The certificate itself is never edited; this is logged beside it, as a
/// `status` entry under the same id.
/// ```json
/// {"at":"2026-11-21T09:00:00Z","certificate":"VN-7K3QX9D2M5W8RJ0T4ZB6CHNYFE","issuer":{"kvk":"12345678","name":"Voorbeeld Hosting B.V."},
///  "reason":"counts of another tenant","type":"intrekking","v":1}
/// ```
public struct Withdrawal: Hashable, Sendable {
  /// The certificate.
  public let certificate: CertificateID
  /// Who says so.
  public let issuer: LegalPerson
  /// Since when.
  public let at: Moment
  /// Why, without naming anyone.
  public let reason: Label

  /// A withdrawal of a certificate.
  public init(of certificate: CertificateID, by issuer: LegalPerson, at: Moment, reason: Label) {
    self.certificate = certificate
    self.issuer = issuer
    self.at = at
    self.reason = reason
  }

  /// Signs it.
  public func signed(by identity: Identity) throws(EvidenceError) -> CompactJWS {
    try identity.requireValidity(at: at)
    try identity.certificate.verifyDocumentSigning()
    let header = try CertificateHeader(issued: at, leaf: identity.certificate, kind: .withdrawal).bytes
    return try CompactJWS(header: header, payload: try json.canonical(), signer: identity.signer)
  }

  /// Reads a signed statement and checks its signature, its chain, and that the log has it. Validity is judged at its own time.
  public init(verifying jws: CompactJWS, proof: LogProof, trust: TrustFolder) throws(EvidenceError) {
    let header = try CertificateHeader(bytes: jws.header, kind: .withdrawal)
    try jws.verify(header.leaf.publicKey)
    try trust.root.verifyChain(of: header.leaf, at: header.issued)
    try header.leaf.verifyDocumentSigning()
    try self.init(JSONValue(canonical: jws.payload))
    guard header.leaf.organizationIdentifier == issuer.organizationIdentifier else {
      throw .refused(what: "withdrawal", reason: "its issuer is not the organisation in the signing certificate")
    }
    try proof.verify(LeafRecord(kind: .status, id: certificate.text, jws: jws.text), log: trust.log)
  }

  private init(_ json: JSONValue) throws(EvidenceError) {
    let node = JSONNode(json)
    try node.requireMembers(["v", "type", "certificate", "issuer", "at", "reason"])
    guard node["v"].value == 1, node["type"].value == "intrekking" else {
      throw node.wrong("a withdrawal, version 1", found: "another document")
    }
    self.init(
      of: try node["certificate"].parsed { (text) throws(EvidenceError) in try CertificateID(text) }, by: try LegalPerson(node["issuer"]),
      at: try node["at"].parsed(Moment.init), reason: try node["reason"].parsed(Label.init))
  }

  private var json: JSONValue {
    [
      "v": 1, "type": "intrekking", "certificate": .string(certificate.text), "issuer": issuer.json, "at": .string(at.description),
      "reason": .string(reason.text),
    ]
  }
}
