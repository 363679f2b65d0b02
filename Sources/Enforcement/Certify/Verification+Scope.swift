import Evidence
import Retention

extension Verification {
  /// What the certificate is about, in numbers of records actually changed.
  func scope(_ outcome: Outcome, _ facts: CertificateFacts) throws(EvidenceError) -> Scope {
    var tables: [ScopedTable] = []
    for (table, category) in outcome.changed.keys.map({ [$0.table, $0.category.name] }).uniqued().sorted(by: {
      $0.lexicographicallyPrecedes($1)
    })
    .map({ ($0[0], Category($0[1])) }) {
      let sensitivity = Self.sensitivity(of: table, category, outcome.plan.decision.policy.map)
      func name(_ action: Step.Action) -> StepName { StepName(table: table, category: category, action: action) }
      func count(_ action: Step.Action) -> DisclosedCount {
        DisclosedCount(Int64(outcome.changed[name(action)] ?? 0), couldSingleOut: true)
      }
      let restricted = outcome.plan.exclusions.filter {
        $0.table == table && $0.case.category == category && $0.case.disposition == .restrict
      }
      // The plan of what is left after an interruption finds those restricted that were reduced before it.
      let reducedBefore = (outcome.changed[name(.reduce)] ?? 0) - (outcome.changedNow[name(.reduce)] ?? 0)
      let rowsRestricted = max(0, restricted.reduce(0) { $0 + $1.count.rows } - reducedBefore)
      tables.append(
        ScopedTable(
          table: try Label(table), category: try Label(category.name), sensitivity: sensitivity, erased: count(.erase),
          reduced: count(.reduce),
          restricted: DisclosedCount(Int64(rowsRestricted), couldSingleOut: true)))
    }
    var excluded: [Evidence.Exclusion] = []
    for exclusion in outcome.plan.exclusions { if let one = try Evidence.Exclusion(exclusion) { excluded.append(one) } }
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
      period: try period(outcome.plan), subjects: facts.subjects?.root, excluded: excluded)
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
  fileprivate init?(_ exclusion: Retention.Exclusion) throws(EvidenceError) {
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
      table: try Label(exclusion.table), records: DisclosedCount(Int64(exclusion.count.rows), couldSingleOut: true), reason: reason,
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
        .restored, .clockMissing, .noRule, .unmapped, .impersonal:
        continue
      }
    }
    return isDuty ? .duty(until: until) : isNeeded ? .needed : .term(until: until)
  }
}
