import Agent
import ArgumentParser
import Evidence
import Retention
import Stores

/// `wis map`: compares data maps with the databases they describe.
struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Compare data maps with the databases they describe.", subcommands: [Check.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find tables and columns that nobody classified.", discussion: "Example: wis map check bakker")

    @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      var looks = Looks(node: node, options: options)
      try looks.each(tenants) { tenant in
        let schema = try node.store(of: tenant, access: .look).schema()
        let decision = try TenantDecision(policy: tenant, schema: schema, today: node.today(of: tenant), holds: [])
        if !options.json {
          for gap in decision.gaps { Console.answer("\(tenant.tenant.id): uncovered \(gap.table)\(gap.column.map { ".\($0)" } ?? "")") }
          if decision.gaps.isEmpty { Console.answer("\(tenant.tenant.id): \(schema.tables.count) tables, all covered") }
        }
        let answer: JSONValue = ["tenant": .string(tenant.tenant.id), "uncovered": .array(decision.gaps.map(\.json))]
        return (answer, decision.gaps.isEmpty ? .done : .notDone)
      }
      try looks.end()
    }
  }
}
