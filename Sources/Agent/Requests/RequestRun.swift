import Enforcement
import Retention

/// The turn of the requests about one tenant's data: what can be erased or restricted is planned, and carried out when nobody needs to consent.
struct RequestRun {
  let tenantRun: TenantRun
  let session: TenantSession
  /// Rows that plans which were approved earlier have done already, by request.
  let done: [String: Int]

  /// Goes through the open requests. One request's trouble does not keep the others from their turn.
  func run() throws -> [RequestReport] {
    var reports: [RequestReport] = []
    for stored in try tenantRun.node.state.requests(about: tenantRun.policy.tenant.id) where stored.state == .open {
      do {
        reports.append(try turn(of: stored))
      } catch AgentError.subjectLost(let name, let path) where name == stored.request.id {
        reports.append(try report(stored.request.id, .failed(AgentError.subjectLost(of: name, path: path))))
      }
    }
    return reports
  }

  private func turn(of stored: StoredRequest) throws -> RequestReport {
    let id = stored.request.id
    guard try tenantRun.node.instruction(of: stored, under: tenantRun.policy, on: session.today) != nil else {
      return try report(id, .idle)
    }
    let findings = try session.look(on: session.today, for: id)
    guard !findings.plan.steps.isEmpty else { return try settle(stored, findings, rows: 0) }
    let document = try session.document(of: findings.plan)
    let plan = try tenantRun.node.remember(document, of: findings.plan)
    let brakes = try session.brakes(on: findings.plan)
    guard brakes.isEmpty else {
      try tenantRun.node.state.set(stored.with(.due))
      return try report(id, .waiting(digest: document.digest, brakes: brakes))
    }
    let rows = try tenantRun.carryOut(findings.plan, document, plan, session)
    return try settle(id, try session.look(on: session.today, for: id), rows: rows)
  }

  /// Deals with a request after its plan was carried out, by what was found to be left of it.
  func settle(_ id: String, _ left: Findings, rows: Int) throws -> RequestReport {
    try settle(try tenantRun.node.state.request(id), left, rows: rows)
  }

  /// Closes a request of which nothing is left, or remembers until when the rest must stay.
  private func settle(_ stored: StoredRequest, _ findings: Findings, rows: Int) throws -> RequestReport {
    let isRestricting = findings.decision.instruction?.isRestricting ?? false
    let left = isRestricting ? findings.plan.unmarked : findings.plan.exclusions
    if findings.plan.steps.isEmpty, left.isEmpty {
      _ = try tenantRun.node.close(stored, as: .completed)
    } else {
      try tenantRun.node.state.set(stored.with(findings.plan.steps.isEmpty ? .deferred(until: findings.possibleFrom) : .due))
    }
    return try report(stored.request.id, .done(rows: rows + done[stored.request.id, default: 0]))
  }

  private func report(_ id: String, _ result: RequestReport.Result) throws -> RequestReport {
    RequestReport(status: try tenantRun.node.status(of: try tenantRun.node.state.request(id)), result: result)
  }
}
