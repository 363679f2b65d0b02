import Agent
import Enforcement
import Evidence
import Retention

/// What a run did, for people and for scripts.
struct RunReport {
  private let reports: [TenantReport]
  private let vanished: [VanishedTenant]
  private let options: NodeOptions

  init(_ reports: [TenantReport], vanished: [VanishedTenant] = [], _ options: NodeOptions) {
    self.reports = reports
    self.vanished = vanished
    self.options = options
  }

  /// Prints the report and ends the command.
  func end() throws {
    for report in reports { tell(report) }
    vanished.tell()
    if options.json { try Console.answer(["tenants": .array(reports.map(json)), "vanished": vanished.json]) }
    try ExitStatus.together(reports.map(status) + (vanished.isEmpty ? [] : [.notDone])).end()
  }

  /// Tells the report as a part of another command's, and gives the status it means.
  func tellWithin() -> ExitStatus {
    for report in reports { tell(report) }
    return .together(reports.map(status))
  }

  private func status(_ report: TenantReport) -> ExitStatus {
    let own: ExitStatus =
      switch report.result {
      case .done: .done
      case .waiting, .clock: .waiting
      case .failed(let error): Complaining.about(error).status
      }
    let copies = report.copyProblems.map { Complaining.about($0).status }
    return .together(
      [own, report.hasGaps || report.restored.needsAttention ? .notDone : .done] + copies + report.requests.map(Self.status))
  }

  private static func status(_ request: RequestReport) -> ExitStatus {
    if request.status.isOverdue { return .notDone }
    switch request.result {
    case .done, .idle: return request.status.stage.needsPerson ? .waiting : .done
    case .waiting: return .waiting
    case .failed(let error): return Complaining.about(error).status
    }
  }

  private func tell(_ request: RequestReport, of tenant: String) {
    let (id, stage) = (request.status.stored.request.id, request.status.stage)
    switch request.result {
    case .done(let rows):
      if !options.json, !options.quiet { Console.answer("\(tenant): request \(id): \(rows) rows done, \(stage.word)") }
    case .waiting(let digest, let brakes):
      Console.note(
        "\(tenant): request \(id): the plan \(digest.prefix(12)) waits for a person: \(brakes.map(Self.words).joined(separator: "; "))")
      Console.note("  look at it with: wis request show \(id)   and consent with: wis approve \(digest.prefix(12))")
    case .idle:
      if stage.needsPerson { Console.note("\(tenant): request \(id) waits for a person (\(stage.word)); see wis request show \(id)") }
    case .failed(let error):
      for line in Complaining.lines(about: error, of: tenant) { Console.note("error: \(line)") }
    }
    if request.status.isOverdue { Console.note("\(tenant): request \(id) is overdue") }
  }

  private static func json(_ request: RequestReport) -> JSONValue {
    var members: [String: JSONValue] = [
      "request": .string(request.status.stored.request.id), "state": .string(request.status.stage.word),
      "overdue": .bool(request.status.isOverdue),
    ]
    switch request.result {
    case .done(let rows): members["rows"] = .integer(Int64(rows))
    case .waiting(let digest, let brakes):
      members["plan"] = .string(digest)
      members["brakes"] = .array(brakes.map { .string(words($0)) })
    case .idle: break
    case .failed(let error): members["error"] = .string(Complaining.about(error).lines.joined(separator: "; "))
    }
    return .object(members)
  }

  private func tell(_ report: TenantReport) {
    let tenant = report.tenant
    switch report.result {
    case .done(let rows):
      if !options.json, !options.quiet { Console.answer("\(tenant): " + (rows > 0 ? "\(rows) rows done" : "nothing due")) }
    case .waiting(let digest, let brakes):
      Console.note("\(tenant): the plan \(digest.prefix(12)) waits for a person: \(brakes.map(Self.words).joined(separator: "; "))")
      Console.note("  look at it with: wis plan \(tenant)   and consent with: wis approve \(digest.prefix(12))")
    case .clock(let brake):
      Console.note("\(tenant): \(Self.words(brake)); nothing was done; when the clock is right: wis run --clock-is-right")
    case .failed(let error):
      for line in Complaining.lines(about: error, of: tenant) { Console.note("error: \(line)") }
    }
    for line in Self.words(report.restored) { Console.note("\(tenant): \(line)") }
    for problem in report.copyProblems {
      for line in Complaining.lines(about: problem, of: tenant) { Console.note("error: \(line)") }
    }
    if let findings = report.findings, findings.hasGaps {
      let undated = findings.plan.totals[.undated] ?? 0
      let uncovered = findings.plan.totals[.uncovered] ?? 0
      Console.note(
        "\(tenant): \(undated) records without a date, \(uncovered) without a rule, "
          + "\(findings.decision.gaps.count) tables or columns that nobody classified; see wis scan \(tenant)")
    }
    if let findings = report.findings {
      for line in UnmarkedText.lines(findings.plan) + UnreadableText.lines(findings.decision) { Console.note("\(tenant): \(line)") }
    }
    for request in report.requests { tell(request, of: tenant) }
    if !options.json { for certificate in report.certificates { Console.answer("\(tenant): certificate \(certificate.id)") } }
  }

  private func json(_ report: TenantReport) -> JSONValue {
    var members: [String: JSONValue] = [
      "tenant": .string(report.tenant), "result": .string(report.word),
      "certificates": .array(report.certificates.map { .string($0.id) }),
      "undated": .integer(Int64(report.findings?.plan.totals[.undated] ?? 0)),
      "requests": .array(report.requests.map(Self.json)),
      "uncovered": .array(report.findings?.decision.gaps.map(\.json) ?? []),
      "restored": [
        "erased": .integer(Int64(report.restored.erased)), "blocked": .integer(Int64(report.restored.blocked)),
        "returned": .integer(Int64(report.restored.returned)), "marked": .integer(Int64(report.restored.marked)),
      ],
      "unmarked": report.findings.map { UnmarkedText.json($0.plan) } ?? [],
      "unreadable": report.findings.map { UnreadableText.json($0.decision) } ?? [],
      "copies": .array(report.copyProblems.flatMap { Complaining.about($0).lines.map(JSONValue.string) }),
    ]
    switch report.result {
    case .done(let rows): members["rows"] = .integer(Int64(rows))
    case .waiting(let digest, let brakes):
      members["plan"] = .string(digest)
      members["brakes"] = .array(brakes.map { .string(Self.words($0)) })
    case .clock(let brake): members["brakes"] = [.string(Self.words(brake))]
    case .failed(let error): members["error"] = .string(Complaining.about(error).lines.joined(separator: "; "))
    }
    return .object(members)
  }

  private static func words(_ restored: RestoredReport) -> [String] {
    var lines: [String] = []
    if restored.erased > 0 { lines.append("\(restored.erased) rows that a restored backup had brought back are gone again") }
    if restored.marked > 0 {
      lines.append("\(restored.marked) rows that a restored backup had brought back without their mark have it again")
    }
    if restored.blocked > 0 {
      lines.append(
        "\(restored.blocked) rows that a restored backup brought back are still there: rows that stay name them, or a hold keeps them")
    }
    if restored.returned > 0 {
      lines.append(
        "\(restored.returned) rows have the key of an erased row and other contents; they are taken for new records and kept"
          + (restored.erased > 0 ? ": look whether they are older versions from the same backup, and ask for their erasure if so" : ""))
    }
    return lines
  }

  private static func words(_ brake: Brake) -> String {
    switch brake {
    case .firstRun: "it is the first under these policies"
    case .endOfContract: "the contract has ended and a clause destroys all data"
    case .request(let id): "it is the first at request \(id)"
    case .rows(let rows, let limit): "it is about \(rows) rows, the limit is \(limit)"
    case .percent(let percent, let table, let limit): "it is about \(percent) % of \(table), the limit is \(limit) %"
    case .missingIndex(let missing): missing.description
    case .files(let root, let refused): FileText.words(refused, below: root)
    case .noFiles(let root, let named): FileText.words(missing: named, below: root)
    }
  }

  private static func words(_ brake: ClockBrake) -> String {
    switch brake {
    case .behind(let last): "the clock is behind the last run (\(last))"
    case .ahead(let last, let days): "the clock is more than \(days) days ahead of the last run (\(last))"
    case .disagrees(let server, let seconds): "the clock is \(seconds) seconds off that of the database server (\(server))"
    }
  }
}
