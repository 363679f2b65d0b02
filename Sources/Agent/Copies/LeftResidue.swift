import Enforcement
import Evidence
import Residue
import Retention
import Stores

/// What could not be taken out of a database's own files, because something was in the way: a reader, an old snapshot, a budget.
/// The values to be looked for wait, sealed, until nothing is in the way any more.
struct LeftResidue {
  let node: Node
  let policy: TenantPolicy

  private var tenant: String { policy.tenant.id }
  private func values(_ run: Int64) -> SealedRemainder { SealedRemainder("residue", of: run, holding: "values that may remain", on: node) }
  private func mark(_ run: Int64) -> String { "residue of run \(run)" }

  /// Remembers what a run may leave, before its certificate says so. Doing it again replaces it; nothing is remembered of a
  /// run that was not kept from anything.
  func keep(_ report: ResidueReport?, of rows: ErasedRows?, run: Int64) throws {
    if let report, report.isBlocked, let rows { try values(run).keep(rows.bytes) } else { try values(run).destroy() }
  }

  /// Tries again what earlier runs could not do, and gives what is still in the way.
  func tryAgain(_ session: TenantSession, progress: (String) -> Void) throws -> (any Error)? {
    let open = try left()
    guard !open.isEmpty else { return nil }
    progress("\(tenant): taking out of the database's files what earlier runs could not")
    var problem: AgentError?
    for stored in open {
      // At the level that only computes other copies anew, nothing is looked for.
      let isLogical = try policy.level == .logical && stored.document().methods.allSatisfy { !$0.isOpenResidue || $0.place == .derived }
      let report = try ResidueReport(
        after: isLogical ? nil : try erasedRows(of: stored.run), to: isLogical ? .logical : max(policy.level, .rewritten),
        within: policy.tenant.scrub, in: session.store)
      if !report.isBlocked {
        let rows = try node.state.rowsDestroyed(by: stored.run)
        try node.state.remember(try report.record(rowsErased: rows).canonicalText(), as: mark(stored.run))
        try values(stored.run).destroy()
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
  private func erasedRows(of run: Int64) throws -> ErasedRows {
    guard let bytes = try values(run).read() else { return ErasedRows() }
    guard let rows = ErasedRows(bytes: bytes) else { throw AgentError.stateContent(what: "the values that run \(run) left") }
    return rows
  }
}
