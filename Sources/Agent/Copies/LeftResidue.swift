import Enforcement
import Evidence
import Foundation
import Residue
import Retention
import Stores

/// What could not be taken out of a database's own files, because something was in the way: a reader, an old snapshot, a budget.
/// The values to be looked for wait in a file of their own, sealed with a key of their own, until nothing is in the way any more.
struct LeftResidue {
  let node: Node
  let policy: TenantPolicy

  private var tenant: String { policy.tenant.id }
  private var folder: String { "\(node.home)/run-keys" }
  private func keyName(_ run: Int64) -> String { "run-\(run).residue.key" }
  private func path(_ run: Int64) -> String { "\(folder)/run-\(run).residue" }
  private func mark(_ run: Int64) -> String { "residue of run \(run)" }
  private static let place = "values that may remain"

  /// Remembers what a run may leave, before its certificate says so. Doing it again replaces it; nothing is remembered of a
  /// run that was not kept from anything.
  func keep(_ report: ResidueReport?, of rows: ErasedRows?, run: Int64) throws {
    guard let report, report.isBlocked, let rows else { return try destroy(run) }
    let keys = KeyFolder(path: folder, environment: [:])
    let isKnown = FileManager.default.fileExists(atPath: "\(folder)/\(keyName(run))")
    let seal = try isKnown ? SealedKeys(of: keyName(run), in: keys) : SealedKeys(newFor: keyName(run), in: keys)
    try DurableFile.write(try seal.seal(rows.bytes, for: Self.place), to: path(run), mode: 0o600)
  }

  /// Tries again what earlier runs could not do, and gives what is still in the way. One cleansing serves all of them.
  func tryAgain(_ session: TenantSession, progress: (String) -> Void) throws -> (any Error)? {
    let open = try left()
    guard !open.isEmpty else { return nil }
    progress("\(tenant): taking out of the database's files what earlier runs could not")
    var problem: AgentError?
    for stored in open {
      // At the level that only computes other copies anew, nothing is looked for.
      let isLogical = try policy.level == .logical && stored.document().methods.allSatisfy { !$0.isOpenResidue || $0.place == .derived }
      let report = try ResidueReport(
        after: isLogical ? nil : try values(of: stored.run), to: isLogical ? .logical : max(policy.level, .rewritten),
        within: policy.tenant.scrub, in: session.store)
      if !report.isBlocked {
        let rows = try node.state.rowsDestroyed(by: stored.run)
        try node.state.remember(try report.record(rowsErased: rows).canonicalText(), as: mark(stored.run))
        try destroy(stored.run)
      }
      if !report.isClean { problem = .residue(tenant: tenant, report) }
    }
    return problem
  }

  /// The certificates of which the database's own files may hold something.
  func left() throws -> [StoredCertificate] {
    try node.state.unsettledCertificates(of: tenant).filter { stored in
      try stored.document().methods.contains(where: \.isOpenResidue) && node.state.value(of: mark(stored.run)) == nil
    }
  }

  /// What was done since and found, where a certificate says that something was in the way; nil while it is.
  func outcome(of certificate: StoredCertificate) throws -> (methods: [Method], checks: [Check])? {
    guard let record = try node.state.value(of: mark(certificate.run)) else { return nil }
    let outcome = JSONNode(try JSONValue(parsing: record.utf8))
    var methods: [Method] = []
    for one in try outcome["methods"].elements() { methods.append(try Method(one)) }
    var checks: [Check] = []
    for one in try outcome["checks"].elements() { checks.append(try Check(one)) }
    return (methods, checks)
  }

  /// What a run may have left. Where it is lost, the structure of the files is looked at all the same.
  private func values(of run: Int64) throws -> ErasedRows {
    guard let sealed = try DurableFile.readIfPresent(path(run)) else { return ErasedRows() }
    let bytes = try SealedKeys(of: keyName(run), in: KeyFolder(path: folder, environment: [:])).open(sealed, for: Self.place)
    guard let rows = ErasedRows(bytes: bytes) else { throw AgentError.stateContent(what: "the values that run \(run) left") }
    return rows
  }

  private func destroy(_ run: Int64) throws {
    for path in ["\(folder)/\(keyName(run))", path(run)] { try KeyFile.destroy(path) }
  }
}
