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
  private let lock: String

  /// The issuer of a node. `bundles` is the folder in which each certificate gets one of its own.
  public init(node: Node, environment: [String: String]) throws {
    let inventory = node.inventory
    keys = try node.issuerKeys(environment: environment)
    state = node.state
    bundles = "\(node.home)/certificates"
    openings = Openings(of: node)
    lock = "\(node.home)/log.lock"
    sequencer = Sequencer(state: node.state, key: keys.log, folder: inventory.log, mark: "\(inventory.keys)/log.high-water")
  }

  /// The last checkpoint that was published, publishing first what an interrupted run left behind.
  public func anchor(at moment: String) throws -> Checkpoint {
    try alone { try sequencer.publish(at: moment).checkpoint }
  }

  /// Works on the log and the bundles while no other agent of the node does, also none that works on another tenant: what
  /// the one has just published would look to the other like a rollback of the store, and both would release one certificate.
  private func alone<Returned>(_ body: () throws -> Returned) throws -> Returned {
    do {
      return try SQLite.Connection(path: lock, mode: .create, busyTimeout: .seconds(60)).transaction(.exclusive, body)
    } catch let error as SQLiteError {
      throw AgentError.state(path: lock, error)
    }
  }

  /// Signs something and throws it away: that the certificate has not ended and that an external signer answers must be known
  /// before anything is erased.
  func rehearseSigning(at moment: Moment) throws(EvidenceError) {
    try keys.signing.requireValidity(at: moment)
    _ = try keys.signing.signer.sign(Array("wis: may this node sign?".utf8))
  }

  /// Logs a signed key manifest.
  public func log(manifest: CompactJWS, at moment: String) throws {
    _ = try state.atomically { try state.append(LeafRecord(kind: .keys, id: "keys", jws: manifest.text)) }
    _ = try anchor(at: moment)
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
          releasedAt: nil, follows: certificate.follows?.text))
      // A certificate that completes another is made when nothing about copies is open any more.
      if certificate.openCopies.isEmpty { try state.settle(certificate.id.text, at: moment.description) }
    }
  }

  /// Signs and logs the certificate that completes an earlier one. In the same transaction the earlier one is settled, so that
  /// it is completed once.
  func complete(_ earlier: StoredCertificate, by certificate: Certificate, at moment: Moment) throws {
    let jws = try certificate.signed(by: keys.signing, at: moment)
    try state.atomically {
      let index = try state.append(LeafRecord(certificate: certificate.id, jws: jws.text))
      let run = try state.insertClosedRun(tenant: earlier.tenant, digest: certificate.plan.hex, at: moment.description)
      try state.insert(
        StoredCertificate(
          id: certificate.id.text, tenant: earlier.tenant, run: run, issuedAt: moment.description, jws: jws.text, leafIndex: index,
          releasedAt: nil, follows: earlier.id))
      for id in [earlier.id, certificate.id.text] { try state.settle(id, at: moment.description) }
    }
  }

  /// Logs that a certificate no longer counts, and publishes that beside it.
  public func withdraw(_ certificate: StoredCertificate, reason: Label, at moment: Moment) throws {
    let document = try certificate.document()
    let statement = Withdrawal(of: document.id, by: document.issuer, at: moment, reason: reason)
    let jws = try statement.signed(by: keys.signing).text
    try state.atomically {
      let index = try state.append(LeafRecord(kind: .status, id: certificate.id, jws: jws))
      try state.insert(
        StoredWithdrawal(certificate: certificate.id, reason: reason.text, at: moment.description, jws: jws, leafIndex: index))
      try state.settle(certificate.id, at: moment.description)
    }
    try alone { try publishWithdrawals(at: moment.description) }
  }

  /// Writes beside each withdrawn certificate what says so, unless it is there.
  private func publishWithdrawals(at moment: String) throws {
    let waiting = try state.withdrawals(published: false)
    guard !waiting.isEmpty else { return }
    let signed = try sequencer.publish(at: moment)
    for one in waiting {
      try WithdrawalFiles(jws: try CompactJWS(parsing: one.jws), proof: try sequencer.proof(of: one.leafIndex, under: signed))
        .write(to: "\(bundles)/\(one.certificate)")
      try state.setPublished(withdrawalOf: one.certificate, at: moment)
    }
  }

  /// Publishes the log and releases every certificate that waits for it: writes its bundle, and only then destroys what
  /// the run remembered of its rows. Repeating it changes nothing.
  public func releaseAll(at moment: Moment, destroying runKey: (Int64) throws -> Void) throws {
    try alone {
      // Another agent may issue one at any time: what waits now is in what is published then.
      let waiting = try state.certificates(of: nil).filter { $0.releasedAt == nil }
      let signed = try sequencer.publish(at: moment.description)
      for one in waiting {
        let proof = try sequencer.proof(of: one.leafIndex, under: signed)
        try CertificateBundle(jws: try CompactJWS(parsing: one.jws), proof: proof).write(to: "\(bundles)/\(one.id)", root: keys.root)
        try openings.settle(run: one.run, as: one.id)
        try state.closeRun(one.run)
        try runKey(one.run)
        try state.setReleased(one.id, at: moment.description)
      }
      try publishWithdrawals(at: moment.description)
    }
  }

  /// Writes the bundle of a certificate again, under the newest checkpoint, into a folder.
  public func bundle(_ certificate: StoredCertificate, to folder: String, at moment: String) throws {
    try alone {
      let proof = try sequencer.proof(of: certificate.leafIndex, under: try sequencer.publish(at: moment))
      try CertificateBundle(jws: try CompactJWS(parsing: certificate.jws), proof: proof).write(to: folder, root: keys.root)
      if let one = try state.withdrawal(of: certificate.id) {
        let proof = try sequencer.proof(of: one.leafIndex, under: try sequencer.publish(at: moment))
        try WithdrawalFiles(jws: try CompactJWS(parsing: one.jws), proof: proof).write(to: folder)
      }
    }
  }

  /// Writes the public anchors.
  public func exportTrust(to folder: String) throws { try keys.exportTrust(to: folder) }
}
