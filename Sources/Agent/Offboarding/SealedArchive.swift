import Enforcement
import Evidence
import Foundation
import Portability
public import Retention
import Stores

/// The sealed archives of a tenant whose contract has ended: what duties keep, out of the live database, in a package for each day on
/// which duties end, encrypted to a key made for it alone. They stand among the tenant's copies under names of their own: the certificate
/// of the removal says until when each is there, and is completed when all are gone.
public struct SealedArchive {
  let node: Node
  let policy: TenantPolicy

  /// The archives of a tenant.
  public init(node: Node, policy: TenantPolicy) {
    self.node = node
    self.policy = policy
  }

  /// What the names of the places begin with, in certificates and lists.
  static let place = "sealed archive"
  /// How many archives a tenant can have: a year of days, and the ends of some years.
  static let limit = 400

  private var tenant: String { policy.tenant.id }
  private var folder: String { "\(node.home)/archives" }
  private var keys: KeyFolder { KeyFolder(path: "\(node.home)/archive-keys", environment: [:]) }

  private func refusal(_ problem: String) -> AgentError { .offboarding(tenant: tenant, problem: problem) }

  /// Writes all that is left of the data, opens it again and compares it with the source. Only when every archive is on the disk do they
  /// count: from then on the instruction to destroy the data also counts for what the duties keep, because it is kept here.
  public func seal(progress: @escaping (String) -> Void) throws {
    // Alone, so that what was begun and never recorded is of an agent that was killed.
    let lock = try TenantLock(on: tenant, of: node)
    defer { withExtendedLifetime(lock) {} }
    let log = try node.offboardingLog(of: tenant)
    guard log.sealed == nil else { throw refusal("its archives were sealed already, at \(log.sealed?.at ?? "–")") }
    let listed = node.listed[tenant]?.tenant.backups ?? []
    if let taken = listed.first(where: { $0.name.hasPrefix(Self.place) }) {
      throw refusal("wis.yaml has a backup called '\(taken.name)'; give it another name")
    }
    let today = try node.today(of: policy)
    guard log.destroying != nil, log.emptied == nil, case .blocked(.day, _)? = try node.offboarding(of: policy)?.state(of: .destroy),
      let asked = try node.endRequests(of: policy).erasures.first(where: { $0.state == .open && $0.remainder != nil }),
      let instruction = try node.instruction(of: asked, under: policy, on: today)
    else {
      throw refusal("nothing is left that only a duty keeps until a known day; see wis offboard status \(tenant)")
    }
    // Nothing went because of it, and its keys open all that is there.
    try destroy(log.sealing)
    for folder in [folder, keys.path] { try DurableFile.makeFolder(folder, mode: 0o700) }
    let store = try node.store(of: policy, access: .look)
    let sealing = Sealing(
      policy: policy, store: store, instruction: instruction, holds: try node.openHolds(on: tenant, against: instruction), today: today)
    let seal: OffboardingLog.Seal
    do {
      // All of it as it was at one moment.
      seal = try store.inSnapshot {
        let stretches = try sealing.stretches()
        let rows = try SourceRows(of: policy, .tenant, nature: nil, in: store)
        var written: [(archive: OffboardingLog.Archive, rows: SourceRows)] = []
        for (number, stretch) in stretches.enumerated() {
          progress("\(tenant): archive \(number + 1) of \(stretches.count), until \(stretch.until)")
          written.append(try write(stretch, from: store, on: today, progress))
        }
        try sealing.requireAll(written.map(\.rows))
        return OffboardingLog.Seal(day: today.description, rows: rows, archives: written.map(\.archive))
      }
    } catch {
      try destroy(node.offboardingLog(of: tenant).sealing)
      throw error
    }
    try node.record(.sealed, seal, of: tenant)
  }

  /// Writes one archive, and reads and compares it.
  private func write(
    _ rows: EndingRows, from store: any TenantStore, on today: CivilDate, _ progress: @escaping (String) -> Void
  ) throws -> (OffboardingLog.Archive, SourceRows) {
    let name = "\(tenant)-\(today)-until-\(rows.until)"
    let begun = OffboardingLog.Begun(file: "\(folder)/\(name).zip.age", key: "\(name).key")
    try node.record(.sealing, begun, of: tenant)
    let key = try AgeKey()
    try keys.create(Array(key.identity.utf8), named: begun.key)
    let request = ExportRequest(policy: policy, extent: .ending(rows), nature: nil, day: today, tool: "wis \(Program.version)")
    let file = try PackageFile.write(request, from: store, for: key.recipient, to: begun.file, with: nil, progress: progress)
    let package = try VerifiedPackage(path: begun.file, identity: "\(keys.path)/\(begun.key)")
    let problems =
      try package.findings.flatMap(\.problems)
      + PackageComparison(of: package, with: policy, in: store, as: .ending(rows), progress: progress).differences
    guard problems.isEmpty else { throw AgentError.unverifiedReturn(tenant: tenant, problems) }
    let archive = OffboardingLog.Archive(file: begun.file, key: begun.key, sha256: file.sha256, until: rows.until.description)
    return (archive, SourceRows(of: file.summary.evidence))
  }

  /// Refuses when an archive is not there as it was sealed, or its key does not open it: nothing else has what is in it once the
  /// live rows are gone.
  func requireWhole(_ archive: OffboardingLog.Archive) throws {
    guard FileManager.default.fileExists(atPath: archive.file), try FileDigest.sha256(of: archive.file) == archive.sha256 else {
      throw AgentError.notTheReturn(tenant: tenant, problem: "\(archive.file) is gone or was altered since it was sealed")
    }
    let package = try VerifiedPackage(path: archive.file, identity: "\(keys.path)/\(archive.key)")
    let problems = package.findings.flatMap(\.problems)
    guard problems.isEmpty else { throw AgentError.unverifiedReturn(tenant: tenant, problems) }
  }

  /// Opens an archive: records who does it and why, then writes what is in it to a file.
  ///
  /// - Parameter until: which one; it need not be said where there is one only.
  public func open(until: CivilDate?, to out: String, role: String, reason: String) throws {
    for text in [role, reason] { _ = try Label(text) }
    let archives = try node.offboardingLog(of: tenant).archives
    guard !archives.isEmpty else { throw refusal("it has no sealed archive") }
    let only = until == nil && archives.count == 1 ? archives[0] : nil
    guard let archive = archives.first(where: { $0.until == until?.description }) ?? only else {
      let ends = archives.map(\.until).joined(separator: ", ")
      throw refusal("\(until.map { "it has no archive until \($0)" } ?? "it has several archives"); say --until with one of: \(ends)")
    }
    guard try FileDigest.sha256(of: archive.file) == archive.sha256 else {
      throw AgentError.notTheReturn(tenant: tenant, problem: "\(archive.file) was altered since it was sealed")
    }
    guard !FileManager.default.fileExists(atPath: out) else { throw PortabilityError.exists(path: out) }
    try node.record(.opened, OffboardingLog.Opening(until: archive.until, role: role, reason: reason), of: tenant)
    try SealedPackage.open(archive.file, with: "\(keys.path)/\(archive.key)", to: out)
  }

  /// Destroys each archive and its key on the day on which the duties on what is in it are over, unless a hold stands against it. Whether
  /// the live rows have gone makes no difference: their duties are over too. Without its key what copies of the archive hold is noise: an
  /// erasure of a key of this program, and no more is claimed.
  func destroyWhenDue() throws {
    let archives = try node.offboardingLog(of: tenant).archives
    let today = try node.today(of: policy)
    let due = archives.filter { CivilDate($0.until).map { $0 <= today } ?? false }
    guard !due.isEmpty, try !node.openHolds(on: tenant).contains(where: { $0.isOpen(on: today) }) else { return }
    // An empty place says only then that all is gone when something was there.
    if let problem = try BackupPlaces(node: node, policy: policy).rememberWhatIsSeen().first { throw problem }
    for archive in due { try destroy(archive) }
  }

  /// Destroys archive and key, the key first.
  func destroy(_ archive: OffboardingLog.Archive) throws {
    try destroy([OffboardingLog.Begun(file: archive.file, key: archive.key)])
    try node.record(.unsealed, OffboardingLog.Unsealing(file: archive.file), of: tenant)
  }

  private func destroy(_ begun: [OffboardingLog.Begun]) throws {
    for one in begun {
      for path in ["\(keys.path)/\(one.key)", one.file, PackageFile.unfinished(one.file)] { try KeyFile.destroy(path) }
    }
  }
}

extension OffboardingLog.Archive {
  /// Its place among the tenant's copies, sealed on a day.
  func place(since day: String) -> Tenant.Backup? {
    guard let until = CivilDate(until) else { return nil }
    let (folder, name) = (NodeFiles.folder(of: file), (file as NSString).lastPathComponent)
    let pattern = "\(folder)/\(name.replacingOccurrences(of: day, with: "{date}"))"
    return Tenant.Backup(name: "\(SealedArchive.place) \(until)", expiry: .on(until), source: .files(pattern: pattern))
  }
}
