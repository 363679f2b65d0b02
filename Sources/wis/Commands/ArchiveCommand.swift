import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention

/// `wis archive`: what duties keep after a contract, out of the live database.
struct ArchiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive", abstract: "Seal what duties keep after a contract in encrypted archives; list and open them.",
    subcommands: [Seal.self, List.self, Open.self])

  struct Seal: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write what duties keep to packages that only keys made for them open, so that it can leave the live database.",
      discussion: """
        For a tenant whose data was destroyed at the controller's instruction as far as no duty forbids. The rest then leaves the database \
        by the same instruction. Each day on which duties end gets an archive of its own, which wis run destroys with its key on that day, \
        so that nothing is kept beyond its own end. Rows that must be reduced later, and rows without a known end, cannot be sealed.
        Example: wis archive seal kade
        """)

    @Argument(help: "The tenant.") var tenant: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      try SealedArchive(node: node, policy: policy).seal(progress: options.progress)
      let log = try node.offboardingLog(of: tenant)
      if options.json { return try Console.answer(["archives": .array(ArchiveCommand.json(tenant, log))]) }
      let ends = log.archives.map(\.until)
      let kept = ends.count == 1 ? "until \(ends[0])" : "each until its own day, from \(ends.first ?? "–") to \(ends.last ?? "–")"
      Console.answer(
        "sealed \(ends.count) \(ends.count == 1 ? "archive" : "archives") of \(tenant), \(kept); "
          + "remove the data from the database with: wis offboard continue \(tenant)")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the sealed archives, who opened them and why.", discussion: "Example: wis archive list")

    @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      var table = TextTable(["tenant", "sealed", "until", "destroyed", "opened"])
      var answers: [JSONValue] = []
      for tenant in try node.tenants(tenants).map(\.tenant.id) {
        let log = try node.offboardingLog(of: tenant)
        answers += ArchiveCommand.json(tenant, log)
        guard let sealed = log.lastSealed else { continue }
        for archive in sealed.facts.archives {
          let openings = log.openings(of: archive).map { "\($0.at) \($0.facts.role): \($0.facts.reason)" }
          table.add([
            tenant, sealed.at, archive.until, log.unsealed[archive.file] ?? "–", openings.isEmpty ? "–" : openings.joined(separator: "; "),
          ])
        }
      }
      if options.json { try Console.answer(["archives": .array(answers)]) } else { Console.answer(table.text) }
    }
  }

  struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Open a sealed archive: records who and why, then writes the package in the clear.",
      discussion: "Example: wis archive open kade --until 2032-01-01 --by 'tax adviser' --reason 'audit of 2024' --out kade.zip")

    @Argument(help: "The tenant.") var tenant: String
    @Option(
      help: ArgumentHelp("Which archive, by the day on which it ends; needed where there are several.", valueName: "YYYY-MM-DD"),
      transform: CivilDate.typed) var until: CivilDate?
    @Option(help: "In which role it is opened.") var by: String
    @Option(help: "Why; without naming anyone.") var reason: String
    @Option(help: ArgumentHelp("A new file for the package.", valueName: "path")) var out: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      try SealedArchive(node: node, policy: policy).open(until: until, to: out, role: by, reason: reason)
      if options.json {
        try Console.answer(["archives": .array(ArchiveCommand.json(tenant, try node.offboardingLog(of: tenant)))])
      } else {
        Console.answer("opened an archive of \(tenant), which is recorded; it is in the clear in \(out): remove it when you are done")
      }
    }
  }

  private static func json(_ tenant: String, _ log: OffboardingLog) -> [JSONValue] {
    guard let sealed = log.lastSealed else { return [] }
    return sealed.facts.archives.map { archive in
      .object(present: [
        "tenant": .string(tenant), "sealed": .string(sealed.at), "until": .string(archive.until), "sha256": .string(archive.sha256),
        "file": .string(archive.file.precomposedStringWithCanonicalMapping), "destroyed": log.unsealed[archive.file].map { .string($0) },
        "opened": .array(
          log.openings(of: archive).map { ["at": .string($0.at), "by": .string($0.facts.role), "reason": .string($0.facts.reason)] }),
      ])
    }
  }
}
