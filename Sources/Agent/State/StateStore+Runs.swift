public import Enforcement
import Retention
import SQLite

/// A run that erases or reduces, from its beginning until its certificate is released.
public struct StoredRun: Hashable, Sendable {
  /// Its number.
  public let id: Int64
  /// Whose data it works on.
  public let tenant: String
  /// The plan it carries out.
  public let digest: String
  /// When it began.
  public let startedAt: String
  /// How many rows each step of its plan is about, as JSON.
  public let planned: String

  /// The name of the file that holds the run's key.
  public var keyName: String { Self.keyName(of: id) }

  static func keyName(of run: Int64) -> String { "run-\(run).key" }
}

extension StateStore {
  /// Begins a run, unless `check` refuses it.
  public func beginRun(
    tenant: String, digest: String, startedAt: String, planned: String, check: (StoredRun) throws -> Void
  ) throws -> StoredRun {
    try atomically {
      let run = StoredRun(
        id: try nextNumber("id", in: "runs"), tenant: tenant, digest: digest, startedAt: startedAt, planned: planned)
      try speaking { database throws(SQLiteError) in
        _ = try database.run(
          "INSERT INTO runs (id, tenant, digest, started_at, state, planned) VALUES (?1, ?2, ?3, ?4, 'open', ?5)",
          [.integer(run.id), .text(tenant), .text(digest), .text(startedAt), .text(planned)])
      }
      try check(run)
      return run
    }
  }

  /// Gives a number to work that erases nothing. Called inside a transaction.
  func insertClosedRun(tenant: String, digest: String, at moment: String) throws(AgentError) -> Int64 {
    let id = try nextNumber("id", in: "runs")
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO runs (id, tenant, digest, started_at, state, planned) VALUES (?1, ?2, ?3, ?4, 'closed', '[]')",
        [.integer(id), .text(tenant), .text(digest), .text(moment)])
    }
    return id
  }

  /// The run of a tenant that was begun and not finished.
  public func openRun(of tenant: String) throws(AgentError) -> StoredRun? {
    try speaking { database throws(SQLiteError) in
      var run: StoredRun?
      var statement = try database.prepare(
        "SELECT id, tenant, digest, started_at, planned FROM runs WHERE tenant = ?1 AND state = 'open' ORDER BY id", [.text(tenant)]
      )
      while let row = try statement.next() {
        run = StoredRun(
          id: try row.integer(0), tenant: try row.text(1), digest: try row.text(2), startedAt: try row.text(3), planned: try row.text(4))
        break
      }
      return run
    }
  }

  /// Ends a run, with the plan it carried out, and destroys what it remembered of its rows.
  public func closeRun(_ id: Int64) throws {
    try atomically {
      try speaking { database throws(SQLiteError) in
        _ = try database.run("DELETE FROM frozen_keys WHERE batch_id IN (SELECT id FROM batches WHERE run_id = ?1)", [.integer(id)])
        _ = try database.run("UPDATE runs SET state = 'closed' WHERE id = ?1", [.integer(id)])
        _ = try database.run(
          "UPDATE plans SET state = ?2 WHERE digest = (SELECT digest FROM runs WHERE id = ?1)",
          [.integer(id), .text(StoredPlan.State.applied.rawValue)])
      }
    }
  }

  /// The journal of a run.
  public func journal(of run: Int64) -> Journal {
    Journal(
      begin: { batches in
        guard !batches.isEmpty else { return [] }
        // Rows of a tenant are locked now: what waits in the log is copied into the file when their transaction is over.
        try self.copyLog(after: 0)
        return try self.atomically { try batches.map { try self.insert($0, of: run) } }
      },
      commit: { ids in
        guard !ids.isEmpty else { return }
        try self.copyLog(after: Self.pagesOfLog)
        try self.forEach(of: ids, ["UPDATE batches SET state = 'committed' WHERE id = ?1"])
      },
      discard: { ids in
        guard !ids.isEmpty else { return }
        let places = [("frozen_keys", "batch_id"), ("tombstones", "batch_id"), ("batches", "id")]
        try self.forEach(of: ids, places.map { "DELETE FROM \($0) WHERE \($1) = ?1" })
      },
      open: {
        var batches: [JournaledBatch] = []
        try self.forEachBatch(of: run, in: "open") { batches.append($0) }
        return batches
      },
      forEachCommitted: { body in try self.forEachBatch(of: run, in: "committed", body) })
  }

  private func insert(_ batch: IntendedBatch, of run: Int64) throws -> Int64 {
    let id = try nextNumber("id", in: "batches")
    let sealed = try batch.seal(id)
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO batches (id, run_id, table_name, category, action, row_count, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open')",
        [
          .integer(id), .integer(run), .text(batch.step.table), .text(batch.step.category.name), .text(batch.step.action.rawValue),
          .integer(Int64(batch.rows)),
        ])
      _ = try database.run("INSERT INTO frozen_keys (batch_id, sealed) VALUES (?1, ?2)", [.integer(id), .blob(sealed)])
    }
    try insert(batch.tombstones, of: batch.step, batch: id, run: run)
    return id
  }

  /// Runs statements for each of some batches, all or none.
  private func forEach(of batches: [Int64], _ statements: [String]) throws {
    try atomically {
      try speaking { database throws(SQLiteError) in
        for id in batches { for statement in statements { _ = try database.run(statement, [.integer(id)]) } }
      }
    }
  }

  /// Pages of the write-ahead log, about 4 MB, after which a commit copies them into the file: SQLite's own number.
  private static let pagesOfLog = 1000

  /// Lets commits copy the log into the file when it has some pages; never with 0.
  private func copyLog(after pages: Int) throws(AgentError) {
    try speaking { database throws(SQLiteError) in try database.execute("PRAGMA wal_autocheckpoint = \(pages)") }
  }

  /// How many rows a run erased or reduced.
  func rowsDestroyed(by run: Int64) throws(AgentError) -> Int {
    try speaking { database throws(SQLiteError) in
      Int(
        try database.integer(
          "SELECT coalesce(sum(row_count), 0) FROM batches WHERE run_id = ?1 AND state = 'committed' AND action <> ?2",
          [.integer(run), .text(Step.Action.restrict.rawValue)]))
    }
  }

  /// Calls a function with each batch of a run that is in a state. The keys of one batch are in memory at a time.
  private func forEachBatch(of run: Int64, in state: String, _ body: (JournaledBatch) throws -> Void) throws {
    var last: Int64 = 0
    while let batch = try nextBatch(of: run, in: state, after: last) {
      try body(batch)
      last = batch.id
    }
  }

  private func nextBatch(of run: Int64, in state: String, after last: Int64) throws(AgentError) -> JournaledBatch? {
    var found: JournaledBatch?
    var isBroken = false
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        """
        SELECT batches.id, table_name, category, action, row_count, sealed FROM batches \
        JOIN frozen_keys ON batch_id = batches.id \
        WHERE run_id = ?1 AND state = ?2 AND batches.id > ?3 ORDER BY batches.id LIMIT 1
        """, [.integer(run), .text(state), .integer(last)]
      )
      while let row = try statement.next() {
        guard let action = Step.Action(rawValue: try row.text(3)), case .blob(let sealed) = row.value(5) else {
          isBroken = true
          break
        }
        let step = StepName(table: try row.text(1), category: Category(try row.text(2)), action: action)
        found = JournaledBatch(id: try row.integer(0), step: step, rows: Int(try row.integer(4)), sealedKeys: sealed)
        break
      }
    }
    if isBroken { throw .stateContent(what: "journal of run \(run)") }
    return found
  }
}
