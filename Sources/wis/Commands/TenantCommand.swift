import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention

/// `wis tenant`: whom the node looks after, wherever the inventory takes them from.
struct TenantCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenant", abstract: "List the tenants; say that one is meant to be gone.", subcommands: [List.self, Forget.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the tenants that the inventory names, and those that are gone from it.", discussion: "Example: wis tenant list")

    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      let lastRuns = try node.state.knownTenants()
      let last = Dictionary(uniqueKeysWithValues: lastRuns.map { ($0.id, $0.lastRunAt) })
      let vanished = try node.vanishedTenants()
      if options.json {
        try Console.answer([
          "tenants": .array(
            node.inventory.tenants.map {
              .object(present: [
                "tenant": .string($0.id), "agreement": .string($0.agreement), "map": .string($0.map), "store": .string($0.store.words),
                "lastRun": last[$0.id].map(JSONValue.string),
              ])
            }),
          "vanished": vanished.json,
        ])
      } else {
        var table = TextTable(["tenant", "agreement", "map", "store", "last run"])
        for tenant in node.inventory.tenants {
          table.add([tenant.id, tenant.agreement, tenant.map, tenant.store.words, last[tenant.id] ?? "never"])
        }
        Console.answer(table.text)
        vanished.tell()
      }
      try (vanished.isEmpty ? ExitStatus.done : .notDone).end()
    }
  }

  struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say that a tenant is meant to be gone from the inventory.",
      discussion: """
        Its plans and certificates stay. When it comes back, it is looked after as before.
        Example: wis tenant forget bakker --reason 'moved to another node'
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: "Why, without naming anyone.") var reason: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      _ = try Label(reason)
      try options.node().forget(tenant, because: reason, by: Account.current)
      if options.json { try Console.answer(["forgotten": .string(tenant)]) } else { Console.answer("forgot \(tenant)") }
    }
  }
}

extension StoreLocation {
  /// Where it is, without what may be secret in a connection string.
  fileprivate var words: String {
    switch database {
    case .sqlite(let path): "sqlite:\(path)"
    case .postgreSQL: "postgres\(schema.map { ", schema \($0)" } ?? "")"
    }
  }
}

extension [VanishedTenant] {
  /// As JSON, beside the tenants that are there.
  var json: JSONValue { .array(map { ["tenant": .string($0.id), "lastRun": .string($0.lastRunAt)] }) }

  /// Tells each in a line: a tenant that is gone must not pass for one of which nothing was due.
  func tell() {
    for one in self {
      Console.note(
        "error: tenant \(one.id): is gone from the inventory since its run of \(one.lastRunAt); bring it back, "
          + "or say that it is meant: wis tenant forget \(one.id) --reason TEXT")
    }
  }
}
