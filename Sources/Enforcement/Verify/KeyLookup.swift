import Retention
import Stores

/// What a look at the frozen keys of all that a run has changed shows, one by one and never by the conditions that chose the rows.
struct KeyLookup {
  /// How many keys were looked up, by table.
  private var covered: [String: Int] = [:]
  /// Of how many the change did not happen.
  private var failed: [String: Int] = [:]
  /// How many rows name an erased row, by the references that are looked at so.
  private(set) var naming: [Reference: Int] = [:]

  /// Keys of small batches are looked up together, so many at most.
  private static let together = 1000

  init(_ plan: Plan, _ executor: Executor, _ store: any TenantStore) throws {
    var waiting: [StepName: FrozenKeys] = [:]
    try executor.forEachCommitted { batch in
      guard let table = plan.decision.table(batch.step.table) else {
        throw EnforcementError.decision(.missingTable(batch.step.table))
      }
      let keys = try executor.frozenKeys(of: batch, in: table)
      if let others = waiting[batch.step], others.count + keys.count > Self.together {
        try lookUp(others, batch.step, plan, store)
        waiting[batch.step] = nil
      }
      waiting[batch.step, default: FrozenKeys(width: keys.width)].append(keys)
    }
    for (step, keys) in waiting { try lookUp(keys, step, plan, store) }
  }

  private mutating func lookUp(_ keys: FrozenKeys, _ step: StepName, _ plan: Plan, _ store: any TenantStore) throws {
    guard let table = plan.decision.table(step.table) else { throw EnforcementError.decision(.missingTable(step.table)) }
    covered[step.table, default: 0] += keys.count
    failed[step.table, default: 0] += try store.untouched(keys, of: table, after: step.action)
    guard step.action == .erase else { return }
    for reference in plan.referencesIntoErased where reference.target == step.table && plan.looksForOrphansByKey(reference) {
      naming[reference, default: 0] += try store.rows(naming: keys, of: table, by: reference)
    }
  }

  /// One for each table.
  var checks: [Verification.Check] {
    covered.sorted { $0.key < $1.key }.map {
      Verification.Check(kind: .keys, subject: $0, covered: $1, failed: failed[$0] ?? 0)
    }
  }
}
