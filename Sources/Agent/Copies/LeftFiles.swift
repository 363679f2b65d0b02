import Enforcement
import Evidence
import Foundation
import Retention

/// Files that a run had to leave, because the system refused to remove them. Their names wait in a file of their own, sealed with a
/// key of their own, until they are gone: what the run itself remembered is destroyed when its certificate is released.
struct LeftFiles {
  let node: Node
  let policy: TenantPolicy

  private var tenant: String { policy.tenant.id }
  private var folder: String { "\(node.home)/run-keys" }
  private func keyName(_ run: Int64) -> String { "run-\(run).left.key" }
  private func path(_ run: Int64) -> String { "\(folder)/run-\(run).left" }
  private func mark(_ run: Int64) -> String { "files left by run \(run)" }
  private static let place = "files that are left"

  /// Remembers what a run leaves, before its certificate says so. Doing it again replaces it.
  func keep(_ names: [UInt8]?, of run: Int64) throws {
    guard let names else { return try destroy(run) }
    let keys = KeyFolder(path: folder, environment: [:])
    let isKnown = FileManager.default.fileExists(atPath: "\(folder)/\(keyName(run))")
    let seal = try isKnown ? SealedKeys(of: keyName(run), in: keys) : SealedKeys(newFor: keyName(run), in: keys)
    try DurableFile.write(try seal.seal(names, for: Self.place), to: path(run), mode: 0o600)
  }

  /// Tries again to remove what earlier runs left, and gives what is still in the way.
  func tryAgain(_ session: TenantSession) throws -> (any Error)? {
    var problem: AgentError?
    for run in try node.state.certificates(of: tenant).map(\.run) {
      guard let sealed = try DurableFile.readIfPresent(path(run)) else { continue }
      let names = try SealedKeys(of: keyName(run), in: KeyFolder(path: folder, environment: [:])).open(sealed, for: Self.place)
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
        try destroy(run)
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
    guard FileManager.default.fileExists(atPath: path(certificate.run)) else {
      throw AgentError.lostFiles(tenant: tenant, certificate: certificate.id)
    }
    return false
  }

  private func destroy(_ run: Int64) throws {
    for path in ["\(folder)/\(keyName(run))", path(run)] { try KeyFile.destroy(path) }
  }
}
