import Agent
import ArgumentParser
import Enforcement
import Evidence
import Retention

/// `wis plan`: the exact list of what would be done, with its hash.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Write the hashed plan of what would be done; changes no tenant.",
    discussion: "Example: wis plan bakker --out bakker.plan.json")

  @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
  @Option(help: ArgumentHelp("Write the plan of one tenant to this file.", valueName: "file")) var out: String?
  @OptionGroup var asOf: AsOf
  @OptionGroup var options: NodeOptions

  func run() throws {
    let node = try options.node()
    if out != nil, try node.tenants(tenants).count != 1 { throw UsageError(text: "--out takes the plan of one tenant; name one") }
    var looks = Looks(node: node, options: options)
    try looks.each(tenants) { tenant in
      let day = try asOf.day(for: tenant, on: node)
      let findings = try node.look(at: tenant, on: day)
      let document = try PlanDocument(findings.plan, from: try node.sources(of: tenant))
      let file = document.file(of: findings.plan)
      if try day <= node.today(of: tenant), !findings.plan.steps.isEmpty {
        try node.remember(document, of: findings.plan)
      }
      if let out { try DurableFile.write(Array((try file.canonicalText() + "\n").utf8), to: out) }
      if !options.json { Console.answer(PlanText(findings.plan, digest: document.digest).text) }
      return (file, findings.hasGaps ? .notDone : .done)
    }
    try looks.end()
  }
}
