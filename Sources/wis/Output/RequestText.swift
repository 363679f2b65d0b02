import Agent
import Enforcement
import Evidence
import Retention

/// Where a request stands, for people and for scripts.
enum RequestText {
  /// Prints where a request stands and what its plan would be today.
  static func answer(_ stored: StoredRequest, on node: Node, _ options: NodeOptions) throws {
    let tenant = try node.policy(of: stored)
    let status = try node.status(of: stored)
    let time = try node.localTime(of: tenant)
    let findings = try node.look(at: stored, on: try node.today(of: tenant))
    if options.json {
      var answer = members(status, time)
      if let findings { answer.merge(json(findings)) { own, _ in own } }
      try Console.answer(.object(answer))
    } else {
      Console.answer(lines(status, findings, time).joined(separator: "\n"))
    }
  }

  /// A deadline in words: a day, or a local moment.
  static func words(_ deadline: Deadline, _ time: LocalTime) -> String {
    switch deadline {
    case .endOf(let day): day.description
    case .at(let moment): time.text(of: moment)
    }
  }

  private static func lines(_ status: RequestStatus, _ findings: Findings?, _ time: LocalTime) -> [String] {
    let request = status.stored.request
    var lines = [
      "request \(request.id) of tenant \(status.stored.tenant): \(request.wanted.rawValue) "
        + (request.about == .tenant ? "all data" : "the data of one person") + ", from the \(request.asker.rawValue)",
      "  received \(time.text(of: request.receipt.moment))"
        + (status.stored.evidence.map { ", in writing (SHA-256 \($0))" } ?? ", not in writing"),
    ]
    if let rule = status.ruling.rule { lines.append("  decided by clause \(rule.clause), rule \(rule.name)") }
    if let deadline = status.deadline {
      let source = status.ruling.rule?.law.map { "by \($0.article)" } ?? "by the clause"
      lines.append("  due \(words(deadline, time)) \(source)" + (status.isOverdue ? ": overdue" : ""))
    }
    lines.append("  " + next(status))
    guard let findings else { return lines }
    for step in findings.plan.steps { lines.append("  to \(step.action.rawValue): \(step.rows) rows of \(step.table.table.name)") }
    if findings.decision.instruction?.isRestricting ?? false { return lines + UnmarkedText.lines(findings.plan).map { "  " + $0 } }
    for exclusion in findings.plan.exclusions {
      let reasons = exclusion.case.reasons.compactMap(reason).joined(separator: "; ")
      lines.append(
        "  refused for now: \(exclusion.count.rows) rows of \(exclusion.table)\(reasons.isEmpty ? "" : " (\(reasons))")"
          + (exclusion.until.map { ", possible from \($0)" } ?? ""))
    }
    return lines
  }

  /// Why rows of a request stay.
  private static func reason(_ reason: Reason) -> String? {
    switch reason {
    case .dutyOpen(let applied): "duty \(applied.rule.name), clause \(applied.rule.clause)" + (applied.rule.ground.map { ", \($0)" } ?? "")
    case .hold(let id, _): "hold \(id)"
    case .neededBy(let tables): "kept rows of \(tables.joined(separator: ", ")) need them"
    case .clockMissing(let clocks): UndatedText.unreadable(clocks)
    case .neverNamed(let tables): "nothing in \(tables.joined(separator: ", ")) names them"
    case .unmapped: "nobody classified the table"
    case .limitReached, .requested, .limitNotReached, .untilRequest, .processingStopped, .livesWith, .alreadyReduced, .alreadyRestricted,
      .restored, .unmarked, .noRule, .impersonal:
      nil
    }
  }

  /// What happens next, or what somebody must do.
  private static func next(_ status: RequestStatus) -> String {
    let id = status.stored.request.id
    switch status.stage {
    case .refused:
      return "no clause of the agreement provides for it; tell the sender (wis request letter \(id)), then: wis request done \(id)"
    case .forward: return "is forwarded to the controller, who decides; when that is done: wis request done \(id)"
    case .contractEnd(let day): return "the clause counts once the contract has ended" + (day.map { ": possible from \($0)" } ?? "")
    case .missing(let missing):
      let words = missing.map { missing in
        switch missing {
        case .writing: "the request in writing: wis request confirm \(id) --evidence FILE"
        case .sender: "a sender whom the controller registered (may-instruct in wis.yaml): withdraw it and record theirs"
        case .answer:
          "the controller's answer to the warning about its own duties and the offer of its data (wis request letter \(id)): "
            + "wis request confirm \(id) --evidence FILE --answer erase|keep-duties"
        }
      }
      return "waits for " + words.joined(separator: "; and for ")
    case .people: return "is for people to do; when it is done: wis request done \(id)"
    case .run, .restriction: return "wis run plans it; its plan waits for wis approve"
    case .deferred(let until):
      return "the rest stays" + (until.map { " until it is possible on \($0)" } ?? " for now") + "; wis run completes it"
    case .closed(let state): return "\(state.rawValue) \(status.stored.closedAt ?? "")"
    }
  }

  /// Where a request stands, as JSON.
  static func members(_ status: RequestStatus, _ time: LocalTime) -> [String: JSONValue] {
    let (stored, request) = (status.stored, status.stored.request)
    var missing: [Ruling.Missing] = []
    if case .missing(let found) = status.stage { missing = found }
    let members: [String: JSONValue?] = [
      "request": .string(request.id), "tenant": .string(stored.tenant), "from": .string(request.asker.rawValue),
      "what": .string(request.wanted.rawValue), "about": .string(request.about.rawValue), "by": request.role.map(JSONValue.string),
      "subject": stored.identifier.map(JSONValue.string), "reference": stored.reference.map(JSONValue.string),
      "form": .string(stored.isOral ? "oral" : "written"), "received": .string(time.text(of: request.receipt.moment)),
      "evidence": stored.evidence.map(JSONValue.string), "answer": request.answer.map { .string($0.rawValue) },
      "answerEvidence": stored.answerEvidence.map(JSONValue.string), "rule": status.ruling.rule.map { .string($0.name) },
      "clause": status.ruling.rule.map { .string($0.clause) }, "state": .string(status.stage.word),
      "sufficient": .bool(missing.isEmpty && status.ruling.rule != nil), "missing": .array(missing.map { .string($0.rawValue) }),
      "due": status.deadline.map { .string(words($0, time)) }, "overdue": .bool(status.isOverdue),
      "dueBy": status.ruling.rule.flatMap { $0.law?.article }.map(JSONValue.string), "closed": stored.closedAt.map(JSONValue.string),
      "possibleFrom": possibleFrom(status).map { .string($0.description) },
    ]
    return members.compactMapValues { $0 }
  }

  private static func possibleFrom(_ status: RequestStatus) -> CivilDate? {
    switch status.stage {
    case .contractEnd(let day): day
    case .deferred(let until): until
    default: nil
    }
  }

  private static func json(_ findings: Findings) -> [String: JSONValue] {
    let isRestricting = findings.decision.instruction?.isRestricting ?? false
    var members: [String: JSONValue] = [
      "unmarked": UnmarkedText.json(findings.plan),
      "steps": .array(
        findings.plan.steps.map {
          ["table": .string($0.table.table.name), "action": .string($0.action.rawValue), "rows": .integer(Int64($0.rows))]
        }), "refused": .array(isRestricting ? [] : findings.plan.exclusions.map(\.json)),
    ]
    if let day = findings.possibleFrom { members["possibleFrom"] = .string(day.description) }
    return members
  }
}
