import Agent
import ArgumentParser
import Evidence
import Retention

/// `wis hold`: forbids erasing for a while.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Forbid erasing a tenant's data, a table, or one person's rows, until it is released.",
    subcommands: [Add.self, Release.self, List.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Place a hold.",
      discussion: """
        A hold stands against the rules and against every instruction, unless its law binds the controller: then the controller can give \
        it up where its agreement says so.
        Example: wis hold add bakker --table loonstrook --reason 'tax audit 2024' --law nl/awr-52 --until 2027-06-30
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: "Only this table.") var table: String?
    @Option(help: ArgumentHelp("Only the rows of this person. \(TypedPerson.inputHelp)", valueName: "TYPE=ID")) var subject: String?
    @Option(help: "Why, without naming anyone.") var reason: String
    @Option(help: "The law that asks for it: a statute, as nl/awr-52, or an article.") var law: String?
    @Option(help: "The clause that asks for it.") var clause: String?
    @Option(help: ArgumentHelp("Its last day.", valueName: "YYYY-MM-DD"), transform: CivilDate.typed) var until: CivilDate?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      var hold = NewHold(reason: reason)
      (hold.table, hold.subject, hold.until, hold.law, hold.clause) = (table, try subject.map(SubjectReference.typed), until, law, clause)
      let id = try node.place(hold, on: policy).id
      if options.json { try Console.answer(["hold": .string(id)]) } else { Console.answer("hold \(id) on \(tenant)") }
    }
  }

  struct Release: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a hold.", discussion: "Example: wis hold release H-2 --by 'privacy officer' --reason 'audit closed'")

    @Argument(help: "The hold.") var id: String
    @Option(help: "In which role it is released.") var by: String?
    @Option(help: "Why, without naming anyone.") var reason: String?
    @OptionGroup var options: NodeOptions

    func run() throws {
      try options.node().release(hold: id, by: by, reason: reason)
      if options.json { try Console.answer(["released": .string(id)]) } else { Console.answer("released \(id)") }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the holds, released ones too.", discussion: "Example: wis hold list")

    @OptionGroup var options: NodeOptions

    func run() throws {
      let holds = try options.node().state.holds(on: nil)
      var table = TextTable(["hold", "tenant", "table", "person", "until", "placed", "released", "binds", "law or clause", "reason"])
      for hold in holds {
        table.add([
          hold.id, hold.tenant, hold.table ?? "all", hold.identifier.map { "by \($0)" } ?? "all", hold.until?.description ?? "–",
          hold.placedAt, hold.release?.at ?? "–", hold.binds.rawValue, hold.law ?? hold.clause ?? "–", hold.reason,
        ])
      }
      guard options.json else { return Console.answer(table.text) }
      try Console.answer(["holds": .array(holds.map(json))])
    }

    private func json(_ hold: StoredHold) -> JSONValue {
      .object(present: [
        "hold": .string(hold.id), "tenant": .string(hold.tenant), "table": hold.table.map(JSONValue.string),
        "subject": hold.identifier.map(JSONValue.string), "until": hold.until.map { .string($0.description) },
        "placed": .string(hold.placedAt), "released": hold.release.map { .string($0.at) },
        "releasedBy": hold.release?.by.map(JSONValue.string), "releaseReason": hold.release?.reason.map(JSONValue.string),
        "binds": .string(hold.binds.rawValue), "law": hold.law.map(JSONValue.string), "clause": hold.clause.map(JSONValue.string),
        "reason": .string(hold.reason),
      ])
    }
  }
}
