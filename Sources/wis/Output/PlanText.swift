import Enforcement
import Retention

/// A plan as a person reads it, like a good diff.
struct PlanText {
  let text: String

  init(_ plan: Plan, digest: String) {
    var lines = ["plan \(digest)", "tenant \(plan.decision.policy.tenant.id), as of \(plan.decision.today)"]
    if let request = plan.decision.instruction?.request { lines.append("request \(request)") }
    if plan.steps.isEmpty { lines.append("  nothing is due") }
    for step in plan.steps {
      let sign = step.action == .erase ? "-" : "~"
      let age = step.count.clocks.map { " (\($0.lowerBound) – \($0.upperBound))" } ?? ""
      lines.append(
        "\(sign) \(step.action.rawValue) \(step.rows) of \(step.tableRows) rows of \(step.table.table.name) [\(step.category)]\(age)")
      lines += step.reasons.compactMap(Self.words).map { "    \($0)" }
      if step.action == .reduce, let reduction = step.table.reduction {
        lines.append("    empties \(reduction.blanks.keys.sorted().joined(separator: ", "))")
      }
      if !step.table.table.triggers.isEmpty {
        lines.append("    the table has triggers: \(step.table.table.triggers.joined(separator: ", "))")
      }
    }
    for missing in plan.missingIndexes { lines.append("! \(missing)") }
    for exclusion in plan.exclusions {
      let until = exclusion.until.map { " until \($0)" } ?? ""
      lines.append("= \(exclusion.case.disposition.rawValue) \(exclusion.count.rows) rows of \(exclusion.table)\(until)")
    }
    for gap in plan.decision.gaps { lines.append("? uncovered \(gap.table)\(gap.column.map { ".\($0)" } ?? "")") }
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func words(_ reason: Reason) -> String? {
    switch reason {
    case .limitReached(let applied):
      "rule \(applied.rule.name), clause \(applied.rule.clause)"
        + (applied.cutoff.map { ": \(applied.clock?.description ?? "") before \($0)" } ?? "")
    case .requested(let request, let rule): "request \(request) under rule \(rule.name), clause \(rule.clause)"
    case .neededBy(let tables): "still needed by kept rows of \(tables.joined(separator: ", "))"
    case .restored(let certificate): "\(certificate) says they are gone; a restored backup brought them back"
    case .livesWith(let tables): "exists for the sake of \(tables.joined(separator: ", "))"
    case .dutyOpen, .limitNotReached, .untilRequest, .hold, .processingStopped, .alreadyReduced, .neverNamed, .clockMissing, .noRule,
      .unmapped,
      .impersonal:
      nil
    }
  }
}

extension AppliedRule {
  fileprivate var cutoff: CivilDate? {
    if case .clocksBefore(let day) = reach { day } else { nil }
  }
}
