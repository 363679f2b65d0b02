import Evidence
import Foundation
import Portability
import Retention

extension EndDesk {
  /// Writes the package, reads it back and compares it with the source; only then it counts as returned.
  ///
  /// What is encrypted to the controller cannot be read here. So the same package is first written to a key made for this alone,
  /// read and compared, and the one for the controller must have the same archive in it. Nothing is ever on the disk in the clear.
  func handOver(
    to out: String, encryptTo: String?, mayBeIncomplete: Bool, environment: [String: String], progress: @escaping (String) -> Void
  ) throws {
    let choice = try node.offboardingLog(of: tenant).choice?.facts
    let extent: ReturnScope.Extent = choice?.tables.map { .tables($0) } ?? .tenant
    let nature: Nature? = choice?.nature == Nature.raw.rawValue ? .raw : nil
    let copies = choice?.copies ?? []
    let recipient = try encryptTo.map { try Recipient($0) }
    let export = try TenantExport(node: node, tenant: policy, environment: environment)
    // Alone, so that what was begun and never recorded is of an agent that was killed.
    let lock = try TenantLock(on: tenant, of: node)
    defer { withExtendedLifetime(lock) {} }
    try removeUnfinished(progress)
    let rehearsed = try recipient == nil ? nil : rehearse(extent, nature, copies, beside: out, export, progress)
    let result = try export.write(
      extent, nature: nature, copies: copies, for: recipient, to: out, announce: announce, progress: progress)
    let evidence = result.file.summary.evidence
    do {
      if evidence.isIncomplete, !mayBeIncomplete {
        throw refusal(
          "the return lacks \(evidence.files.missing) files, or tables that cannot be read or of which nobody can tell whose they are; "
            + "complete it, or say --although-incomplete")
      }
      if let rehearsed {
        guard rehearsed == result.file.archiveSHA256 else {
          throw AgentError.unverifiedReturn(tenant: tenant, ["the data changed meanwhile; try again"])
        }
      } else {
        try verify(result.file.path, identity: nil, export, progress)
      }
    } catch {
      for path in [result.file.path, result.statement] { try FileManager.default.removeItem(atPath: path) }
      throw error
    }
    try node.record(
      .returned,
      OffboardingLog.Return(
        file: Self.absolute(result.file.path), statement: Self.absolute(result.statement), sha256: result.file.sha256,
        archive: result.file.archiveSHA256, recipient: result.file.recipient, isIncomplete: evidence.isIncomplete, tables: choice?.tables,
        nature: nature?.rawValue, rows: SourceRows(of: evidence)), of: tenant)
  }

  /// Remembers what is about to stand in the folder before it counts as returned.
  private func announce(_ file: PackageFile, _ statement: ReturnStatement) throws {
    try node.record(
      .returning,
      OffboardingLog.Unfinished(
        file: Self.absolute(file.path), sha256: file.sha256, statement: Self.absolute(ReturnStatement.path(beside: file.path)),
        statementSHA256: statement.sha256), of: tenant)
  }

  /// Removes the package that an agent left which was killed before it counted as returned. Anything but just that file, with just its
  /// statement, is somebody's, and stays.
  private func removeUnfinished(_ progress: (String) -> Void) throws {
    guard let left = try node.offboardingLog(of: tenant).returning?.facts else { return }
    let found = [(left.file, left.sha256), (left.statement, left.statementSHA256)].filter { FileManager.default.fileExists(atPath: $0.0) }
    guard !found.isEmpty, try found.allSatisfy({ try FileDigest.sha256(of: $0.0) == $0.1 }) else { return }
    for (path, _) in found { try FileManager.default.removeItem(atPath: path) }
    progress("\(tenant): removed \(left.file), a return that was interrupted before it was verified")
  }

  /// Writes and verifies the package under a key that is destroyed afterwards, and gives the hash of its archive.
  private func rehearse(
    _ extent: ReturnScope.Extent, _ nature: Nature?, _ copies: [ReadingCopy], beside out: String, _ export: TenantExport,
    _ progress: @escaping (String) -> Void
  ) throws -> String {
    let key = try AgeKey()
    let name = "\(node.home)/run-keys/return-\(tenant).key"
    let path = "\(isFolder(out) ? out : NodeFiles.folder(of: out))/.return-\(tenant).age"
    for remainder in [name, path, PackageFile.unfinished(path)] { try KeyFile.destroy(remainder) }
    return try removing([name, path]) {
      try DurableFile.create(Array(key.identity.utf8), at: name, mode: 0o600)
      let request = ExportRequest(
        policy: policy, extent: extent, nature: nature, copies: copies, day: try node.today(of: policy), tool: "wis \(Program.version)")
      let file = try PackageFile.write(
        request, from: try node.store(of: policy, access: .look), for: key.recipient, to: path, with: nil, progress: progress)
      try verify(file.path, identity: name, export, progress)
      return file.archiveSHA256
    }
  }

  /// Removes files after a body, however that ends. One that cannot be removed is told before anything else: the key among them opens all
  /// of the data.
  private func removing<Value>(_ paths: [String], after body: () throws -> Value) throws -> Value {
    let result = Result { try body() }
    for path in paths { try KeyFile.destroy(path) }
    return try result.get()
  }

  private func verify(_ path: String, identity: String?, _ export: TenantExport, _ progress: @escaping (String) -> Void) throws {
    let package = try VerifiedPackage(path: path, identity: identity)
    let problems = try package.findings.flatMap(\.problems) + export.compare(package, progress: progress)
    guard problems.isEmpty else { throw AgentError.unverifiedReturn(tenant: tenant, problems) }
  }
}
