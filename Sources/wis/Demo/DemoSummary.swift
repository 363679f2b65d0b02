import Agent
import Enforcement
import Evidence
import Foundation
import PolicyLanguage
import Retention
import SQLite

/// What the demonstration did, and what to try next.
struct DemoSummary {
  let folder: String
  let node: Node
  let before: [TenantReport]
  let after: [TenantReport]

  /// The whole text.
  var text: String { "\n\(table)\n\n\(certificates)\n\n\(next)" }

  /// The same for scripts.
  var json: JSONValue {
    let certificates = Dictionary(uniqueKeysWithValues: after.map { ($0.tenant, $0.certificates.map { JSONValue.string($0.id) }) })
    return [
      "config": .string("\(folder)/wis.yaml"),
      "tenants": .array(
        before.map { report in
          let counts = (report.findings?.plan.totals ?? [:]).map { ($0.key.rawValue, JSONValue.integer(Int64($0.value))) }
          return [
            "tenant": .string(report.tenant), "counts": .object(Dictionary(uniqueKeysWithValues: counts)),
            "certificates": .array(certificates[report.tenant] ?? []),
          ]
        }),
    ]
  }

  private var table: String {
    var table = TextTable(["tenant", "agreement", "kept", "restricted", "reduced", "erased"])
    for report in before {
      let counts = report.findings?.plan.totals ?? [:]
      let agreement = node.policy.tenants.first { $0.tenant.id == report.tenant }?.agreement.name ?? ""
      table.add(
        [report.tenant, agreement] + [.keep, .restrict, .reduce, .erase].map { String(counts[$0, default: 0]) })
    }
    return table.text
  }

  private var certificates: String {
    let lines = after.flatMap { report in report.certificates.map { "  \($0.id)  \(report.tenant)" } }
    return "Certificates, signed, logged and verified against \(folder)/trust:\n" + lines.joined(separator: "\n")
  }

  private var next: String {
    let path = NodePath.quoted("\(folder)/wis.yaml")
    let program = NodePath.quoted(CommandLine.arguments.first ?? "wis")
    let tenant = DemoConfiguration.tenants[0].id
    let certificate = after.first?.certificates.first?.id
    var lines = ["\(program) scan"]
    if let record = reducedRecord { lines.append("\(program) explain \(tenant) uitzendkracht \(record)") }
    lines += ["\(program) forecast --months 12", "\(program) run"]
    if let certificate { lines += ["\(program) certificate show \(certificate)", "\(program) certificate verify \(certificate)"] }
    return "What to try next:\n  export WIS_CONFIG=\(path)\n"
      + lines.map { "  \($0)" }.joined(separator: "\n")
  }

  /// A record of the first tenant of which only the part that others need was kept.
  private var reducedRecord: Int64? {
    let path = "\(folder)/data/\(DemoConfiguration.tenants[0].id).db"
    do {
      let database = try SQLite.Connection(path: path, mode: .readOnly)
      return try database.integer("SELECT min(id) FROM uitzendkracht WHERE email IS NULL")
    } catch {
      // An example less is no reason to fail: the run itself is over and told.
      return nil
    }
  }
}
