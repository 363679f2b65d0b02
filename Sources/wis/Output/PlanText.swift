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
      if !step.emptied.isEmpty { lines.append("    empties \(step.emptied.joined(separator: ", "))") }
      if let marking = step.marking { lines.append("    marks them: \(marking.joined(separator: ", "))") }
      if step.action == .erase, let partitions = step.table.partitions { lines.append("    " + Self.words(partitions)) }
      if !step.table.table.triggers.isEmpty {
        lines.append("    the table has triggers: \(step.table.table.triggers.joined(separator: ", "))")
      }
    }
    for missing in plan.missingIndexes { lines.append("! \(missing)") }
    for exclusion in plan.exclusions {
      let until = exclusion.until.map { " until \($0)" } ?? ""
      let marked = exclusion.case.reasons.contains(.alreadyRestricted) ? ", marked" : ""
      lines.append("= \(exclusion.case.disposition.rawValue) \(exclusion.count.rows) rows of \(exclusion.table)\(until)\(marked)")
    }
    lines += (UnmarkedText.lines(plan) + UnreadableText.lines(plan.decision)).map { "! " + $0 }
    for gap in plan.decision.gaps { lines.append("? uncovered \(gap.table)\(gap.column.map { ".\($0)" } ?? "")") }
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func words(_ partitions: PartitionHandling) -> String {
    let why =
      switch partitions {
      case .dropped: "partitions of which every row is due are dropped with their rows"
      case .emptied(.notPartitioned): "no partition is dropped: the table has none"
      case .emptied(.notOwned): "no partition is dropped: the account does not own the table with all its partitions"
      case .emptied(.otherKey): "no partition is dropped: they are not ranges of the table's clock, so rows of tomorrow could belong there"
      case .emptied(.triggers): "no partition is dropped: the table has triggers"
      case .emptied(.referenced): "no partition is dropped: keys of other tables refer to the table"
      case .emptied(.shared): "no partition is dropped: other tenants have rows in the table"
      }
    return partitions == .dropped ? why : why + "; their rows go like all others"
  }

  private static func words(_ reason: Reason) -> String? {
    switch reason {
    case .limitReached(let applied):
      "rule \(applied.rule.name), clause \(applied.rule.clause)"
        + (applied.cutoff.map { ": \(applied.clock?.description ?? "") before \($0)" } ?? "")
    case .requested(let request, let rule): "request \(request) under rule \(rule.name), clause \(rule.clause)"
    case .neededBy(let tables): "still needed by kept rows of \(tables.joined(separator: ", "))"
    case .unmarked(let request): "request \(request) had them marked; a restored backup brought them back without"
    case .restored(let certificate): "\(certificate) says they are gone; a restored backup brought them back"
    case .livesWith(let tables): "exists for the sake of \(tables.joined(separator: ", "))"
    case .dutyOpen, .limitNotReached, .untilRequest, .hold, .alreadyReduced, .alreadyRestricted, .neverNamed, .clockMissing, .noRule,
      .unmapped, .impersonal:
      nil
    case .processingStopped(let rule, let since): "the contract ended on \(since) and clause \(rule.clause) stops all use"
    }
  }
}

extension AppliedRule {
  fileprivate var cutoff: CivilDate? {
    if case .clocksBefore(let day) = reach { day } else { nil }
  }
}
