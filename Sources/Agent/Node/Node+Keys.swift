import Enforcement
import Evidence
import Retention

extension Node {
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
