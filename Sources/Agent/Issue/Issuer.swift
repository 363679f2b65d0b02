import Enforcement
public import Evidence
import Retention
import SQLite

/// Turns verified outcomes into signed, logged and released certificates.
public final class Issuer {
  private let state: StateStore
  private let keys: IssuerKeys
  private let sequencer: Sequencer
  private let bundles: String
  private let openings: Openings

  /// The issuer of a node. `bundles` is the folder in which each certificate gets one of its own.
  public init(node: Node, environment: [String: String]) throws {
    let inventory = node.inventory
    keys = try IssuerKeys(in: KeyFolder(path: inventory.keys, environment: environment), origin: inventory.logOrigin)
    state = node.state
    bundles = "\(node.home)/certificates"
    openings = Openings(of: node)
    sequencer = Sequencer(state: node.state, key: keys.log, folder: inventory.log, mark: "\(inventory.keys)/log.high-water")
  }

  /// The last checkpoint that was published, publishing first what an interrupted run left behind.
  public func anchor(at moment: String) throws -> Checkpoint { try sequencer.publish(at: moment).checkpoint }

  /// Logs a signed key manifest.
  public func log(manifest: CompactJWS, at moment: String) throws {
    _ = try state.atomically { try state.append(LeafRecord(kind: .keys, id: "keys", jws: manifest.text)) }
    _ = try sequencer.publish(at: moment)
  }

  /// Signs a certificate and puts it into the log, in one transaction with its place there. Signing the same run twice
  /// is refused by the store. The opening of what it commits to is kept before: afterwards nobody could make it again.
  public func issue(
    _ certificate: Certificate, opening: CommitmentOpening?, run: Int64, tenant: String, at moment: Moment
  ) throws {
    let jws = try certificate.signed(by: keys.signing, at: moment)
    if let opening { try openings.keep(opening, of: run) }
    try state.atomically {
      let index = try state.append(LeafRecord(certificate: certificate.id, jws: jws.text))
      try state.insert(
        StoredCertificate(
          id: certificate.id.text, tenant: tenant, run: run, issuedAt: moment.description, jws: jws.text, leafIndex: index,
          releasedAt: nil))
    }
  }

  /// Publishes the log and releases every certificate that waits for it: writes its bundle, and only then destroys what
  /// the run remembered of its rows. Repeating it changes nothing.
  public func releaseAll(at moment: Moment, destroying runKey: (Int64) throws -> Void) throws {
    let signed = try sequencer.publish(at: moment.description)
    for one in try state.certificates(of: nil) where one.releasedAt == nil {
      let proof = try sequencer.proof(of: one.leafIndex, under: signed)
      try CertificateBundle(jws: try CompactJWS(parsing: one.jws), proof: proof).write(to: "\(bundles)/\(one.id)", root: keys.root)
      try openings.settle(run: one.run, as: one.id)
      try state.closeRun(one.run)
      try runKey(one.run)
      try state.setReleased(one.id, at: moment.description)
    }
  }

  /// Writes the bundle of a certificate again, under the newest checkpoint, into a folder.
  public func bundle(_ certificate: StoredCertificate, to folder: String, at moment: String) throws {
    let proof = try sequencer.proof(of: certificate.leafIndex, under: try sequencer.publish(at: moment))
    try CertificateBundle(jws: try CompactJWS(parsing: certificate.jws), proof: proof).write(to: folder, root: keys.root)
  }

  /// Writes the public anchors.
  public func exportTrust(to folder: String) throws { try keys.exportTrust(to: folder) }
}
