public import Evidence

/// The keys with which a node issues certificates, and where they lie.
public struct IssuerKeys {
  static let rootKey = "issuer-root.key"
  static let rootCertificate = "issuer-root.pem"
  static let signingKey = "signing.key"
  static let signingCertificate = "signing.pem"
  static let logKey = "log.key"

  /// Signs certificates.
  public let signing: Identity
  /// Signs checkpoints.
  public let log: LogKey
  /// What signing certificates are checked against.
  public let root: IdentityCertificate

  /// Loads the keys that a node needs every day. The root's key stays where it is, offline if its owner is careful; so does
  /// the signing key when `signDigest` answers in its place.
  public init(
    in folder: KeyFolder, origin: String, signDigest: ((Hash) throws(EvidenceError) -> [UInt8])? = nil
  ) throws(EvidenceError) {
    log = try LogKey(origin: origin, pem: try folder.text(named: Self.logKey))
    root = try Self.certificate(Self.rootCertificate, in: folder)
    let certificate = try Self.certificate(Self.signingCertificate, in: folder)
    let signer =
      if let signDigest {
        Signer(publicKey: certificate.publicKey, signDigest: signDigest)
      } else {
        try SigningKey(pem: try folder.text(named: Self.signingKey)).signer
      }
    signing = try Identity(certificate: certificate, signer: signer)
  }

  /// Makes every key of a new node and the manifest that the root signs over them.
  public static func make(
    in folder: KeyFolder, origin: String, issuer: LegalPerson, at moment: Moment
  ) throws(EvidenceError) -> (keys: IssuerKeys, manifest: CompactJWS) {
    let rootKey = SigningKey()
    let root = try IssuerRoot(of: issuer, key: rootKey, from: moment)
    let signingKey = SigningKey()
    let certificate = try root.issue(signingKey.publicKey, to: issuer, from: moment)
    let log = LogKey(origin: origin)
    for (name, secret) in [(Self.rootKey, rootKey.pem), (Self.signingKey, signingKey.pem), (Self.logKey, log.pem)] {
      try folder.create(Array(secret.utf8), named: name)
    }
    for (name, pem) in [(Self.rootCertificate, root.identity.certificate.pem), (Self.signingCertificate, certificate.pem)] {
      try DurableFile.create(Array(pem.utf8), at: "\(folder.path)/\(name)")
    }
    let manifest = KeyManifest(
      issuer: issuer, issued: moment,
      keys: [
        try entry(of: certificate),
        try .init(
          use: .log, key: try Label(try log.verifier.vkey), from: moment, until: root.identity.certificate.notAfter),
      ])
    return (try IssuerKeys(in: folder, origin: origin), try manifest.signed(by: root.identity))
  }

  /// Gives the node a new signing key with a certificate of its own, and the list of keys with it; the root's key must be there.
  /// For a key that another program holds, `external`, only the certificate is made.
  ///
  /// What the old key signed stays valid, because validity is judged at the logged time. A rotation that was interrupted leaves a
  /// key and a certificate that do not belong together, and nothing is signed until another one is done.
  static func rotate(
    in folder: KeyFolder, issuer: LegalPerson, listed manifest: CompactJWS, external: P256PublicKey?, at moment: Moment
  ) throws(EvidenceError) -> CompactJWS {
    let root = try IssuerRoot(key: try rootKey(in: folder), certificate: try certificate(Self.rootCertificate, in: folder))
    let known = try KeyManifest(manifest, root: root.identity.certificate)
    let key = SigningKey()
    let certificate = try root.issue(external ?? key.publicKey, to: issuer, from: moment)
    if external == nil { try folder.replace(Array(key.pem.utf8), named: Self.signingKey) }
    try DurableFile.write(Array(certificate.pem.utf8), to: "\(folder.path)/\(Self.signingCertificate)")
    return try KeyManifest(issuer: issuer, issued: moment, keys: known.keys + [try entry(of: certificate)]).signed(by: root.identity)
  }

  private static func rootKey(in folder: KeyFolder) throws(EvidenceError) -> SigningKey {
    do {
      return try SigningKey(pem: try folder.text(named: Self.rootKey))
    } catch {
      guard case .key(let path, "does not exist", _) = error else { throw error }
      throw .key(path: path, problem: "is not here", remedy: "bring the root's key back for the rotation, and take it away afterwards")
    }
  }

  private static func entry(of certificate: IdentityCertificate) throws(EvidenceError) -> KeyManifest.Entry {
    try KeyManifest.Entry(
      use: .signing, key: try Label(certificate.publicKey.thumbprint), from: certificate.notBefore, until: certificate.notAfter)
  }

  private static func certificate(_ name: String, in folder: KeyFolder) throws(EvidenceError) -> IdentityCertificate {
    let path = "\(folder.path)/\(name)"
    guard let text = String(validating: try DurableFile.read(path), as: UTF8.self) else {
      throw .malformed(what: path, problem: "not UTF-8 text")
    }
    return try IdentityCertificate(pem: text)
  }

  /// Writes the public anchors, which a verifier gets by another way than the certificates.
  public func exportTrust(to folder: String) throws(EvidenceError) {
    try TrustFolder(root: root, log: try log.verifier).export(to: folder)
  }
}

extension IssuerKeys {
  /// The keys with their validity, for people.
  public var listing: [(use: String, name: String, from: String, until: String)] {
    get throws(EvidenceError) {
      let (signing, root) = (signing.certificate, root)
      return [
        ("root", root.publicKey.thumbprint, root.notBefore.description, root.notAfter.description),
        ("signing", signing.publicKey.thumbprint, signing.notBefore.description, signing.notAfter.description),
        ("log", try log.verifier.vkey, root.notBefore.description, root.notAfter.description),
      ]
    }
  }
}
