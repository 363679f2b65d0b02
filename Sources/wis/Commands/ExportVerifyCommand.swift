import Agent
import ArgumentParser
import Evidence
import Foundation
import Portability

extension ExportCommand {
  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Verify a package: its archive, checksums, counts, types and keys; and, if asked, against the source.",
      discussion: """
        Needs no node unless --against names a tenant. Nothing is unpacked to the disk.
        Example: wis export verify teruggave-kade-20261121-0a1b2c3d.zip.age --identity key.txt --against kade
        """)

    @Argument(help: "The package.") var path: String
    @Option(help: ArgumentHelp("The key that opens it: an age identity, or an OpenPGP secret key.", valueName: "file")) var identity:
      String?
    @Option(help: ArgumentHelp("Compare it with this tenant's data as it is now.", valueName: "tenant")) var against: String?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let package = try VerifiedPackage(path: path, identity: identity)
      var findings = package.findings.map { (step: $0.step, checked: $0.checked, problems: $0.problems) }
      if let against {
        let node = try options.node()
        guard let policy = try node.tenants([against]).first else { return }
        let export = try TenantExport(node: node, tenant: policy, environment: ProcessInfo.processInfo.environment)
        let differences = try export.compare(package, progress: options.progress)
        findings.append((step: "source", checked: package.evidence.tables.count, problems: differences))
      }
      let hasPassed = findings.allSatisfy(\.problems.isEmpty)
      if options.json {
        try Console.answer([
          "verified": .bool(hasPassed), "name": .string(package.name), "tenant": .string(package.evidence.tenant),
          "steps": .array(
            findings.map {
              [
                "step": .string($0.step), "checked": .integer(Int64($0.checked)), "passed": .bool($0.problems.isEmpty),
                "problems": .array($0.problems.map { .string($0.precomposedStringWithCanonicalMapping) }),
              ]
            }),
        ])
      } else {
        for finding in findings {
          Console.answer("\(finding.problems.isEmpty ? "ok    " : "FAILED") \(finding.step): \(finding.checked) checked")
          for problem in finding.problems { Console.answer("       \(problem)") }
        }
        Console.answer(hasPassed ? "verified: \(package.name)" : "NOT verified: do not rely on this package")
      }
      try (hasPassed ? ExitStatus.done : .unverified).end()
    }
  }
}
