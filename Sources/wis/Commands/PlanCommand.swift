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
  @Option(help: "Only the plan of this request.") var request: String?
  @Option(help: ArgumentHelp("Write the plan of one tenant to this file.", valueName: "file")) var out: String?
  @OptionGroup var asOf: AsOf
  @OptionGroup var options: NodeOptions

  func run() throws {
    let node = try options.node()
    let named = try request.map { [try node.state.request($0).tenant] } ?? tenants
    if out != nil, try node.tenants(named).count != 1 { throw UsageError(text: "--out takes the plan of one tenant; name one") }
    var looks = Looks(node: node, options: options)
    try looks.each(named) { tenant in
      let day = try asOf.day(for: tenant, on: node)
      var plans: [(request: String, file: JSONValue, isEmpty: Bool)] = []
      for stored in try node.state.requests(about: tenant.tenant.id) where request == nil ? out == nil : stored.request.id == request {
        guard let findings = try node.look(at: stored, on: day) else {
          if request != nil {
            throw UsageError(text: "request \(stored.request.id) has no plan now; see wis request show \(stored.request.id)")
          }
          continue
        }
        plans.append((stored.request.id, try show(findings, of: tenant, on: day, node), findings.plan.steps.isEmpty))
      }
      if request != nil, let plan = plans.first { return (plan.file, .done) }
      let findings = try node.look(at: tenant, on: day)
      let file = try show(findings, of: tenant, on: day, node)
      let waiting = plans.filter { !$0.isEmpty }
      guard !waiting.isEmpty, case .object(var members) = file else { return (file, findings.hasGaps ? .notDone : .done) }
      members["requests"] = .array(waiting.map { ["request": .string($0.request), "plan": $0.file] })
      return (.object(members), findings.hasGaps ? .notDone : .done)
    }
    try looks.end()
  }

  /// Shows a plan, and remembers it so that somebody can consent to it.
  private func show(_ findings: Findings, of tenant: TenantPolicy, on day: CivilDate, _ node: Node) throws -> JSONValue {
    let document = try PlanDocument(findings.plan, from: try node.sources(of: tenant))
    let file = document.file(of: findings.plan)
    if try day <= node.today(of: tenant), !findings.plan.steps.isEmpty {
      try node.remember(document, of: findings.plan)
    }
    if let out { try DurableFile.write(Array((try file.canonicalText() + "\n").utf8), to: out) }
    if !options.json {
      Console.answer(PlanText(findings.plan, digest: document.digest).text)
      for line in FileText.lines(try node.survey(filesOf: findings.plan, of: tenant)) { Console.answer(line) }
    }
    return file
  }
}
