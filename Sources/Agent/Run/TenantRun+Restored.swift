import Enforcement
import Evidence
import Retention
import Stores

extension TenantRun {
  /// Erases again what a restored backup brought back: for each certificate that said it was gone, by a plan of its own.
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
      guard let first = try node.state.certificates(of: tenant).first(where: { $0.run == run }) else {
        throw AgentError.ledger(tenant: tenant, problem: "run R-\(run) has no certificate that says what it erased")
      }
      let plan = try Plan.restored(counts, certificate: first.id, decision: findings.decision, census: findings.census)
      guard !plan.steps.isEmpty else {
        progress("\(tenant): \(all) rows that a restored backup brought back are under a hold, and stay")
        report.blocked += all
        continue
      }
      progress("\(tenant): \(all) rows that \(first.id) says are gone are there again; they go")
      let rows = RestoredRows(portions: steps) { step, columns, row in
        let mark = key.mark(ofRow: row.values, columns: columns, key: row.key, in: step.table)
        return marks[step]?.contains(mark.hex) ?? false
      }
      let document = try session.document(of: plan)
      do {
        let erased = try carryOut(plan, document, try node.remember(document, of: plan), session, restored: rows)
        report.erased += erased
        report.blocked += all - erased
      } catch AgentError.unhandled(_, let left) {
        report.erased += plan.steps.reduce(0) { $0 + $1.rows } - left
        report.blocked += left
      }
    }
    return report
  }
}

extension StoredPlan {
  /// The certificate of the erasure that the plan carries out again; nil for every other plan.
  func restores() throws(EvidenceError) -> String? {
    let steps = JSONNode(try JSONValue(parsing: document.utf8))["plan"]["steps"]
    for step in try steps.elements() {
      for reason in try step["reasons"].elements() where reason["kind"].value == "restored-backup" {
        return try reason["certificate"].string()
      }
    }
    return nil
  }
}
