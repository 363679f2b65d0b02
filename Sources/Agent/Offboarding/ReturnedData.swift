import Enforcement
import Portability
import Retention
import Stores

/// Compares all of a tenant's data with what was returned, before it is destroyed.
struct ReturnedData {
  let node: Node
  let policy: TenantPolicy

  private var tenant: String { policy.tenant.id }

  /// Whether a plan destroys all data after the contract, at a request or by a clause.
  func isDestroyed(by plan: Plan) -> Bool {
    guard plan.destroys, let ended = policy.tenant.contract.ended, ended < plan.decision.today else { return false }
    guard let instruction = plan.decision.instruction else { return policy.agreement.endOfContract.contains { $0.action == .erase } }
    return instruction.subject == nil
  }

  /// Refuses when the data is no longer what was returned: rows that were added or changed since would be lost. Then the
  /// return no longer counts, nor does the consent to the plan.
  ///
  /// It looks once, in one snapshot, right before the first row goes. A row that is added later makes the plan exceed its count,
  /// which stops the batch; one that is changed later is not noticed. Once the destruction has begun there is nothing to compare,
  /// but what is in a sealed archive must be there as long as live rows go because of it.
  func require(for plan: Plan, in store: any TenantStore, progress: @escaping (String) -> Void) throws {
    guard isDestroyed(by: plan) else { return }
    let log = try node.offboardingLog(of: tenant)
    if let sealed = log.sealed?.facts {
      try SealedArchive(node: node, policy: policy).requireWhole(sealed)
      return log.removing == nil ? try require(sealed, in: store, progress: progress) : ()
    }
    guard let returned = log.returned?.facts, log.destroying == nil else { return }
    progress("\(tenant): comparing the data with what was returned")
    let now = try SourceRows(
      of: policy, returned.tables.map { .tables($0) } ?? .tenant, nature: returned.nature == Nature.raw.rawValue ? .raw : nil, in: store,
      progress: { _ in })
    let tables = now.differences(from: returned.rows)
    guard !tables.isEmpty else { return }
    try node.state.atomically {
      try node.record(.changed, OffboardingLog.Change(tables: tables), of: tenant)
      for one in try node.destructionPlans(of: policy, node.endRequests(of: policy).erasures) where one.state == .waiting {
        try node.state.setState(.stale, ofPlan: one.digest)
      }
    }
    throw AgentError.changedSinceReturn(tenant: tenant, tables: tables)
  }

  /// Refuses when the data is no longer what was sealed, and destroys the archive: all that is in it is still here.
  private func require(_ sealed: OffboardingLog.Seal, in store: any TenantStore, progress: @escaping (String) -> Void) throws {
    progress("\(tenant): comparing the data with the sealed archive")
    let tables = try SourceRows(of: policy, .tenant, nature: nil, in: store, progress: { _ in }).differences(from: sealed.rows)
    guard !tables.isEmpty else { return }
    try SealedArchive(node: node, policy: policy).destroy(sealed)
    throw AgentError.changedSinceSealed(tenant: tenant, tables: tables)
  }

  /// Remembers that the destruction begins, in the transaction that begins its run.
  func begin(_ plan: Plan) throws {
    guard isDestroyed(by: plan) else { return }
    let log = try node.offboardingLog(of: tenant)
    if log.destroying == nil { try node.record(.destroying, of: tenant) }
    if log.sealed != nil, log.removing == nil { try node.record(.removing, of: tenant) }
  }
}

extension Findings {
  /// The records that are left, without those in tables that are about nobody.
  var recordsLeft: Int {
    var left = 0
    for (table, counts) in zip(decision.tables, census.tables) {
      for (one, count) in zip(table.cases, counts.counts) where !one.reasons.contains(.impersonal) { left += count.rows }
    }
    return left
  }
}
