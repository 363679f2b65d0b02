import Evidence
import Retention

extension Verification {
  /// What the certificate is about, in numbers of records actually changed.
  func scope(_ outcome: Outcome, _ facts: CertificateFacts) throws(EvidenceError) -> Scope {
    var tables: [ScopedTable] = []
    let staying = Self.staying(outcome)
    for (table, category) in outcome.changed.keys.map({ [$0.table, $0.category.name] }).uniqued().sorted(by: {
      $0.lexicographicallyPrecedes($1)
    })
    .map({ ($0[0], Category($0[1])) }) {
      let sensitivity = Self.sensitivity(of: table, category, outcome.plan.decision.policy.map)
      func name(_ action: Step.Action) -> StepName { StepName(table: table, category: category, action: action) }
      func count(_ action: Step.Action) -> DisclosedCount {
        DisclosedCount(Int64(outcome.changed[name(action)] ?? 0), couldSingleOut: true)
      }
      tables.append(
        ScopedTable(
          table: try Label(table), category: try Label(category.name), sensitivity: sensitivity, erased: count(.erase),
          reduced: count(.reduce), restricted: count(.restrict)))
    }
    var excluded: [Evidence.Exclusion] = []
    for (exclusion, rows) in staying { if let one = try Evidence.Exclusion(exclusion, rows) { excluded.append(one) } }
    for gap in outcome.plan.decision.gaps {
      let column = try gap.column.map { name throws(EvidenceError) in try Label(name) }
      excluded.append(
        Evidence.Exclusion(
          table: try Label(gap.table), records: DisclosedCount(Int64(left[gap.table] ?? 0), couldSingleOut: true),
          reason: .uncovered(column: column), rule: nil))
    }
    for (step, rows) in unhandled.sorted(by: { $0.key.table < $1.key.table }) {
      excluded.append(
        Evidence.Exclusion(
          table: try Label(step.table), records: DisclosedCount(Int64(rows), couldSingleOut: true), reason: .failed, rule: nil))
    }
    return Scope(
      store: try Label(facts.engine), location: try Label("tenant \(outcome.plan.decision.policy.tenant.id)"), tables: tables,
      period: try period(outcome.plan), subjects: facts.subjects?.root, excluded: excluded,
      files: try facts.files?.scope() ?? [])
  }

  /// The rows that stay, but for those that the run itself reduced before it was interrupted: the plan of what was left finds
  /// them reduced already.
  private static func staying(_ outcome: Outcome) -> [(exclusion: Retention.Exclusion, rows: Int)] {
    var reducedBefore = outcome.changed.filter { $0.key.action == .reduce }
    for (step, rows) in outcome.changedNow { reducedBefore[step]? -= rows }
    return outcome.plan.exclusions.compactMap { exclusion in
      guard let category = exclusion.case.category, exclusion.case.reasons.contains(.alreadyReduced) else {
        return (exclusion, exclusion.count.rows)
      }
      let step = StepName(table: exclusion.table, category: category, action: .reduce)
      let own = min(exclusion.count.rows, reducedBefore[step] ?? 0)
      reducedBefore[step]? -= own
      return own == exclusion.count.rows ? nil : (exclusion, exclusion.count.rows - own)
    }
  }

  private func period(_ plan: Plan) throws(EvidenceError) -> Scope.Period? {
    let clocks = plan.steps.compactMap(\.count.clocks)
    guard let first = clocks.map(\.lowerBound).min(), let last = clocks.map(\.upperBound).max() else { return nil }
    return try Scope.Period(from: try Day(first.description), until: try Day(last.description))
  }

  /// How much care a table's data asks for, by the names of its categories: the most of them counts.
  private static func sensitivity(of table: String, _ category: Category, _ map: DataMap) -> ScopedTable.Sensitivity {
    let mapped = map.tables[table]
    let names = Set([category.name] + (mapped?.columns.values.compactMap { $0.category?.name } ?? []))
    if !names.isDisjoint(with: ["health", "medical", "absence", "medical-limitations"]) { return .special }
    if !names.isDisjoint(with: ["identification", "bsn", "id-copy"]) { return .identification }
    if !names.isDisjoint(with: ["payroll", "salary", "financial", "performance", "location", "gps"]) { return .sensitive }
    return .ordinary
  }
}

extension Evidence.Exclusion {
  /// Records that stay although somebody might expect them to go. Tables that nobody classified are told apart, also empty ones.
  fileprivate init?(_ exclusion: Retention.Exclusion, _ rows: Int) throws(EvidenceError) {
    let reason: Reason
    var rule: Label?
    let until = try exclusion.until.map { day throws(EvidenceError) in try Day(day.description) }
    switch exclusion.case.disposition {
    case .undated: reason = .undated
    case .uncovered:
      guard exclusion.case.category != nil else { return nil }
      reason = .uncovered(column: nil)
    case .restrict: reason = Self.restriction(by: exclusion.case.reasons, until: until)
    case .keep, .reduce, .erase: return nil
    }
    for case .dutyOpen(let applied) in exclusion.case.reasons { rule = try Label(applied.rule.name) }
    self.init(
      table: try Label(exclusion.table), records: DisclosedCount(Int64(rows), couldSingleOut: true), reason: reason,
      rule: rule)
  }

  /// Why records are kept unused: a person's hold says more than a duty, a duty more than other rows.
  private static func restriction(by reasons: [Retention.Reason], until: Day?) -> Reason {
    var isNeeded = false
    var isDuty = false
    for reason in reasons {
      switch reason {
      case .hold: return .hold(until: until)
      case .dutyOpen: isDuty = true
      case .neededBy: isNeeded = true
      case .limitReached, .requested, .limitNotReached, .untilRequest, .processingStopped, .livesWith, .neverNamed, .alreadyReduced,
        .alreadyRestricted, .restored, .unmarked, .clockMissing, .noRule, .unmapped, .impersonal:
        continue
      }
    }
    return isDuty ? .duty(until: until) : isNeeded ? .needed : .term(until: until)
  }
}
