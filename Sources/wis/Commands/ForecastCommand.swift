import Agent
import ArgumentParser
import Evidence
import Retention
import Stores

/// `wis forecast`: what falls due in the coming months.
struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast", abstract: "Tell what falls due in the coming months; changes nothing.",
    discussion: "Example: wis forecast --months 24")

  @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
  @Option(help: "How many months to look ahead, 1 to 120.") var months = 12
  @OptionGroup var asOf: AsOf
  @OptionGroup var options: NodeOptions

  func validate() throws {
    guard (1...120).contains(months) else { throw ValidationError("--months \(months): expected a number from 1 to 120") }
  }

  func run() throws {
    let node = try options.node()
    var looks = Looks(node: node, options: options)
    try looks.each(tenants) { tenant in
      let today = try asOf.day(for: tenant, on: node)
      let store = try node.store(of: tenant, access: .look)
      let schema = try store.schema()
      let holds = try node.openHolds(on: tenant.tenant.id)
      var table = TextTable(["by", "erase", "reduce", "restrict"])
      var answers: [JSONValue] = []
      for month in 0...months {
        guard let day = today.adding(months: month) else { break }
        let decision = try TenantDecision(policy: tenant, schema: schema, today: day, holds: holds)
        let totals = Plan(decision: decision, census: try store.census(of: decision)).totals
        let counts = [Disposition.erase, .reduce, .restrict].map { totals[$0] ?? 0 }
        table.add([day.description] + counts.map(String.init))
        answers.append([
          "by": .string(day.description), "erase": .integer(Int64(counts[0])), "reduce": .integer(Int64(counts[1])),
          "restrict": .integer(Int64(counts[2])),
        ])
      }
      if !options.json { Console.answer("\(tenant.tenant.id): rows that would be due if nothing were done before\n\(table.text)\n") }
      return (["tenant": .string(tenant.tenant.id), "months": .array(answers)], .done)
    }
    try looks.end()
  }
}
