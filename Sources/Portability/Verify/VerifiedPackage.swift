internal import Foundation

/// A package that was read from beginning to end, with everything in it that does not hold.
public struct VerifiedPackage {
  /// What was checked, and what was found wrong.
  public struct Finding {
    /// What was checked: `archive`, `checksums`, `descriptor`, `counts`, `types`, `keys`, `references`.
    public let step: String
    /// How many things were checked.
    public let checked: Int
    /// What is wrong with them; empty when all is well.
    public let problems: [String]

    /// Something that was checked.
    public init(step: String, checked: Int, problems: [String]) {
      self.step = step
      self.checked = checked
      self.problems = problems
    }
  }

  /// The package's name.
  public let name: String
  /// What it says about itself.
  public let evidence: ExportEvidence
  /// What was checked.
  public let findings: [Finding]

  private static let descriptorPath = "data/datapackage.json"

  let source: ArchiveSource
  let descriptor: DataPackage
  /// The SHA-256 of each file, by its path below the top folder.
  let digests: [String: String]

  /// Whether nothing is wrong.
  public var hasPassed: Bool { findings.allSatisfy { $0.problems.isEmpty } }

  /// Reads a package: a ZIP file, one that is encrypted with age or OpenPGP, or the folder that was unpacked from it.
  ///
  /// - Parameter identity: the file with the key that opens it.
  /// - Throws: when it cannot be read to its end at all.
  public init(path: String, identity: String?) throws {
    source = ArchiveSource(path: path, identity: identity)
    let folder = FileManager.default.temporaryDirectory.path
    // With the descriptor looked up beforehand one reading does; what passes by must be the same.
    let ahead = source.peek(Self.descriptorPath)
    let expected = ahead.flatMap { try? JSONDecoder().decode(DataPackage.self, from: Data($0)) }
    let alongside = expected.map { TableCheck($0, spoolFolder: folder) }
    let first = PackageInventory()
    try first.read(source, alongside)
    name = first.top ?? ""
    var found = [Finding(step: "archive", checked: first.files.count, problems: first.problems), first.checksums()]
    descriptor = try first.decoded(Self.descriptorPath, path)
    evidence = try first.decoded("data/evidence/export.json", path)
    found.append(first.descriptor(descriptor))
    found.append(first.counts(descriptor, evidence))
    let tables: TableCheck
    if let ahead, let alongside, first.holds(Self.descriptorPath, ahead) {
      tables = alongside
    } else {
      tables = TableCheck(descriptor, spoolFolder: folder)
      try tables.read(source)
    }
    try tables.finish()
    found += [tables.types, tables.keys, tables.links]
    findings = found
    digests = first.files.mapValues(\.sha256)
  }

  /// The sizes and SHA-256 of the file and of the archive in it.
  public struct Measure {
    /// The size of the file as it lies there.
    public let bytes: Int64
    /// Its SHA-256.
    public let sha256: String
    /// The size of the archive, decrypted.
    public let archiveBytes: Int64
    /// Its SHA-256.
    public let archiveSHA256: String
  }

  /// Measures the file; nil when the package is a folder.
  public func measure() throws -> Measure? {
    guard !source.isUnpacked else { return nil }
    let (file, archive) = try source.measure()
    return Measure(bytes: file.size, sha256: file.sha256, archiveBytes: archive.size, archiveSHA256: archive.sha256)
  }
}
