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
    try Issuer(node: self, environment: environment).log(manifest: manifest, at: moment.description)
    try DurableFile.write(Array((manifest.text + "\n").utf8), to: "\(inventory.trust)/keys.jws")
    try keys.exportTrust(to: inventory.trust)
  }
}
