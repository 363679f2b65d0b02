import Agent
import ArgumentParser
import Evidence
import Retention

/// `wis hold`: forbids erasing for a while.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Forbid erasing a tenant's data, or one of its tables, until it is released.",
    subcommands: [Add.self, Release.self, List.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Place a hold.", discussion: "Example: wis hold add bakker --table loonstrook --reason 'tax audit 2024' --until 2027-06-30")

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: "Only this table.") var table: String?
    @Option(help: "Why, without naming anyone.") var reason: String
    @Option(help: ArgumentHelp("Its last day.", valueName: "YYYY-MM-DD"), transform: CivilDate.typed) var until: CivilDate?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      if let table, policy.map.tables[table] == nil { throw AgentError.unknownTable(tenant: tenant, table: table) }
      // The same gate that keeps personal data out of certificates.
      _ = try Label(reason)
      let id = try node.placeHold(on: tenant, table: table, reason: reason, until: until)
      if options.json { try Console.answer(["hold": .string(id)]) } else { Console.answer("hold \(id) on \(tenant)") }
    }
  }

  struct Release: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End a hold.", discussion: "Example: wis hold release H-2")

    @Argument(help: "The hold.") var id: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      try node.state.release(hold: id, at: node.now().description)
      if options.json { try Console.answer(["released": .string(id)]) } else { Console.answer("released \(id)") }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the holds, released ones too.", discussion: "Example: wis hold list")

    @OptionGroup var options: NodeOptions

    func run() throws {
      let holds = try options.node().state.holds(on: nil)
      var table = TextTable(["hold", "tenant", "table", "until", "placed", "released", "reason"])
      for hold in holds {
        table.add([
          hold.hold.id, hold.tenant, hold.hold.table ?? "all", hold.hold.until?.description ?? "–", hold.placedAt, hold.releasedAt ?? "–",
          hold.reason,
        ])
      }
      guard options.json else { return Console.answer(table.text) }
      try Console.answer([
        "holds": .array(
          holds.map {
            .object(present: [
              "hold": .string($0.hold.id), "tenant": .string($0.tenant), "table": $0.hold.table.map(JSONValue.string),
              "until": $0.hold.until.map { .string($0.description) }, "placed": .string($0.placedAt),
              "released": $0.releasedAt.map(JSONValue.string), "reason": .string($0.reason),
            ])
          })
      ])
    }
  }
}
