import Agent
import ArgumentParser
import Evidence
import Retention

/// `wis backup`: the copies that backups keep.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Tell which copies backups keep, what they may still hold, and whether they go in time.",
    subcommands: [List.self, Expired.self, Inspect.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the copies with their day, their last day, and the certificates whose records they may still hold.",
      discussion: "Example: wis backup list bakker")

    @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      var table = TextTable(["tenant", "backup", "copy", "made", "kept until", "may hold"])
      var looks = Looks(node: node, options: options)
      try looks.each(tenants) { tenant in
        let id = tenant.tenant.id
        let certificates = try node.erasures(of: tenant)
        let places = try node.copies(of: tenant).map { result in
          let listing = try result.get()
          let name = listing.backup.name
          guard let copies = listing.copies else {
            table.add([id, name, "(nobody can look: no path)", "–", "–", "–"])
            return place(name, nil)
          }
          if copies.isEmpty { table.add([id, name, "(none found)", "–", "–", "–"]) }
          return place(
            name,
            copies.map { copy in
              let held = certificates.filter { copy.mayHold(erasedOn: $0.day) }.map(\.id)
              table.add([
                id, name, copy.name, copy.day.description, copy.expires?.description ?? "–",
                held.isEmpty ? "–" : held.count == 1 ? held[0] : "\(held.count) certificates",
              ])
              return .object(present: [
                "copy": .string(copy.name), "made": .string(copy.day.description),
                "expires": copy.expires.map { .string($0.description) }, "mayHold": .array(held.map(JSONValue.string)),
              ])
            })
        }
        return (["tenant": .string(id), "backups": .array(places)], .done)
      }
      if !options.json { Console.answer(table.text) }
      try looks.end()
    }

    private func place(_ name: String, _ copies: [JSONValue]?) -> JSONValue {
      .object(present: ["backup": .string(name), "copies": copies.map(JSONValue.array)])
    }
  }

  struct Expired: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look whether copies older than their term are really gone; one that is not ends with exit code 1.",
      discussion: "Example: wis backup expired")

    @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      var looks = Looks(node: node, options: options)
      try looks.each(tenants) { tenant in
        let (id, today) = (tenant.tenant.id, try node.today(of: tenant))
        var statuses: [ExitStatus] = []
        var problems: [JSONValue] = []
        func tell(_ error: any Error) {
          let told = Complaining.about(error)
          statuses.append(told.status)
          problems += told.lines.map(JSONValue.string)
          for line in told.lines { Console.note("error: \(line)") }
        }
        for result in try node.copies(of: tenant) {
          do {
            let listing = try result.get()
            let name = listing.backup.name
            guard let copies = listing.copies else {
              if !options.json { Console.answer("\(id): \(name): nobody can look there; give it a path or a command in wis.yaml") }
              continue
            }
            let overdue = copies.filter { $0.isOverdue(on: today) }
            for copy in overdue { tell(AgentError.overdueCopy(tenant: id, backup: name, copy: copy)) }
            if overdue.isEmpty, !options.json {
              Console.answer("\(id): \(name): \(copies.isEmpty ? "no copy found" : "\(copies.count) copies, none past its term")")
            }
          } catch {
            tell(error)
          }
        }
        return (["tenant": .string(id), "overdue": .array(problems)], .together(statuses))
      }
      try looks.end()
    }
  }

  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look into one copy for rows that were erased on request and are remembered.",
      discussion: """
        Takes a SQLite backup or what pg_dump made (plain, custom, directory, tar; the last three through pg_restore). Rows that the rules \
        erased by themselves are not remembered, and not looked for. Ends with exit code 1 when a row is found.
        Example: wis backup inspect bakker /backup/bakker-2026-01-31.dump
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Argument(help: "The file or folder of the copy.") var path: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      guard let inspection = try CopyInspection(of: path, for: policy, on: node) else {
        if options.json { return try Console.answer(["tenant": .string(tenant), "tables": []]) }
        return Console.answer("\(tenant): no erased row is remembered, so there is nothing to look for")
      }
      if options.json {
        try Console.answer([
          "tenant": .string(tenant),
          "tables": .array(
            inspection.tables.map {
              [
                "table": .string($0.name), "remembered": .integer(Int64($0.remembered)), "isThere": .bool($0.isThere),
                "equal": .integer(Int64($0.equal)), "sameKey": .integer(Int64($0.sameKey)),
              ]
            }),
        ])
      } else {
        for table in inspection.tables {
          Console.answer(
            table.isThere
              ? "\(table.name): \(table.equal) of \(table.remembered) remembered rows are in it, \(table.sameKey) more rows have the key of one"
              : "\(table.name): not in this copy")
        }
      }
      try (inspection.holdsErasedRows ? ExitStatus.notDone : .done).end()
    }
  }
}
