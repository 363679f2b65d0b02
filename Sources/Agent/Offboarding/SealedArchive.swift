import Evidence
import Foundation
import Portability
public import Retention
import Stores

/// The sealed archive of a tenant whose contract has ended: what a duty keeps, encrypted to a key made for it alone, out of the
/// live database. It stands among the tenant's copies under a name of its own: the certificate of the removal says until when it
/// is there, and is completed when it is gone.
public struct SealedArchive {
  let node: Node
  let policy: TenantPolicy

  /// The archive of a tenant.
  public init(node: Node, policy: TenantPolicy) {
    self.node = node
    self.policy = policy
  }

  /// The name of the place in certificates and lists.
  static let place = "sealed archive"

  private var tenant: String { policy.tenant.id }
  private var folder: String { "\(node.home)/archives" }
  private var keys: KeyFolder { KeyFolder(path: "\(node.home)/archive-keys", environment: [:]) }

  private func refusal(_ problem: String) -> AgentError { .offboarding(tenant: tenant, problem: problem) }

  /// Writes all that is left of the data, opens it again and compares it with the source. From then on the instruction to
  /// destroy the data also counts for what the duties keep: it is kept here.
  public func seal(progress: @escaping (String) -> Void) throws {
    // Alone, so that what was begun and never recorded is of an agent that was killed.
    let lock = try TenantLock(on: tenant, of: node)
    defer { withExtendedLifetime(lock) {} }
    let log = try node.offboardingLog(of: tenant)
    guard log.sealed == nil else { throw refusal("its archive was sealed already, at \(log.sealed?.at ?? "–")") }
    let listed = node.listed[tenant]?.tenant.backups ?? []
    guard !listed.contains(where: { $0.name == Self.place }) else {
      throw refusal("wis.yaml has a backup called '\(Self.place)'; give it another name")
    }
    guard log.destroying != nil, log.emptied == nil,
      case .blocked(.day(let until), _)? = try node.offboarding(of: policy)?.state(of: .destroy)
    else {
      throw refusal("nothing is left that only a duty keeps until a known day; see wis offboard status \(tenant)")
    }
    let today = try node.today(of: policy)
    let key = try AgeKey()
    let name = "\(tenant)-\(today).key"
    let path = "\(folder)/\(tenant)-\(today).zip.age"
    // Nothing went because of it, and its key opens all that is there.
    if let begun = log.sealing?.facts { try destroy(begun) }
    try node.record(.sealing, OffboardingLog.Begun(file: path, key: name), of: tenant)
    for folder in [folder, keys.path] { try DurableFile.makeFolder(folder, mode: 0o700) }
    try keys.create(Array(key.identity.utf8), named: name)
    let file: PackageFile
    do {
      let request = ExportRequest(policy: policy, extent: .tenant, nature: nil, day: today, tool: "wis \(Program.version)")
      file = try PackageFile.write(
        request, from: try node.store(of: policy, access: .look), for: key.recipient, to: path, with: nil, progress: progress)
      let package = try VerifiedPackage(path: path, identity: "\(keys.path)/\(name)")
      let problems =
        try package.findings.flatMap(\.problems)
        + node.compare(package, with: policy, progress: progress)
      guard problems.isEmpty else { throw AgentError.unverifiedReturn(tenant: tenant, problems) }
    } catch {
      try destroy(OffboardingLog.Begun(file: path, key: name))
      throw error
    }
    try node.record(
      .sealed,
      OffboardingLog.Seal(
        file: path, key: name, sha256: file.sha256, day: today.description, until: until.description,
        rows: SourceRows(of: file.summary.evidence)), of: tenant)
  }

  /// Refuses when the archive is not there as it was sealed, or its key does not open it: nothing else has what is in it once the
  /// live rows are gone.
  func requireWhole(_ sealed: OffboardingLog.Seal) throws {
    guard FileManager.default.fileExists(atPath: sealed.file), try FileDigest.sha256(of: sealed.file) == sealed.sha256 else {
      throw AgentError.notTheReturn(tenant: tenant, problem: "\(sealed.file) is gone or was altered since it was sealed")
    }
    let package = try VerifiedPackage(path: sealed.file, identity: "\(keys.path)/\(sealed.key)")
    let problems = package.findings.flatMap(\.problems)
    guard problems.isEmpty else { throw AgentError.unverifiedReturn(tenant: tenant, problems) }
  }

  /// Opens the archive: records who does it and why, then writes what is in it to a file.
  public func open(to out: String, role: String, reason: String) throws {
    for text in [role, reason] { _ = try Label(text) }
    guard let sealed = try node.offboardingLog(of: tenant).sealed?.facts else { throw refusal("it has no sealed archive") }
    guard try FileDigest.sha256(of: sealed.file) == sealed.sha256 else {
      throw AgentError.notTheReturn(tenant: tenant, problem: "\(sealed.file) was altered since it was sealed")
    }
    guard !FileManager.default.fileExists(atPath: out) else { throw PortabilityError.exists(path: out) }
    try node.record(.opened, OffboardingLog.Opening(role: role, reason: reason), of: tenant)
    try SealedPackage.open(sealed.file, with: "\(keys.path)/\(sealed.key)", to: out)
  }

  /// Destroys archive and key when the duty is over and no hold stands against it. Without its key what copies of the archive
  /// hold is noise: an erasure of a key of this program, and no more is claimed.
  func destroyWhenDue() throws {
    guard let sealed = try node.offboardingLog(of: tenant).sealed?.facts, let until = CivilDate(sealed.until) else { return }
    let today = try node.today(of: policy)
    let holds = try node.openHolds(on: tenant).filter { $0.isOpen(on: today) }
    guard until <= today, holds.isEmpty, try node.offboardingLog(of: tenant).emptied != nil else { return }
    try destroy(sealed)
  }

  /// Destroys archive and key, the key first.
  func destroy(_ sealed: OffboardingLog.Seal) throws {
    try destroy(OffboardingLog.Begun(file: sealed.file, key: sealed.key))
    try node.record(.unsealed, of: tenant)
  }

  private func destroy(_ begun: OffboardingLog.Begun) throws {
    for path in ["\(keys.path)/\(begun.key)", begun.file, PackageFile.unfinished(begun.file)] { try KeyFile.destroy(path) }
  }
}

extension TenantPolicy {
  /// The policy with the sealed archive among the copies.
  func keeping(_ sealed: OffboardingLog.Seal) -> TenantPolicy? {
    guard let day = CivilDate(sealed.day), let until = CivilDate(sealed.until),
      let term = Period("P\(max(0, until.dayNumber - day.dayNumber))D")
    else { return nil }
    let pattern = sealed.file.replacingOccurrences(of: sealed.day, with: "{date}")
    return keeping(Tenant.Backup(name: SealedArchive.place, keptFor: term, source: .files(pattern: pattern)))
  }
}
