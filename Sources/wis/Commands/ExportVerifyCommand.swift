import Agent
import ArgumentParser
import Evidence
import Foundation
import Portability
import Retention

extension ExportCommand {
  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Verify a package: archive, checksums, counts, types, keys, references, and the signed statement beside it.",
      discussion: """
        PATH is a package as it was written, encrypted or not, or the folder that was unpacked from it. Needs no node unless --against \
        names a tenant. Nothing is unpacked to the disk unless --restore is given: then the scripts in the package are run, so use it \
        on packages whose sender you know.
        Example: wis export verify teruggave-kade-20261121-0a1b2c3d.zip.age --identity key.txt --trust trust --restore sqlite
        """)

    @Argument(help: "The package.") var path: String
    @Option(help: ArgumentHelp("The key that opens it: an age identity, or an OpenPGP secret key.", valueName: "file")) var identity:
      String?
    @Option(help: ArgumentHelp("The signed statement; default: the .bewijs.json beside the package.", valueName: "file")) var statement:
      String?
    @Option(help: ArgumentHelp("The folder with the issuer's anchors, to which the signing key must lead.", valueName: "folder")) var trust:
      String?
    @Option(help: ArgumentHelp("Compare it with this tenant's data as it is now.", valueName: "tenant")) var against: String?
    @Option(
      help: ArgumentHelp(
        """
        Restore it with its own script and compare: 'sqlite' (in a temporary folder), 'sqlite:FILE' (a new database that stays), or the URL \
        of an empty PostgreSQL database.
        """,
        valueName: "where")) var restore: String?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let target = try restore.map(Self.target)
      let package = try VerifiedPackage(path: path, identity: identity)
      let node = try against.map { _ in try options.node() }
      var findings = package.findings
      let anchors = try (trust ?? node?.inventory.trust).map { (folder) throws(EvidenceError) in try TrustFolder(folder: folder) }
      let signature = try checkStatement(of: package, anchors, &findings)
      if let node, let against {
        guard let policy = try node.tenants([against]).first else { return }
        let export = try TenantExport(node: node, tenant: policy, environment: ProcessInfo.processInfo.environment)
        let differences = try export.compare(package, progress: options.progress)
        findings.append(.init(step: "source", checked: package.evidence.tables.count, problems: differences))
      }
      // The scripts of a package in which something is wrong are not run.
      if let target, findings.allSatisfy(\.problems.isEmpty) {
        findings.append(try RestoreCheck(of: package, into: target, progress: options.progress).finding())
      }
      let hasPassed = findings.allSatisfy(\.problems.isEmpty)
      if options.json { try answer(package, findings, signature, hasPassed) } else { show(package, findings, signature, hasPassed) }
      try (hasPassed ? ExitStatus.done : .unverified).end()
    }

    private static func target(_ text: String) throws -> RestoreCheck.Target {
      if text == "sqlite" { return .sqlite(file: nil) }
      if text.hasPrefix("sqlite:"), text.count > "sqlite:".count { return .sqlite(file: String(text.dropFirst("sqlite:".count))) }
      guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
        throw UsageError(text: "--restore is neither 'sqlite', 'sqlite:FILE' nor the URL of an empty database (postgresql://…)")
      }
      return .postgreSQL(url: text)
    }

    /// The statement that was named, or the one beside the package when there is one.
    private func checkStatement(
      of package: VerifiedPackage, _ anchors: TrustFolder?, _ findings: inout [VerifiedPackage.Finding]
    ) throws -> ReturnStatement.Signature? {
      let beside = ReturnStatement.path(beside: path)
      guard let file = statement ?? (FileManager.default.fileExists(atPath: beside) ? beside : nil) else {
        guard trust == nil else {
          throw UsageError(text: "--trust is about the signed statement, and there is no \(beside); name it with --statement")
        }
        return nil
      }
      let read: ReturnStatement
      do {
        read = try ReturnStatement(path: file)
      } catch {
        if case .file = error { throw error }
        findings.append(.init(step: "statement", checked: 1, problems: ["\(file) cannot be read: \(error)"]))
        return nil
      }
      let (finding, signature) = try read.check(package, trust: anchors)
      findings.append(finding)
      return signature
    }

    private func show(
      _ package: VerifiedPackage, _ findings: [VerifiedPackage.Finding], _ signature: ReturnStatement.Signature?, _ hasPassed: Bool
    ) {
      for finding in findings {
        Console.answer("\(finding.problems.isEmpty ? "ok    " : "FAILED") \(finding.step): \(finding.checked) checked")
        for problem in finding.problems { Console.answer("       \(problem)") }
      }
      if let signature {
        let trace = signature.isTraced ? "which the issuer's root certifies" : "whose key that is was not checked: name --trust FOLDER"
        Console.answer("signed by \(signature.issuer) with key \(signature.key), \(trace)")
      } else if !findings.contains(where: { $0.step == "statement" }) {
        Console.answer("no statement beside it: who made it was not checked")
      }
      if restore != nil && !findings.contains(where: { $0.step == "restore" }) {
        Console.answer("not restored: scripts of a package in which something is wrong are not run")
      }
      Console.answer(hasPassed ? "verified: \(package.name)" : "NOT verified: do not rely on this package")
    }

    private func answer(
      _ package: VerifiedPackage, _ findings: [VerifiedPackage.Finding], _ signature: ReturnStatement.Signature?, _ hasPassed: Bool
    ) throws {
      try Console.answer([
        "verified": .bool(hasPassed), "name": .string(package.name.precomposedStringWithCanonicalMapping),
        "tenant": .string(package.evidence.tenant),
        "signature": signature.map {
          ["issuer": .string($0.issuer), "key": .string($0.key), "traced": .bool($0.isTraced)]
        } ?? .null,
        "steps": .array(
          findings.map {
            [
              "step": .string($0.step), "checked": .integer(Int64($0.checked)), "passed": .bool($0.problems.isEmpty),
              "problems": .array($0.problems.map { .string($0.precomposedStringWithCanonicalMapping) }),
            ]
          }),
      ])
    }
  }
}
