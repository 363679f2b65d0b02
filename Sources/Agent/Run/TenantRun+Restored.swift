import Enforcement
import Evidence
import Retention
import Stores

extension TenantRun {
  /// Does again what a restored backup undid, for each run that had erased or marked rows, by a plan of its own.
  func eraseRestored(_ session: TenantSession) throws -> RestoredReport {
    guard let key = try ledger.key() else { return RestoredReport() }
    let tombstones = try node.state.tombstones(of: tenant)
    let holds = try node.openHolds(on: tenant)
    let decision = try TenantDecision(policy: policy, schema: try session.store.schema(), today: session.today, holds: holds)
    let found = try RestoredSearch(
      tenant: tenant, store: session.store, decision: decision, key: key, tombstones: tombstones
    ).find()
    var report = RestoredReport(returned: found.returned)
    if found.restored.isEmpty { return report }
    let findings = try session.look(on: session.today)
    let marks = Dictionary(grouping: tombstones, by: \.step).mapValues { Set($0.map(\.row)) }
    for (run, steps) in found.restored.sorted(by: { $0.key < $1.key }) {
      let counts = steps.map { name, portions in
        RestoredCount(
          table: name.table, category: name.category, action: name.action, rows: portions.reduce(0) { $0 + $1.keys.count })
      }
      let all = counts.reduce(0) { $0 + $1.rows }
      let marking = counts.reduce(0) { $0 + ($1.action.destroys ? 0 : $1.rows) }
      let origin = try origin(of: run)
      guard origin.certificate != nil || marking == all else {
        throw AgentError.ledger(tenant: tenant, problem: "run R-\(run) has no certificate that says what it erased")
      }
      let plan = try Plan.restored(counts, from: origin, decision: findings.decision, census: findings.census)
      guard !plan.steps.isEmpty else {
        progress("\(tenant): \(all) rows that a restored backup brought back are under a hold, and stay")
        report.blocked += all
        continue
      }
      if let certificate = origin.certificate {
        progress("\(tenant): \(all - marking) rows that \(certificate) says are gone are there again; they go")
      }
      if marking > 0 { progress("\(tenant): \(marking) rows lack the mark that request \(origin.request ?? "") asked for; they get it") }
      let rows = RestoredRows(portions: steps) { step, columns, row in
        let mark = key.mark(ofRow: row.values, columns: columns, key: row.key, in: step.table)
        return marks[step]?.contains(mark.hex) ?? false
      }
      let document = try session.document(of: plan)
      do {
        let done = try carryOut(plan, document, try node.remember(document, of: plan), session, restored: rows)
        // Nothing can be in the way of a mark.
        let marked = min(marking, done)
        report.erased += done - marked
        report.marked += marked
        report.blocked += all - done
      } catch AgentError.unhandled(_, let left) {
        report.erased += plan.steps.reduce(0) { $0 + $1.rows } - left
        report.blocked += left
      }
    }
    return report
  }

  /// By what a run had erased or marked rows.
  private func origin(of run: Int64) throws -> RestoredOrigin {
    RestoredOrigin(
      certificate: try node.state.certificates(of: tenant).first { $0.run == run }?.id, request: try node.state.request(ofRun: run))
  }
}

extension StoredPlan {
  /// What the plan carries out again; nil for every other plan.
  func restores() throws(EvidenceError) -> RestoredOrigin? {
    let steps = JSONNode(try JSONValue(parsing: document.utf8))["plan"]["steps"]
    var (certificate, request): (String?, String?)
    for step in try steps.elements() {
      for reason in try step["reasons"].elements() {
        if reason["kind"].value == "restored-backup" { certificate = try reason["certificate"].string() }
        if reason["kind"].value == "restored-unmarked" { request = try reason["request"].string() }
      }
    }
    return certificate == nil && request == nil ? nil : RestoredOrigin(certificate: certificate, request: request)
  }
}
