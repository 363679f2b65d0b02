import Agent
import ArgumentParser
import Enforcement
import Evidence
import Retention
import Stores

/// `wis explain`: why one record is still there, or why it goes.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Tell every rule, clause and date that decides about one record.",
    discussion: "The parts of a composite key are separated by commas.\nExample: wis explain bakker loonstrook 1042")

  @Argument(help: "The tenant.") var tenant: String
  @Argument(help: "The table.") var table: String
  @Argument(help: "The record's key.") var key: String
  @OptionGroup var asOf: AsOf
  @OptionGroup var options: NodeOptions

  func run() throws {
    let node = try options.node()
    guard let policy = try node.tenants([tenant]).first else { return }
    let store = try node.store(of: policy, access: .look)
    let today = try asOf.day(for: policy, on: node)
    let decision = try TenantDecision(policy: policy, schema: try store.schema(), today: today, holds: try node.openHolds(on: tenant))
    guard let found = decision.table(table) else { throw AgentError.unknownTable(tenant: tenant, table: table) }
    guard let record = try store.examine(found, key: parts(of: found)) else {
      // The key itself may be somebody's number, so it is not repeated.
      throw UsageError(text: "tenant \(tenant): table \(table) has no record with the key that was given")
    }
    let explanation = Explanation(of: found, caseAt: record.caseIndex, readings: record.readings, on: today)
    let asked = try requests(about: policy, store, decision, today)
    if options.json {
      guard case .object(var members) = json(explanation, today) else { return }
      if !asked.isEmpty {
        members["requests"] = .array(
          asked.map {
            [
              "request": .string($0.request), "disposition": .string($0.decided.disposition.rawValue),
              "reasons": .array($0.decided.reasons.map(\.json)),
            ]
          })
      }
      return try Console.answer(.object(members))
    }
    show(explanation, today)
    for (request, decided) in asked {
      Console.answer("request \(request): \(decided.disposition.rawValue)")
      for reason in decided.reasons { if let words = Self.words(reason) ?? Self.duty(reason) { Console.answer("  because \(words)") } }
    }
  }

  /// The parts of the key; a key of one column has no parts, whatever stands in it.
  private func parts(of table: TableDecision) -> [String] {
    table.key.count == 1 ? [key] : key.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  /// What the open requests that reach the record do with it.
  private func requests(
    about policy: TenantPolicy, _ store: any TenantStore, _ decision: TenantDecision, _ today: CivilDate
  ) throws -> [(request: String, decided: TableDecision.Case)] {
    let node = try options.node()
    var found: [(request: String, decided: TableDecision.Case)] = []
    for stored in try node.state.requests(about: tenant) {
      guard let instruction = try node.instruction(of: stored, under: policy, on: today) else { continue }
      let asked = try TenantDecision(
        policy: policy, schema: decision.schema, today: today, holds: decision.holds, instruction: instruction)
      guard let table = asked.table(table), table.ownership != .constant(false), !table.key.isEmpty,
        let record = try store.examine(table, key: parts(of: table))
      else { continue }
      found.append((stored.request.id, table.cases[record.caseIndex]))
    }
    return found
  }

  private static func duty(_ reason: Reason) -> String? {
    if case .dutyOpen(let applied) = reason { "rule \(applied.rule.name), clause \(applied.rule.clause), keeps it" } else { nil }
  }

  private func show(_ explanation: Explanation, _ today: CivilDate) {
    Console.answer("\(tenant) \(table): \(explanation.case.disposition.rawValue) (as of \(today))")
    if let category = explanation.case.category { Console.answer("category: \(category)") }
    for line in explanation.lines {
      let rule = line.applied.rule
      var text = "rule \(rule.name), clause \(rule.clause)\(rule.ground.map { ", \($0)" } ?? "")"
      switch rule.keeping {
      case .untilRequest: text += ": kept until the controller asks"
      case .period(let period, _):
        text += ": \(rule.force.map(\.rawValue).sorted().joined(separator: " and ")) of \(period)"
        if let clock = line.applied.clock, let reading = line.reading { text += " from \(clock) (\(Self.words(reading)))" }
        text += line.end.map { line.isOver ? ", over since \($0)" : ", until \($0)" } ?? ", end not known"
      }
      Console.answer("  " + text)
    }
    for reason in explanation.case.reasons { if let words = Self.words(reason) { Console.answer("  because \(words)") } }
    guard explanation.case.disposition == .restrict, !explanation.case.reasons.contains(.alreadyRestricted) else { return }
    Console.answer(
      explanation.case.action == .restrict
        ? "  it is not marked yet; the next run does that" : "  it bears no mark that stops its use (when-restricted in the data map)")
  }

  private static func words(_ reading: Explanation.Reading) -> String {
    switch reading {
    case .day(let day): day.description
    case .missing: "missing"
    case .ongoing: "has not happened"
    }
  }

  /// What the rules' own lines do not tell.
  private static func words(_ reason: Reason) -> String? {
    switch reason {
    case .limitReached, .dutyOpen, .limitNotReached, .untilRequest: nil
    case .requested(let request, let rule): "request \(request) asks for it (clause \(rule.clause))"
    case .hold(let id, let until): "hold \(id) forbids it\(until.map { " until \($0)" } ?? "")"
    case .processingStopped(let rule, let since): "the contract ended on \(since) and clause \(rule.clause) stops all use"
    case .neededBy(let tables): "kept rows refer to it, in some of: \(tables.joined(separator: ", "))"
    case .livesWith(let tables): "it exists for the sake of \(tables.joined(separator: ", "))"
    case .neverNamed(let tables):
      "no row of \(tables.joined(separator: ", ")), for whose sake it exists, names it (not yet, or not any more)"
    case .alreadyReduced: "all that can go of it is gone"
    case .alreadyRestricted: "it is marked as restricted; only a person takes the mark away"
    case .clockMissing(let clocks): UndatedText.unreadable(clocks)
    case .noRule(let category): "no rule speaks about \(category)"
    case .unmapped: "the data map does not speak about the table"
    case .unmarked(let request): "request \(request) had it marked; a restored backup brought it back without"
    case .restored(let certificate): "\(certificate) says it is gone; a restored backup brought it back"
    case .impersonal: "somebody found the table to be about nobody"
    }
  }

  private func json(_ explanation: Explanation, _ today: CivilDate) -> JSONValue {
    .object(present: [
      "tenant": .string(tenant), "table": .string(table), "asOf": .string(today.description),
      "disposition": .string(explanation.case.disposition.rawValue), "action": explanation.case.action.map { .string($0.rawValue) },
      "category": explanation.case.category.map { .string($0.name) },
      "reasons": .array(explanation.case.reasons.map(\.json)),
      "rules": .array(
        explanation.lines.map { line in
          .object(present: [
            "rule": .string(line.applied.rule.name), "clause": .string(line.applied.rule.clause),
            "ground": line.applied.rule.ground.map(JSONValue.string),
            "force": .array(line.applied.rule.force.map(\.rawValue).sorted().map(JSONValue.string)),
            "clock": line.applied.clock.map { .string($0.description) }, "reading": line.reading.map { .string(Self.words($0)) },
            "end": line.end.map { .string($0.description) }, "over": .bool(line.isOver),
          ])
        }),
    ])
  }
}
