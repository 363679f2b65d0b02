/// The protected header of a signed certificate, JAdES B-B-shaped, members sorted, no white space:
/// `{"alg":"ES256","cty":"application/json","iat":1795234567,"kid":"…","typ":"vernietiging+jws","x5c":["MII…"],"x5t#S256":"…"}`
public struct CertificateHeader: Hashable, Sendable {
  /// When the issuer says it signed. Nothing is judged by it.
  public let issued: Moment
  /// The signing certificate.
  public let leaf: IdentityCertificate

  /// What is signed.
  public let kind: Kind

  /// What is signed, as `typ` says it, so that one statement never passes for another.
  public enum Kind: String, Hashable, Sendable {
    /// A certificate of destruction.
    case certificate = "vernietiging+jws"
    /// The withdrawal of one.
    case withdrawal = "intrekking+jws"
  }

  /// A header for a signing certificate.
  public init(issued: Moment, leaf: IdentityCertificate, kind: Kind = .certificate) {
    self.issued = issued
    self.leaf = leaf
    self.kind = kind
  }

  /// Reads the exact header: these members, these values, and names that belong to the certificate inside.
  public init(bytes: [UInt8], kind: Kind = .certificate) throws(EvidenceError) {
    self.kind = kind
    let node = JSONNode(try JSONValue(canonical: bytes))
    try node.requireMembers(["alg", "cty", "iat", "kid", "typ", "x5c", "x5t#S256"])
    let chain = try node["x5c"].list { (node) throws(EvidenceError) in
      try node.parsed { (text) throws(EvidenceError) in try [UInt8](strictBase64: text) }
    }
    guard chain.count == 1 else { throw node["x5c"].wrong("one certificate", found: "\(chain.count)") }
    issued = Moment(seconds: try node["iat"].count())
    leaf = try IdentityCertificate(der: chain[0])
    for (name, value) in [
      ("alg", "ES256"), ("cty", "application/json"), ("typ", kind.rawValue), ("kid", leaf.publicKey.thumbprint),
      ("x5t#S256", leaf.fingerprint.bytes.base64URL),
    ] {
      guard try node[name].string() == value else { throw node[name].wrong(value, found: "another value") }
    }
  }

  /// The one byte form.
  public var bytes: [UInt8] {
    get throws(EvidenceError) {
      let json: JSONValue = [
        "alg": "ES256", "cty": "application/json", "iat": .integer(issued.seconds), "kid": .string(leaf.publicKey.thumbprint),
        "typ": .string(kind.rawValue), "x5c": [.string(leaf.der.base64)], "x5t#S256": .string(leaf.fingerprint.bytes.base64URL),
      ]
      return try json.canonical()
    }
  }
}

extension Certificate {
  /// Signs this certificate. What is signed is first read back strictly: nothing leaves that we would refuse ourselves.
  public func signed(by identity: Identity, at moment: Moment) throws(EvidenceError) -> CompactJWS {
    try identity.requireValidity(at: moment)
    try identity.certificate.verifyDocumentSigning()
    let payload = try json.canonical()
    guard try Certificate(canonical: payload) == self else {
      throw .refused(what: "certificate", reason: "it does not read back as itself")
    }
    let header = try CertificateHeader(issued: moment, leaf: identity.certificate).bytes
    return try CompactJWS(header: header, payload: payload, signer: identity.signer)
  }
}
