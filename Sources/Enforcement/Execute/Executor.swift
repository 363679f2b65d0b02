public import Evidence
public import Retention
public import Stores

/// Carries out a plan on a tenant's database: the one path on which anything is ever erased, reduced or restricted.
///
/// Each batch is one transaction. Inside it the conditions of the step are evaluated again, `mayContinue` looks once
/// more at holds, lease and stop, and the journal is told what is about to happen; only then it commits. So a kill at any
/// instant leaves the rows and the journal in a state that ``recover()`` can tell.
public struct Executor {
  private let store: any TenantStore
  private let policy: TenantPolicy
  private let journal: Journal
  private let seal: SealedKeys
  private let mayContinue: () throws -> Void
  private let tombstones: TombstoneKey?
  private let restored: RestoredRows?
  private let returned: ReturnedRows?
  private let willChange: ((Step, _ among: [FrozenKeys]?) throws -> Void)?
  /// Where batches wait that are journaled and concluded together; nil when each is a transaction of its own.
  private var together: WaitingBatches?

  /// How often a batch that others got in the way of is tried again.
  private static let attempts = 5

  /// An executor on a database. `mayContinue` throws when a hold, a lost lease or a stop forbids to go on;
  /// `willChange` hears of each step before its rows are looked up, with their keys where these tell them. With a key for tombstones the
  /// journal remembers the rows; with restored rows, only these are touched; with returned ones, nothing else of their tables is destroyed.
  public init(
    store: any TenantStore, policy: TenantPolicy, journal: Journal, seal: SealedKeys, tombstones: TombstoneKey? = nil,
    restored: RestoredRows? = nil, returned: ReturnedRows? = nil, mayContinue: @escaping () throws -> Void,
    willChange: ((Step, _ among: [FrozenKeys]?) throws -> Void)? = nil
  ) {
    self.tombstones = tombstones
    self.restored = restored
    self.returned = returned
    self.store = store
    self.policy = policy
    self.journal = journal
    self.seal = seal
    self.mayContinue = mayContinue
    self.willChange = willChange
  }

  /// Settles the batches that an earlier agent left open: asks the tenant's database whether their rows are all gone or
  /// all there.
  public func recover(_ decision: TenantDecision) throws {
    for batch in try journal.open() {
      guard let table = decision.table(batch.step.table) else { throw EnforcementError.decision(.missingTable(batch.step.table)) }
      let keys = try frozenKeys(of: batch, in: table)
      switch try store.untouched(keys, of: table, after: batch.step.action) {
      case 0: try journal.commit([batch.id])
      case keys.count: try journal.discard([batch.id])
      case let some: throw EnforcementError.undecidedBatch(table: batch.step.table, rows: keys.count, untouched: some)
      }
    }
  }

  /// Calls a function with each batch of the run whose transaction committed.
  func forEachCommitted(_ body: (JournaledBatch) throws -> Void) throws { try journal.forEachCommitted(body) }

  /// Opens the keys of a batch.
  func frozenKeys(of batch: JournaledBatch, in table: TableDecision) throws -> FrozenKeys { try memory(of: batch, in: table).keys }

  private func memory(of batch: JournaledBatch, in table: TableDecision) throws -> BatchMemory {
    let bytes = try seal.open(batch.sealedKeys, for: Self.place(batch.id))
    guard let memory = BatchMemory(bytes: bytes, width: table.key.count), memory.keys.count == batch.rows else {
      throw EnforcementError.evidence(.refused(what: "journal", reason: "batch \(batch.id) does not hold the keys it should"))
    }
    return memory
  }

  /// The people whose own rows the run has erased, by all that they are known by.
  public func erasedSubjects(_ decision: TenantDecision) throws -> Set<SubjectIdentifier> {
    var subjects: Set<SubjectIdentifier> = []
    try forEachCommitted { batch in
      guard let table = decision.table(batch.step.table) else { throw EnforcementError.decision(.missingTable(batch.step.table)) }
      subjects.formUnion(try memory(of: batch, in: table).subjects)
    }
    return subjects
  }

  /// The files that the rows named which the run has changed.
  func namedFiles(_ decision: TenantDecision) throws -> Set<NamedFile> {
    var files: Set<NamedFile> = []
    try forEachCommitted { batch in
      guard let table = decision.table(batch.step.table) else { throw EnforcementError.decision(.missingTable(batch.step.table)) }
      files.formUnion(try memory(of: batch, in: table).files)
    }
    return files
  }

  private static func place(_ batch: Int64) -> String { "batch \(batch)" }

  /// Carries out the plan. `progress` hears after each batch how many rows of how many are done.
  public func execute(_ plan: Plan, progress: (StepName, _ done: Int, _ of: Int) -> Void) throws -> Outcome {
    var locks = LockTimes()
    var changedNow: [StepName: Int] = [:]
    if plan.fitsOneTransaction {
      try atOnce(plan, &changedNow, &locks, progress)
    } else {
      try all(plan, &changedNow, &locks, progress)
    }
    var changed: [StepName: Int] = [:]
    try forEachCommitted { changed[$0.step, default: 0] += $0.rows }
    return Outcome(plan: plan, changed: changed, changedNow: changedNow, locks: locks)
  }

  private func all(
    _ plan: Plan, _ changedNow: inout [StepName: Int], _ locks: inout LockTimes,
    _ progress: (StepName, _ done: Int, _ of: Int) -> Void
  ) throws {
    for group in plan.stepsTakenTogether {
      // Others stand in it for the record of what was done earlier, without the holds that came since.
      let steps = group.filter { $0.rows > 0 }
      guard !steps.isEmpty else { continue }
      for step in steps where step.action.destroys { try willChange?(step, restored?.knownKeys(of: step.name)) }
      // Afterwards nothing would tell a row whose last owner has gone from one that never had any.
      if steps.contains(where: \.goesWithOwners) { try knots(steps, \.goesWithOwners, &changedNow, &locks, progress) }
      try rounds(steps, &changedNow, &locks, progress)
      if steps[0].circle != nil { try knots(steps, { _ in true }, &changedNow, &locks, progress) }
    }
  }

  /// Carries out the whole plan in one transaction, whose batches the journal is told together at its end.
  private func atOnce(
    _ plan: Plan, _ changed: inout [StepName: Int], _ locks: inout LockTimes, _ progress: (StepName, _ done: Int, _ of: Int) -> Void
  ) throws {
    for attempt in 1... {
      let waiting = WaitingBatches()
      var executor = self
      executor.together = waiting
      var (now, each) = ([StepName: Int](), LockTimes())
      var (begun, isCommitting) = ([Int64](), false)
      do {
        let locked = try ContinuousClock().measure {
          try store.together {
            try executor.all(plan, &now, &each, progress)
            try mayContinue()
            begun = try journal.begin(waiting.batches)
            isCommitting = true
          }
        }
        try journal.commit(begun)
        changed = now
        locks.add(locked)
        return
      } catch {
        let mayRetry = (error as? StoreError)?.mayRetry ?? false
        // Before its end nothing is committed. A commit that failed may have happened, unless the database said no.
        guard !isCommitting || mayRetry else { throw Self.named(error, plan.steps) }
        try journal.discard(begun)
        guard mayRetry, attempt < Self.attempts else { throw Self.named(error, plan.steps) }
      }
    }
  }

  /// Goes through the tables of some steps until nothing more is found: a row that another of the circle names can only go
  /// when that has gone. Rounds that find little are not worth it, as in a chain of which each takes one row.
  private func rounds(
    _ steps: [Step], _ changed: inout [StepName: Int], _ locks: inout LockTimes,
    _ progress: (StepName, _ done: Int, _ of: Int) -> Void
  ) throws {
    var found: Int
    var left: Int
    repeat {
      left = steps.reduce(0) { $0 + $1.rows - changed[$1.name, default: 0] }
      found = 0
      for step in steps where changed[step.name, default: 0] < step.rows {
        let before = changed[step.name, default: 0]
        try pass(step, done: &changed[step.name, default: 0], &locks) { progress(step.name, $0, step.rows) }
        found += changed[step.name, default: 0] - before
      }
    } while found > 0 && (steps[0].circle == nil || found >= left - found)
  }

  /// Takes rows together with those that name them: of a circle, what is left; of tables with owners, before those go.
  private func knots(
    _ steps: [Step], _ begin: (Step) -> Bool, _ changed: inout [StepName: Int], _ locks: inout LockTimes,
    _ progress: (StepName, _ done: Int, _ of: Int) -> Void
  ) throws {
    func isDone() -> Bool { steps.allSatisfy { !begin($0) || changed[$0.name, default: 0] >= $0.rows } }
    if isDone() { return }
    let memories = steps.map { RowMemory(of: $0, in: policy, returned: returned) }
    let read = steps.map { restored?.columns(of: $0.name) ?? (tombstones == nil ? [] : $0.table.table.ownColumns) }
    for knot in try restored.map({ [$0.knot(of: steps)] }) ?? store.knots(of: steps, begin: begin) {
      if isDone() { return }
      let (rows, locked) = try batch(steps, memories, done: steps.map { changed[$0.name, default: 0] }) { beforeCommit in
        try store.carryOut(steps, on: knot, reading: read, capturing: memories.map(\.captured)) { gone, contents in
          var marks: [[Tombstone]] = []
          for (index, step) in steps.enumerated() {
            if let restored, !contents[index].allSatisfy({ restored.contains($0, of: step.name) }) {
              throw EnforcementError.changedSinceRestore(step.table.table.name)
            }
            marks.append(tombstones(contents[index], read[index], step))
          }
          try beforeCommit(gone, marks, [])
        }
      }
      for (step, count) in zip(steps, rows) where count > 0 {
        changed[step.name, default: 0] += count
        progress(step.name, changed[step.name, default: 0], step.rows)
      }
      locks.add(locked)
    }
  }

  /// Goes once through the stretches of a step.
  private func pass(_ step: Step, done: inout Int, _ locks: inout LockTimes, _ progress: (Int) -> Void) throws {
    let memory = RowMemory(of: step, in: policy, returned: returned)
    if tombstones(for: step) != nil || restored != nil || !memory.read.isEmpty {
      return try passByKeys(step, memory, done: &done, &locks, progress)
    }
    let stretches = try store.stretches(of: step)
    var sizer = BatchSizer(takingAll: together != nil)
    var left = stretches[...]
    while !left.isEmpty {
      let slice = sizer.next(of: left)
      let (rows, locked) = try batch([step], [memory], done: [done]) { beforeCommit in
        try store.carryOut(step, on: slice, capturing: memory.captured) { try beforeCommit([$0], [], []) }
      }
      done += rows[0]
      locks.add(locked)
      sizer.learn(locked, for: slice)
      left = left[slice.endIndex...]
      progress(done)
    }
  }

  /// Goes once through the rows of a step by their keys, reading each before it goes.
  private func passByKeys(
    _ step: Step, _ memory: RowMemory, done: inout Int, _ locks: inout LockTimes, _ progress: (Int) -> Void
  ) throws {
    let table = step.table.table
    let columns = tombstones(for: step) == nil ? [] : table.ownColumns
    let due = try restored == nil ? store.keys(of: step).map { RestoredRows.Portion(keys: $0, columns: columns) } : []
    for portion in restored?.portions[step.name] ?? due {
      let extra = memory.read
      let (rows, locked) = try batch([step], [memory], done: [done]) { beforeCommit in
        try store.carryOut(
          step, onRowsWith: portion.keys, reading: portion.columns.map(RowPart.column) + extra, capturing: memory.captured
        ) { changed, found in
          let contents = found.map { RowContents(key: $0.key, values: Array($0.values.dropLast(extra.count))) }
          if let restored, contents.contains(where: { !restored.isRestored(step.name, portion.columns, $0) }) {
            throw EnforcementError.changedSinceRestore(table.name)
          }
          try beforeCommit(
            [changed], [tombstones(contents, portion.columns, step)],
            extra.isEmpty ? [] : found.map { row in row.values.suffix(extra.count).map { $0.map { store.text(of: $0) } } })
        }
      }
      done += rows[0]
      locks.add(locked)
      progress(done)
    }
  }

  /// The key under which rows of a step are remembered; nil where they are not. What the rules ask to be marked they ask again.
  private func tombstones(for step: Step) -> TombstoneKey? {
    step.action.destroys || step.reasons.contains { if case .requested = $0 { true } else { false } } ? tombstones : nil
  }

  /// What is remembered of rows, by all that stood in some columns; nothing where nothing is to be remembered.
  private func tombstones(_ rows: [RowContents], _ columns: [String], _ step: Step) -> [Tombstone] {
    guard let tombstones = tombstones(for: step) else { return [] }
    return rows.map { Tombstone(of: $0, columns: columns, in: step.table.table.name, under: tombstones) }
  }

  /// One transaction on some steps; gives the rows changed for each.
  private func batch(
    _ steps: [Step], _ memories: [RowMemory], done: [Int],
    _ carryOut: (_ beforeCommit: ([ChangedRows], [[Tombstone]], _ read: [[[UInt8]?]]) throws -> Void) throws -> Duration
  ) throws -> (rows: [Int], locked: Duration) {
    for attempt in 1... {
      try mayContinue()
      var begun: [Int64] = []
      var rows = steps.map { _ in 0 }
      do {
        let locked = try carryOut { changed, tombstones, read in
          try mayContinue()
          for (index, step) in steps.enumerated() where step.action.destroys {
            let hashes = memories[index].hashes(changed[index], before: read)
            try returned?.require(hashes, of: changed[index].keys.count, in: step.table.table.name)
          }
          for (index, step) in steps.enumerated() where done[index] + changed[index].keys.count > step.rows {
            throw EnforcementError.exceedsPlan(
              table: step.table.table.name, planned: step.rows, found: done[index] + changed[index].keys.count)
          }
          var intended: [IntendedBatch] = []
          for (index, step) in steps.enumerated() where changed[index].keys.count > 0 {
            let memory = memories[index].batch(changed[index], before: read)
            intended.append(
              IntendedBatch(step: step.name, rows: memory.keys.count, tombstones: tombstones.isEmpty ? [] : tombstones[index]) {
                [seal] id in try seal.seal(memory.bytes, for: Self.place(id))
              })
            rows[index] = memory.keys.count
          }
          if let together { together.batches += intended } else { begun = try journal.begin(intended) }
        }
        try journal.commit(begun)
        return (rows, locked)
      } catch let error as StoreError where error.mayRetry && attempt < Self.attempts && together == nil {
        // The database said that nothing was committed.
        try journal.discard(begun)
      } catch {
        throw Self.named(error, steps)
      }
    }
    preconditionFailure("the last attempt returns or throws")
  }

  /// The refusal of a trigger with the tables and triggers that it can be about, as the database names none; every other error as it is.
  private static func named(_ error: any Error, _ steps: [Step]) -> any Error {
    guard let refusal = error as? StoreError, refusal.isRefusedByTrigger else { return error }
    let tables = steps.map(\.table.table)
    return EnforcementError.refusedByTrigger(tables: tables.map(\.name).uniqued(), triggers: tables.flatMap(\.triggers).uniqued())
  }
}

/// The batches of a transaction that is still open.
private final class WaitingBatches {
  var batches: [IntendedBatch] = []
}
