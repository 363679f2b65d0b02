import Enforcement
import Evidence
import Retention
import SQLite

/// A tombstone as the state store remembers it: marks under a key that lies elsewhere.
struct StoredTombstone: Hashable {
  /// The run that erased the row.
  let run: Int64
  /// The step of its plan.
  let step: StepName
  /// The columns whose values are in the mark of the row.
  let columns: [String]
  /// The mark of its key, in hexadecimal.
  let key: String
  /// The mark of its key and values, in hexadecimal.
  let row: String
}

extension StateStore {
  /// Remembers rows that are about to go. Called inside the transaction that journals them.
  func insert(_ tombstones: [Tombstone], of step: StepName, batch: Int64, run: Int64) throws {
    guard !tombstones.isEmpty else { return }
    let columns = try tombstones.map { try JSONValue.array($0.columns.map(JSONValue.string)).canonicalText() }
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        """
        INSERT INTO tombstones (batch_id, run_id, tenant, table_name, category, action, columns, key_mark, row_mark) \
        SELECT ?1, ?2, tenant, ?3, ?4, ?5, ?6, ?7, ?8 FROM runs WHERE id = ?2
        """)
      for (tombstone, columns) in zip(tombstones, columns) {
        try statement.run([
          .integer(batch), .integer(run), .text(step.table), .text(step.category.name), .text(step.action.rawValue), .text(columns),
          .text(tombstone.key.hex), .text(tombstone.row.hex),
        ])
      }
    }
  }

  /// The last batch of a tenant whose rows are remembered; nil when none is.
  func lastTombstone(of tenant: String) throws(AgentError) -> Int64? {
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare("SELECT max(batch_id) FROM tombstones WHERE tenant = ?1", [.text(tenant)])
      return try statement.next()?.optionalInteger(0)
    }
  }

  /// The runs whose rows are remembered.
  func runsWithTombstones(of tenant: String) throws(AgentError) -> [Int64] {
    try speaking { database throws(SQLiteError) in
      var runs: [Int64] = []
      var statement = try database.prepare("SELECT DISTINCT run_id FROM tombstones WHERE tenant = ?1 ORDER BY 1", [.text(tenant)])
      while let row = try statement.next() { runs.append(try row.integer(0)) }
      return runs
    }
  }

  /// Forgets the rows of a run.
  func destroyTombstones(of run: Int64) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run("DELETE FROM meta WHERE name = ?1", [.text(Self.end(of: run))])
      _ = try database.run("DELETE FROM tombstones WHERE run_id = ?1", [.integer(run)])
    }
  }

  /// When a run ended that marked rows and has no certificate that tells it.
  func endOfMarking(_ run: Int64) throws(AgentError) -> String? { try value(of: Self.end(of: run)) }

  /// Remembers when a run ended that marked rows and issued no certificate.
  func rememberEndOfMarking(_ run: Int64, at moment: String) throws(AgentError) { try remember(moment, as: Self.end(of: run)) }

  private static func end(of run: Int64) -> String { "end of marking run \(run)" }

  /// The request that a run carried out; nil when it followed from the rules.
  func request(ofRun run: Int64) throws(AgentError) -> String? {
    try speaking { database throws(SQLiteError) in
      try database.text("SELECT request FROM plans JOIN runs ON runs.digest = plans.digest WHERE runs.id = ?1", [.integer(run)])
    }
  }

  /// How many rows of a tenant are remembered because a request had them marked, and how many for other reasons.
  func remembered(of tenant: String, markedBy request: String) throws(AgentError) -> (marked: Int, others: Int) {
    try speaking { database throws(SQLiteError) in
      let all = Int(try database.integer("SELECT count(*) FROM tombstones WHERE tenant = ?1", [.text(tenant)]))
      let marked = Int(
        try database.integer(
          "SELECT count(*) FROM tombstones WHERE tenant = ?1 AND \(Self.isMarked)", [.text(tenant), .text(request)]))
      return (marked, all - marked)
    }
  }

  /// Forgets the rows that a request had marked.
  func destroyTombstones(of tenant: String, markedBy request: String) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run("DELETE FROM tombstones WHERE tenant = ?1 AND \(Self.isMarked)", [.text(tenant), .text(request)])
    }
  }

  private static let isMarked = """
    action = 'restrict' AND run_id IN (SELECT runs.id FROM runs JOIN plans ON plans.digest = runs.digest WHERE plans.request = ?2)
    """

  /// Every tombstone of a tenant.
  func tombstones(of tenant: String) throws -> [StoredTombstone] {
    var rows: [(Int64, String, String, String, String, String, String)] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        """
        SELECT run_id, table_name, category, action, columns, key_mark, row_mark FROM tombstones WHERE tenant = ?1 ORDER BY batch_id
        """, [.text(tenant)])
      while let row = try statement.next() {
        rows.append(
          (
            try row.integer(0), try row.text(1), try row.text(2), try row.text(3), try row.text(4), try row.text(5), try row.text(6)
          ))
      }
    }
    var shapes: [String: [String]] = [:]
    return try rows.map { run, table, category, action, columns, key, row in
      guard let action = Step.Action(rawValue: action) else { throw AgentError.stateContent(what: "a tombstone of \(tenant)") }
      let names = try shapes[columns] ?? JSONNode(JSONValue(parsing: columns.utf8)).elements().map { try $0.string() }
      shapes[columns] = names
      return StoredTombstone(
        run: run, step: StepName(table: table, category: Category(category), action: action), columns: names, key: key, row: row)
    }
  }
}
