internal import Foundation

/// A package that was read from beginning to end, with everything in it that does not hold.
public struct VerifiedPackage {
  /// What was checked, and what was found wrong.
  public struct Finding {
    /// What was checked: `archive`, `checksums`, `descriptor`, `counts`, `types`, `keys`.
    public let step: String
    /// How many things were checked.
    public let checked: Int
    /// What is wrong with them; empty when all is well.
    public let problems: [String]
  }

  /// The package's name.
  public let name: String
  /// What it says about itself.
  public let evidence: ExportEvidence
  /// What was checked.
  public let findings: [Finding]

  /// Whether nothing is wrong.
  public var hasPassed: Bool { findings.allSatisfy { $0.problems.isEmpty } }

  /// Reads a package: a ZIP file, or one that is encrypted with age or OpenPGP.
  ///
  /// - Parameter identity: the file with the key that opens it.
  /// - Throws: when it cannot be read to its end at all.
  public init(path: String, identity: String?) throws {
    let source = ArchiveSource(path: path, identity: identity)
    let first = PackageInventory()
    try first.read(try source.open())
    name = first.top ?? ""
    var found = [Finding(step: "archive", checked: first.files.count, problems: first.problems), first.checksums()]
    let descriptor: DataPackage = try first.decoded("data/datapackage.json", path)
    evidence = try first.decoded("data/evidence/export.json", path)
    found.append(first.descriptor(descriptor))
    found.append(first.counts(descriptor, evidence))
    let second = TableCheck(descriptor)
    try second.read(try source.open())
    found.append(Finding(step: "types", checked: second.values, problems: second.typeProblems))
    found.append(Finding(step: "keys", checked: second.keys, problems: second.keyProblems))
    findings = found
  }
}
