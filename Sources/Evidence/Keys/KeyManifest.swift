/// The list of an issuer's keys and when each is valid, signed by the root as `keys.jws` and itself logged.
///
/// The payload, canonical but for the line breaks:
/// ```json
/// {"issued":"2026-11-21T00:00:00Z","issuer":{"kvk":"12345678","name":"Voorbeeld Hosting B.V."},
///  "keys":[{"from":"2026-11-21T00:00:00Z","key":"log.example.nl/vernietiging+33d7b496+AeHT…","until":"2036-11-21T00:00:00Z","use":"log"},
///          {"from":"…","key":"<RFC 7638 thumbprint>","until":"…","use":"signing"}],
///  "type":"sleutellijst","v":1}
/// ```
public struct KeyManifest: Hashable, Sendable {
  /// What a key is for.
  public enum Use: String, CaseIterable, Sendable {
    /// Signs certificates; named by its thumbprint.
    case signing
    /// Signs checkpoints; named by its vkey.
    case log
    /// Signs a node's run reports; named by its thumbprint.
    case node
  }

  /// One key.
  public struct Entry: Hashable, Sendable {
    /// What it is for.
    public let use: Use
    /// Its vkey or thumbprint.
    public let key: Label
    /// The first second of its validity.
    public let from: Moment
    /// The last.
    public let until: Moment

    /// A key with its validity.
    public init(use: Use, key: Label, from: Moment, until: Moment) throws(EvidenceError) {
      guard from < until else { throw .unexpected(path: "$.keys", expected: "a validity that ends after it begins", found: "the reverse") }
      self.use = use
      self.key = key
      self.from = from
      self.until = until
    }

    /// Whether the key was valid at the logged time.
    public func isValid(at moment: Moment) -> Bool { from <= moment && moment <= until }
  }

  /// Whose keys.
  public let issuer: LegalPerson
  /// When the list was made.
  public let issued: Moment
  /// The keys.
  public let keys: [Entry]

  /// A list of keys.
  public init(issuer: LegalPerson, issued: Moment, keys: [Entry]) {
    self.issuer = issuer
    self.issued = issued
    self.keys = keys
  }
}

extension KeyManifest {
  /// Signs the list with the root.
  public func signed(by root: Identity) throws(EvidenceError) -> CompactJWS {
    try CompactJWS(header: try Self.header(root.certificate), payload: try json.canonical(), signer: root.signer)
  }

  /// Reads a list and checks that the trusted root signed it.
  public init(_ jws: CompactJWS, root: IdentityCertificate) throws(EvidenceError) {
    guard try jws.header == Self.header(root) else {
      throw .refused(what: "key manifest", reason: "its header is not that of a manifest by the trusted root")
    }
    try jws.verify(root.publicKey)
    try self.init(try JSONValue(canonical: jws.payload))
  }

  /// The list as JSON.
  public var json: JSONValue {
    [
      "v": 1, "type": "sleutellijst", "issuer": issuer.json, "issued": .string(issued.description),
      "keys": .array(
        keys.map {
          [
            "use": .string($0.use.rawValue), "key": .string($0.key.text), "from": .string($0.from.description),
            "until": .string($0.until.description),
          ]
        }),
    ]
  }

  private init(_ json: JSONValue) throws(EvidenceError) {
    let node = JSONNode(json)
    try node.requireMembers(["v", "type", "issuer", "issued", "keys"])
    guard node["v"].value == 1, node["type"].value == "sleutellijst" else {
      throw node.wrong("a key manifest, version 1", found: "another document")
    }
    self.init(
      issuer: try LegalPerson(node["issuer"]), issued: try node["issued"].parsed(Moment.init),
      keys: try node["keys"].list { (node) throws(EvidenceError) in
        try node.requireMembers(["use", "key", "from", "until"])
        return try Entry(
          use: try node["use"].choice(), key: try node["key"].parsed(Label.init), from: try node["from"].parsed(Moment.init),
          until: try node["until"].parsed(Moment.init))
      })
  }

  private static func header(_ root: IdentityCertificate) throws(EvidenceError) -> [UInt8] {
    let json: JSONValue = [
      "alg": "ES256", "cty": "application/json", "kid": .string(root.publicKey.thumbprint), "typ": "sleutels+jws",
    ]
    return try json.canonical()
  }
}
