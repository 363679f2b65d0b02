import Enforcement
import Evidence
import Portability
import Retention
import Stores

/// Sees to it that what destroys all of a tenant's data after the contract destroys nothing but what was returned, or sealed.
///
/// When a run is about to begin, the database counts and hashes all that was returned. In the same snapshot it gives a hash of each row
/// of the returned tables; their marks are kept until the run is certified, whatever interrupts it. Every deleting transaction of the run then has the
/// database hash the rows that it takes, and is rolled back when one of them has no mark: it was added or changed meanwhile.
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

  /// What the data must still be: what is in the archive because of which it goes, or else what was returned.
  private struct Copy {
    let rows: SourceRows
    let extent: ReturnScope.Extent
    let nature: Nature?
    let seal: OffboardingLog.Seal?

    init?(_ log: OffboardingLog) {
      seal = log.releasing?.facts
      if let seal {
        (rows, extent, nature) = (seal.rows, .tenant, nil)
      } else if let returned = log.returned?.facts {
        (rows, extent) = (returned.rows, returned.tables.map { .tables($0) } ?? .tenant)
        nature = returned.nature == Nature.raw.rawValue ? .raw : nil
      } else {
        return nil
      }
    }
  }

  /// Refuses to let rows go because of archives that are not there as they were sealed.
  func requireArchives(for plan: Plan) throws {
    guard isDestroyed(by: plan) else { return }
    let log = try node.offboardingLog(of: tenant)
    guard log.releasing != nil else { return }
    for archive in log.archives { try SealedArchive(node: node, policy: policy).requireWhole(archive) }
  }

  /// The rows that a run may destroy; nil when nothing was returned, or when the run is no such destruction. Refuses when the data is no
  /// longer what was returned: then neither return nor consent counts any more.
  ///
  /// What an earlier run had to leave, because of a duty or a hold, is compared with nothing: sealing it is what makes it safe.
  func rows(
    for plan: Plan, of run: StoredRun, under seal: SealedKeys, _ session: TenantSession, progress: (String) -> Void
  ) throws -> ReturnedRows? {
    guard isDestroyed(by: plan), plan.steps.contains(where: { $0.action.destroys && $0.rows > 0 }) else { return nil }
    let log = try node.offboardingLog(of: tenant)
    let begun = log.releasing == nil ? log.destroying : log.removing
    if let begun, begun.facts.run != run.id { return nil }
    guard let copy = Copy(log) else {
      if begun == nil { try begin(run, log) }
      return nil
    }
    let tables = plan.steps.filter(\.action.destroys).map(\.table).uniqued()
    let names = Set(tables.map(\.table.name))
    let selections = try SourceRows.selections(of: policy, copy.extent, nature: copy.nature, in: session.store)
      .filter { names.contains($0.layout.table) }
    let path = session.returnedMarks(run.id)
    func mark(_ hash: [UInt8], _ table: String) -> UInt64 { seal.mark(of: hash, for: "returned row of \(table)") }

    if begun == nil {
      progress("\(tenant): comparing the data with what was \(copy.seal == nil ? "returned" : "sealed")")
      try session.store.inSnapshot {
        let differing = try SourceRows(of: policy, copy.extent, nature: copy.nature, in: session.store).differences(from: copy.rows)
        guard differing.isEmpty else { throw try refuse(differing, copy, run, session) }
        try ReturnedMarks.write(to: path) { add in
          for selection in selections {
            guard let table = tables.first(where: { $0.table.name == selection.layout.table }) else { continue }
            // All rows that are the tenant's: a return of a part has only some of those that others refer to.
            try session.store.forEachText(of: .hash(selection.layout), in: table, where: table.ownership) { hash in
              try add(mark(hash, table.table.name))
            }
          }
        }
      }
      try begin(run, log)
    }
    guard let marks = try ReturnedMarks(at: path) else {
      try void(names.sorted(), run)
      throw AgentError.lostMarks(tenant: tenant, path: path)
    }
    let layouts = Dictionary(uniqueKeysWithValues: selections.map { ($0.layout.table, $0.layout) })
    return ReturnedRows(layouts: layouts) { table, hash in try marks.holds(mark(hash, table)) }
  }

  /// Remembers that the destruction begins.
  private func begin(_ run: StoredRun, _ log: OffboardingLog) throws {
    try node.state.atomically {
      if log.destroying == nil { try node.record(.destroying, OffboardingLog.Beginning(run: run.id), of: tenant) }
      if log.releasing != nil { try node.record(.removing, OffboardingLog.Beginning(run: run.id), of: tenant) }
    }
  }

  /// Ends a run of which nothing is done, because the data is no longer what it was. An archive is worth nothing then: all that is in it is
  /// still here.
  private func refuse(_ tables: [String], _ copy: Copy, _ run: StoredRun, _ session: TenantSession) throws -> AgentError {
    if copy.seal == nil {
      try void(tables, run)
    } else {
      for archive in try node.offboardingLog(of: tenant).archives { try SealedArchive(node: node, policy: policy).destroy(archive) }
    }
    try node.state.closeRun(run.id)
    try node.state.setState(.stale, ofPlan: run.digest)
    try session.destroyKey(of: run.id)
    return copy.seal == nil
      ? .changedSinceReturn(tenant: tenant, tables: tables) : .changedSinceSealed(tenant: tenant, tables: tables)
  }

  /// Says that neither return nor consent counts any more, and that a run ends with what it did.
  private func void(_ tables: [String], _ run: StoredRun) throws {
    try node.state.atomically {
      try node.record(.changed, OffboardingLog.Change(tables: tables, run: run.id), of: tenant)
      for one in try node.destructionPlans(of: policy, node.endRequests(of: policy).erasures) where one.state == .waiting {
        try node.state.setState(.stale, ofPlan: one.digest)
      }
    }
  }

  /// Stops a run because rows of some tables are not what was returned, and says so.
  func refuse(_ tables: [String], in run: StoredRun) throws -> AgentError {
    let isSealed = try node.offboardingLog(of: tenant).releasing != nil
    try void(tables, run)
    return .changedMeanwhile(tenant: tenant, tables: tables, isSealed: isSealed)
  }

  /// Why a run that cannot go on, because its plan does not fit any more, leaves the rest as it is: the next plan would be about rows that
  /// nobody compared. Nil when it did not destroy what was returned, or nothing is left to destroy.
  func refusal(toLeave rest: Plan, by run: StoredRun) throws -> AgentError? {
    let log = try node.offboardingLog(of: tenant)
    let begun = log.releasing == nil ? log.destroying : log.removing
    guard rest.destroys, begun?.facts.run == run.id, Copy(log) != nil else { return nil }
    return try refuse(rest.steps.filter(\.action.destroys).map(\.table.table.name).uniqued().sorted(), in: run)
  }

  /// Whether a run was stopped, because the data was no longer what was returned or nobody could tell.
  func isStopped(_ run: StoredRun) throws -> Bool { try node.offboardingLog(of: tenant).stoppedRuns.contains(run.id) }
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
