import Agent
import ArgumentParser
import Enforcement
import Evidence
import Retention

/// `wis scan`: what there is and what the rules say about it. Changes nothing.
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Count the records of each table by what the rules say about them; changes nothing.",
    discussion: "Example: wis scan bakker --as-of 2027-01-01")

  @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
  @OptionGroup var asOf: AsOf
  @OptionGroup var options: NodeOptions

  func run() throws {
    let node = try options.node()
    var looks = Looks(node: node, options: options)
    try looks.each(tenants) { tenant in
      let findings = try node.look(at: tenant, on: asOf.day(for: tenant, on: node))
      let files = try node.survey(filesOf: findings.plan, of: tenant)
      if !options.json { Self.show(findings, files, of: tenant) }
      let problem = files.problem(of: tenant.tenant.id).map { Complaining.about($0) }
      for line in problem?.lines ?? [] { Console.note("error: \(line)") }
      return (Self.json(findings, files, of: tenant), .together([problem?.status ?? .done, findings.hasGaps ? .notDone : .done]))
    }
    try looks.end()
  }

  private static func rows(_ findings: Findings) -> [(table: String, counts: [Disposition: Int], oldest: CivilDate?)] {
    zip(findings.decision.tables, findings.census.tables).map { decision, census in
      var counts: [Disposition: Int] = [:]
      var oldest: CivilDate?
      for (one, count) in zip(decision.cases, census.counts) where count.rows > 0 {
        counts[one.disposition, default: 0] += count.rows
        if [.erase, .reduce].contains(one.disposition), let first = count.clocks?.lowerBound { oldest = min(oldest ?? first, first) }
      }
      return (decision.table.name, counts, oldest)
    }.sorted { $0.table < $1.table }
  }

  private static func show(_ findings: Findings, _ files: FileSurvey, of tenant: TenantPolicy) {
    Console.answer("\(tenant.tenant.id) (\(tenant.agreement.name)), as of \(findings.decision.today)")
    var table = TextTable(["table", "records"] + Disposition.allCases.map(\.rawValue) + ["oldest overdue"])
    for row in rows(findings) {
      table.add(
        [row.table, String(row.counts.values.reduce(0, +))] + Disposition.allCases.map { row.counts[$0].map(String.init) ?? "–" }
          + [row.oldest?.description ?? "–"])
    }
    Console.answer(table.text)
    for line in FileText.lines(files) { Console.answer(line) }
    for line in UnmarkedText.lines(findings.plan) + UndatedText.lines(findings.plan) + UnreadableText.lines(findings.decision) {
      Console.answer(line)
    }
    for gap in findings.decision.gaps {
      Console.answer("uncovered: \(gap.table)\(gap.column.map { ".\($0)" } ?? ""); classify it in the data map '\(tenant.map.name)'")
    }
    Console.answer("")
  }

  private static func json(_ findings: Findings, _ files: FileSurvey, of tenant: TenantPolicy) -> JSONValue {
    [
      "tenant": .string(tenant.tenant.id), "asOf": .string(findings.decision.today.description),
      "tables": .array(
        rows(findings).map { row in
          var members: [String: JSONValue] = ["table": .string(row.table), "records": .integer(Int64(row.counts.values.reduce(0, +)))]
          for disposition in Disposition.allCases { members[disposition.rawValue] = .integer(Int64(row.counts[disposition] ?? 0)) }
          members["oldestOverdue"] = row.oldest.map { .string($0.description) } ?? .null
          return .object(members)
        }),
      "uncovered": .array(findings.decision.gaps.map(\.json)), "files": .array(files.roots.map(FileText.json)),
      "unmarked": UnmarkedText.json(findings.plan), "unreadable": UnreadableText.json(findings.decision),
    ]
  }
}

extension Gap {
  /// The gap as JSON.
  var json: JSONValue { .object(present: ["table": .string(table), "column": column.map(JSONValue.string)]) }
}
