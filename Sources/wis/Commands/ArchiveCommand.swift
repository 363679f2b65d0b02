import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention

/// `wis archive`: what a duty keeps after a contract, out of the live database.
struct ArchiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive", abstract: "Seal what a duty keeps after a contract in an encrypted archive; list and open it.",
    subcommands: [Seal.self, List.self, Open.self])

  struct Seal: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write what a duty keeps to a package that only a key made for it opens, so that it can leave the live database.",
      discussion: """
        For a tenant whose data was destroyed at the controller's instruction as far as no duty forbids. The rest then leaves the database \
        by the same instruction. When the last duty ends, wis run destroys the archive with its key; an archive goes as a whole, so what is due \
        before that day stays in it. Leave the rows in the database where an agreement does not allow that.
        Example: wis archive seal kade
        """)

    @Argument(help: "The tenant.") var tenant: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      try SealedArchive(node: node, policy: policy).seal(progress: options.progress)
      let json = try ArchiveCommand.json(tenant, node)
      if options.json { return try Console.answer(json ?? .null) }
      let until = try node.offboardingLog(of: tenant).sealed?.facts.until ?? "–"
      Console.answer(
        "sealed the archive of \(tenant), as a whole until \(until); remove the data from the database with: wis offboard continue \(tenant)"
      )
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
      for tenant in try node.tenants(tenants) {
        let log = try node.offboardingLog(of: tenant.tenant.id)
        guard let sealed = log.lastSealed, let json = try ArchiveCommand.json(tenant.tenant.id, node) else { continue }
        answers.append(json)
        let openings = log.opened.map { "\($0.at) \($0.facts.role): \($0.facts.reason)" }
        table.add([
          tenant.tenant.id, sealed.at, sealed.facts.until, log.unsealed?.at ?? "–",
          openings.isEmpty ? "–" : openings.joined(separator: "; "),
        ])
      }
      if options.json { try Console.answer(["archives": .array(answers)]) } else { Console.answer(table.text) }
    }
  }

  struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Open a sealed archive: records who and why, then writes the package in the clear.",
      discussion: "Example: wis archive open kade --by 'tax adviser' --reason 'audit of 2024' --out kade.zip")

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: "In which role it is opened.") var by: String
    @Option(help: "Why; without naming anyone.") var reason: String
    @Option(help: ArgumentHelp("A new file for the package.", valueName: "path")) var out: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      try SealedArchive(node: node, policy: policy).open(to: out, role: by, reason: reason)
      if options.json {
        try Console.answer(try ArchiveCommand.json(tenant, node) ?? .null)
      } else {
        Console.answer("opened the archive of \(tenant), which is recorded; it is in the clear in \(out): remove it when you are done")
      }
    }
  }

  private static func json(_ tenant: String, _ node: Node) throws -> JSONValue? {
    let log = try node.offboardingLog(of: tenant)
    return log.lastSealed.map { sealed in
      .object(present: [
        "tenant": .string(tenant), "sealed": .string(sealed.at), "until": .string(sealed.facts.until),
        "sha256": .string(sealed.facts.sha256), "file": .string(sealed.facts.file.precomposedStringWithCanonicalMapping),
        "destroyed": log.unsealed.map { .string($0.at) },
        "opened": .array(
          log.opened.map { ["at": .string($0.at), "by": .string($0.facts.role), "reason": .string($0.facts.reason)] }),
      ])
    }
  }
}
