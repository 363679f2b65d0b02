import Enforcement
public import Evidence
import Retention

extension Node {
  /// The keys that the node issues certificates with; the signing key itself, or the program that holds it.
  public func issuerKeys(environment: [String: String]) throws(EvidenceError) -> IssuerKeys {
    let folder = KeyFolder(path: inventory.keys, environment: environment)
    guard let command = inventory.signer else { return try IssuerKeys(in: folder, origin: inventory.logOrigin) }
    return try IssuerKeys(in: folder, origin: inventory.logOrigin) { digest throws(EvidenceError) in
      do {
        return try ExternalCommand(command.arguments, seconds: command.seconds).answer(to: digest.bytes)
      } catch AgentError.command(let program, let problem) {
        throw .refused(what: "signature", reason: "the signer \(program) \(problem)")
      } catch {
        throw .refused(what: "signature", reason: "the signer \(command.arguments[0]) could not be asked")
      }
    }
  }

  /// Makes the keys of a node that has none, logs the manifest that the root signs over them, and exports the public
  /// anchors. Existing keys are never overwritten.
  public func makeKeys(environment: [String: String]) throws {
    let moment = Moment(seconds: Int64(now().seconds))
    let (keys, manifest) = try IssuerKeys.make(
      in: KeyFolder(path: inventory.keys, environment: [:]), origin: inventory.logOrigin,
      issuer: try Evidence.LegalPerson(inventory.issuer), at: moment)
    try publish(manifest, at: moment, environment)
    try keys.exportTrust(to: inventory.trust)
  }

  /// Replaces the signing key, logs the new list of keys, and writes it to the public anchors. `external` is the file with the
  /// public key of the program that signs; a node without one makes a key itself.
  public func rotateSigningKey(external: String?, environment: [String: String]) throws {
    let key = "\(inventory.keys)/\(IssuerKeys.signingKey)"
    switch (inventory.signer, external) {
    case (nil, _?):
      throw EvidenceError.key(
        path: key, problem: "is what signs here", remedy: "leave out --public-key, which is for a 'signer:' in wis.yaml")
    case (_?, nil):
      throw EvidenceError.key(
        path: key, problem: "is not what signs here", remedy: "give the public key of the 'signer:' with --public-key FILE")
    case (nil, nil), (_?, _?): break
    }
    let moment = Moment(seconds: Int64(now().seconds))
    let listed = try CompactJWS(parsing: String(try NodeFiles.text(of: keyList).prefix { $0 != "\n" }))
    let manifest = try IssuerKeys.rotate(
      in: KeyFolder(path: inventory.keys, environment: [:]), issuer: try Evidence.LegalPerson(inventory.issuer), listed: listed,
      external: try external.map { try P256PublicKey(pem: try NodeFiles.text(of: $0)) }, at: moment)
    try publish(manifest, at: moment, environment)
  }

  private var keyList: String { "\(inventory.trust)/keys.jws" }

  private func publish(_ manifest: CompactJWS, at moment: Moment, _ environment: [String: String]) throws {
    try Issuer(node: self, environment: environment).log(manifest: manifest, at: moment.description)
    try DurableFile.write(Array((manifest.text + "\n").utf8), to: keyList)
  }
}
