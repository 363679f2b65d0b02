import Enforcement
import Evidence
import Retention

/// Files that a run had to leave, because the system refused to remove them. Their names wait, sealed, until they are gone.
struct LeftFiles {
  let node: Node
  let policy: TenantPolicy

  private var tenant: String { policy.tenant.id }
  private func names(_ run: Int64) -> SealedRemainder { SealedRemainder("left", of: run, holding: "files that are left", on: node) }
  private func mark(_ run: Int64) -> String { "files left by run \(run)" }

  /// Remembers what a run leaves, before its certificate says so. Doing it again replaces it.
  func keep(_ names: [UInt8]?, of run: Int64) throws {
    if let names { try self.names(run).keep(names) } else { try self.names(run).destroy() }
  }

  /// Tries again to remove what earlier runs left, and gives what is still in the way.
  func tryAgain(_ session: TenantSession) throws -> (any Error)? {
    var problem: AgentError?
    for run in try node.state.certificates(of: tenant).map(\.run) {
      guard let names = try names(run).read() else { continue }
      let decision = try session.look(on: session.today).decision
      let removal = FileRemoval(store: session.store, decision: decision, own: node.ownFiles(of: policy))
      let report = try removal.carryOut(left: names)
      let refused = report.total(\.refused)
      if refused > 0 || report.left != nil {
        // Where something else is under a name now (a link, a folder), the file can be somewhere else: a person has to look.
        try keep(refused > 0 ? names : report.left, of: run)
        problem = .filesStay(tenant: tenant, left: report.total(\.left), reason: report.reason, refused: refused)
      } else {
        try node.state.remember(node.now().description, as: mark(run))
        try self.names(run).destroy()
      }
    }
    return problem
  }

  /// The certificates that say of files that they are left, while they are.
  func left() throws -> [StoredCertificate] {
    try node.state.unsettledCertificates(of: tenant).filter { stored in
      try stored.document().methods.contains { $0.place == .files && $0.isOpenCopy } && node.state.value(of: mark(stored.run)) == nil
    }
  }

  /// Whether all that a certificate says to be left is gone.
  func isDone(_ certificate: StoredCertificate) throws -> Bool {
    if try node.state.value(of: mark(certificate.run)) != nil { return true }
    guard names(certificate.run).isThere else { throw AgentError.lostFiles(tenant: tenant, certificate: certificate.id) }
    return false
  }
}
