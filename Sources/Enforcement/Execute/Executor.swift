public import Evidence
public import Retention
public import Stores

/// Carries out a plan on a tenant's database: the one path on which anything is ever erased or reduced.
///
/// Each batch is one transaction. Inside it the conditions of the step are evaluated again, `mayContinue` looks once
/// more at holds, lease and stop, and the journal is told what is about to happen; only then it commits. So a kill at any
/// instant leaves the rows and the journal in a state that ``recover()`` can tell.
public struct Executor {
  private let store: any TenantStore
  private let journal: Journal
  private let seal: SealedKeys
  private let mayContinue: () throws -> Void

  /// How often a batch that others got in the way of is tried again.
  private static let attempts = 5

  /// An executor on a database. `mayContinue` throws when a hold, a lost lease or a stop forbids to go on.
  public init(store: any TenantStore, journal: Journal, seal: SealedKeys, mayContinue: @escaping () throws -> Void) {
    self.store = store
    self.journal = journal
    self.seal = seal
    self.mayContinue = mayContinue
  }

  /// Settles the batches that an earlier agent left open: asks the tenant's database whether their rows are all gone or
  /// all there.
  public func recover(_ decision: TenantDecision) throws {
    for batch in try journal.open() {
      guard let table = decision.table(batch.step.table) else { throw EnforcementError.decision(.missingTable(batch.step.table)) }
      let keys = try frozenKeys(of: batch, in: table)
      switch try store.untouched(keys, of: table, after: batch.step.action) {
      case 0: try journal.commit(batch.id)
      case keys.count: try journal.discard(batch.id)
      case let some: throw EnforcementError.undecidedBatch(table: batch.step.table, rows: keys.count, untouched: some)
      }
    }
  }

  /// Calls a function with each batch of the run whose transaction committed.
  func forEachCommitted(_ body: (JournaledBatch) throws -> Void) throws { try journal.forEachCommitted(body) }

  /// Opens the keys of a batch.
  func frozenKeys(of batch: JournaledBatch, in table: TableDecision) throws -> FrozenKeys {
    let bytes = try seal.open(batch.sealedKeys, for: Self.place(batch.id))
    guard let keys = FrozenKeys(bytes: bytes, width: table.key.count), keys.count == batch.rows else {
      throw EnforcementError.evidence(.refused(what: "journal", reason: "batch \(batch.id) does not hold the keys it should"))
    }
    return keys
  }

  private static func place(_ batch: Int64) -> String { "batch \(batch)" }

  /// Carries out the plan. `progress` hears after each batch how many rows of how many are done.
  public func execute(_ plan: Plan, progress: (StepName, _ done: Int, _ of: Int) -> Void) throws -> Outcome {
    var locks = LockTimes()
    var changedNow: [StepName: Int] = [:]
    for steps in plan.steps.groupedByTableAndAction {
      // A row that names another of its own table hides it until it has gone itself, and may be of another kind: so the
      // table is gone through until a round finds nothing more.
      var hasProgress = true
      while hasProgress {
        hasProgress = false
        for step in steps where changedNow[step.name, default: 0] < step.rows {
          let before = changedNow[step.name, default: 0]
          try pass(step, done: &changedNow[step.name, default: 0], &locks) { progress(step.name, $0, step.rows) }
          if changedNow[step.name, default: 0] > before { hasProgress = true }
        }
      }
    }
    var changed: [StepName: Int] = [:]
    try forEachCommitted { changed[$0.step, default: 0] += $0.rows }
    return Outcome(plan: plan, changed: changed, changedNow: changedNow, locks: locks)
  }

  /// Goes once through the stretches of a step.
  private func pass(_ step: Step, done: inout Int, _ locks: inout LockTimes, _ progress: (Int) -> Void) throws {
    let stretches = try store.stretches(of: step)
    var sizer = BatchSizer()
    var position = 0
    while position < stretches.count {
      let slice = stretches[position..<min(stretches.count, position + sizer.stretches)]
      let (rows, locked) = try batch(step, on: slice, done: done)
      done += rows
      locks.add(locked)
      sizer.learn(locked, for: slice.count)
      position = slice.endIndex
      progress(done)
    }
  }

  private func batch(_ step: Step, on stretches: ArraySlice<Stretch>, done: Int) throws -> (rows: Int, locked: Duration) {
    for attempt in 1... {
      try mayContinue()
      var changed: (id: Int64, rows: Int)?
      do {
        let locked = try store.carryOut(step, on: stretches) { keys in
          try mayContinue()
          guard done + keys.count <= step.rows else {
            throw EnforcementError.exceedsPlan(table: step.table.table.name, planned: step.rows, found: done + keys.count)
          }
          guard keys.count > 0 else { return }
          let id = try journal.begin(step.name, keys.count) { id in try seal.seal(keys.bytes, for: Self.place(id)) }
          changed = (id, keys.count)
        }
        if let changed { try journal.commit(changed.id) }
        return (changed?.rows ?? 0, locked)
      } catch let error as StoreError where error.mayRetry && attempt < Self.attempts {
        // The database said that nothing was committed.
        if let changed { try journal.discard(changed.id) }
      }
    }
    preconditionFailure("the last attempt returns or throws")
  }
}

extension [Step] {
  /// The steps in their order, those that do the same to one table together.
  fileprivate var groupedByTableAndAction: [[Step]] {
    var groups: [[Step]] = []
    for step in self {
      if let last = groups.last?.first, last.table.table.name == step.table.table.name, last.action == step.action {
        groups[groups.count - 1].append(step)
      } else {
        groups.append([step])
      }
    }
    return groups
  }
}
