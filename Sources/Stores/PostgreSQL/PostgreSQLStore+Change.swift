import PostgreSQL
public import Retention

extension PostgreSQLStore {
  /// How many blocks of the heap one stretch has when the whole table is walked through.
  private static let blocksPerStretch: Int64 = 32

  /// Cuts the table into stretches: whole partitions that go with their rows, and then blocks, of which those are taken that hold
  /// due rows when they are few, and all of them otherwise.
  public func stretches(of step: Step) throws(StoreError) -> [Stretch] {
    // One person's few rows are found by their keys, and go in the transaction that is open anyway.
    if step.table.isAboutSubject, database.isInTransaction { return [.everything] }
    return try (step.dropsPartitions ? wholePartitions(of: step) : []) + blocks(of: step)
  }

  private func blocks(of step: Step) throws(StoreError) -> [Stretch] {
    let name = try dialect.name(of: step.table.table.name)
    let relation = try dialect.relation(of: step.table.table.name)
    let blocks = try speaking { database throws(PostgreSQLError) in
      try database.integer(
        """
        SELECT coalesce(max(pg_relation_size(coalesce(t.relid, $1::regclass))), 0) / current_setting('block_size')::bigint \
        FROM pg_partition_tree($1::regclass) t RIGHT JOIN (SELECT 1) one ON true
        """, [.text(relation)])
    }
    if step.rows < blocks / Self.blocksPerStretch { return try stretchesOfDueBlocks(step, in: name) }
    return stride(from: 0, to: blocks, by: Int64.Stride(Self.blocksPerStretch)).map { first in
      Stretch(positions: first...(first + Self.blocksPerStretch - 1), rows: nil)
    }
  }

  private func stretchesOfDueBlocks(_ step: Step, in name: String) throws(StoreError) -> [Stretch] {
    var renderer = ConditionRenderer(dialect: dialect)
    let condition = try renderer.sql(step.condition, on: step.table.table.name)
    let sql = """
      SELECT (t0.ctid::text::point)[0]::bigint, count(*) FROM \(name) AS t0 WHERE \(condition) GROUP BY 1 ORDER BY 1
      """
    return try speaking { database throws(PostgreSQLError) in
      var rows = try database.stream(sql, renderer.constants.map(PostgreSQL.Value.init))
      var stretches: [Stretch] = []
      while let row = try rows.next() {
        let block = try row.integer(0)
        stretches.append(Stretch(positions: block...block, rows: Int(try row.integer(1))))
      }
      return stretches
    }
  }

  /// Runs several changes as one transaction. Each statement in it sees what others have committed meanwhile.
  public func together(_ body: () throws -> Void) throws {
    do { try inTransaction(body) } catch let error as PostgreSQLError { throw StoreError.postgreSQL(error) }
  }

  /// Runs `body` in the transaction that is open, or else in one of its own.
  func inTransaction<Result>(_ body: () throws -> Result) throws -> Result {
    database.isInTransaction ? try body() : try database.transaction(.readCommitted, isReadOnly: access == .readOnly, body)
  }

  /// Erases, reduces or marks the step's rows in some stretches, in one transaction.
  public func carryOut(
    _ step: Step, on stretches: ArraySlice<Stretch>, capturing parts: [RowPart], beforeCommit: (ChangedRows) throws -> Void
  ) throws -> Duration {
    if let partition = stretches.first?.partition { return try drop(partition, step, capturing: parts, beforeCommit) }
    if parts.isEmpty, access == .readWrite, !database.isInTransaction,
      let listed = try ListedErasure(step, within: positions(of: stretches), dialect),
      let locked = try carryOut(listed, beforeCommit: beforeCommit)
    {
      return locked
    }
    let statements = try statements(for: step, on: stretches, capturing: parts)
    let clock = ContinuousClock()
    var start = clock.now
    do {
      try inTransaction {
        start = clock.now
        let before = try changesSoFar(by: [step])
        let rows = try speaking { database throws(PostgreSQLError) in
          if let lock = statements.lock { try database.run(lock, statements.lockValues) }
          return statements.keyIsNumber
            ? try FrozenKeys(numbersChangedBy: statements.change, statements.values, on: database).map(ChangedRows.init(keys:))
            : try ChangedRows(changedBy: statements.change, statements.values, width: step.table.key.count, on: database)
        }
        guard let rows else { throw StoreError.unnameableRow(table: step.table.table.name) }
        try note(rows.keys.count, of: [step], since: before)
        try beforeCommit(rows)
      }
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
    return clock.now - start
  }

  /// How many rows this session has changed in all, where triggers can have a part in it; nil where they cannot. What a
  /// trigger or its functions write counts here.
  func changesSoFar(by steps: [Step]) throws(StoreError) -> Int? {
    guard steps.contains(where: { !$0.table.table.triggers.isEmpty }) else { return nil }
    return try speaking { database throws(PostgreSQLError) in
      Int(
        try database.integer(
          "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_catalog.pg_stat_xact_all_tables"))
    }
  }

  /// Remembers how many rows triggers changed beside those of the steps.
  func note(_ rows: Int, of steps: [Step], since before: Int?) throws(StoreError) {
    guard let before, let after = try changesSoFar(by: steps), after - before > rows,
      let table = steps.map(\.table.table).first(where: { !$0.triggers.isEmpty })
    else { return }
    changedByTriggers[table.name, default: 0] += after - before - rows
  }

  private struct Statements {
    /// Takes the rows' locks first. The server decides which rows a statement changes by what it saw at its start: a row
    /// inserted meanwhile that names one of them would be taken along by a cascade. The next statement sees it.
    var lock: String?
    var lockValues: [PostgreSQL.Value] = []
    /// Whether the key is one whole number, and nothing else is given back.
    let keyIsNumber: Bool
    /// Changes the rows and gives back their keys as text.
    let change: String
    let values: [PostgreSQL.Value]
  }

  private func positions(of stretches: ArraySlice<Stretch>) -> ClosedRange<Int64> {
    guard let first = stretches.first, let last = stretches.last else { preconditionFailure("a batch has stretches") }
    return first.positions.lowerBound...last.positions.upperBound
  }

  private func statements(
    for step: Step, on stretches: ArraySlice<Stretch>, capturing parts: [RowPart]
  ) throws(StoreError) -> Statements {
    let within = positions(of: stretches)
    var renderer = ConditionRenderer(dialect: dialect)
    let change = try renderer.change(step)
    let filter = try renderer.filter(step, within)
    let isNumber = parts.isEmpty && step.table.keyIsNumber
    var given = try renderer.key(of: step.table).map { "t0.\($0)\(isNumber ? "" : "::text")" }
    given += try texts(of: parts, in: step.table)
    var statements = Statements(
      keyIsNumber: isNumber, change: "\(change) WHERE \(filter) RETURNING \(given.joined(separator: ", "))",
      values: renderer.constants.map(PostgreSQL.Value.init))
    guard step.isReferenced else { return statements }
    renderer = ConditionRenderer(dialect: dialect)
    let name = try dialect.name(of: step.table.table.name)
    let rows = "SELECT 1 FROM \(name) AS t0 WHERE \(try renderer.filter(step, within)) FOR UPDATE OF t0"
    statements.lock = "SELECT count(*) FROM (\(rows)) AS locked"
    statements.lockValues = renderer.constants.map(PostgreSQL.Value.init)
    return statements
  }

  /// For how many of the keys the change did not happen.
  public func untouched(_ keys: FrozenKeys, of table: TableDecision, after action: Step.Action) throws(StoreError) -> Int {
    // The arrays of key columns come first.
    var renderer = ConditionRenderer(dialect: dialect, after: table.key.count)
    var links: [String] = []
    for (index, (column, name)) in zip(table.key, try renderer.key(of: table)).enumerated() {
      guard let type = table.table.column(column)?.type else { throw .missing(table: table.table.name, column: column) }
      links.append("t0.\(name) = k.k\(index)::\(type)")
    }
    if let condition = try renderer.untouched(table, after: action) { links.append(condition) }
    let width = table.key.count
    let arrays = (1...width).map { "$\($0)::text[]" }.joined(separator: ", ")
    let names = (0..<width).map { "k\($0)" }.joined(separator: ", ")
    let sql = """
      SELECT count(*) FROM unnest(\(arrays)) AS k(\(names)) JOIN \(try dialect.name(of: table.table.name)) AS t0 \
      ON \(links.joined(separator: " AND "))
      """
    let values = keys.arrays + renderer.constants.dropFirst(width).map(PostgreSQL.Value.init)
    return try speaking { database throws(PostgreSQLError) in Int(try database.integer(sql, values)) }
  }

  /// Where row security is in force, the server refuses every statement of this session.
  public func missingRights(for decision: TenantDecision) throws(StoreError) -> [String] {
    var missing: [String] = []
    for table in decision.tables where decision.policy.map.tables[table.table.name] != nil && table.table.kind != .view {
      let actions = Set(table.cases.compactMap(\.action))
      let relation = try dialect.relation(of: table.table.name)
      let lacking = try speaking { database throws(PostgreSQLError) in
        try database.text(
          """
          SELECT concat_ws(', ', \
          CASE WHEN NOT has_any_column_privilege($1::regclass, 'SELECT') THEN 'the right to SELECT' END, \
          CASE WHEN $2::boolean AND NOT has_table_privilege($1::regclass, 'DELETE') THEN 'the right to DELETE' END, \
          CASE WHEN $3::boolean AND NOT has_any_column_privilege($1::regclass, 'UPDATE') THEN 'the right to UPDATE' END, \
          CASE WHEN row_security_active($1::regclass) THEN 'BYPASSRLS' END)
          """,
          [.text(relation), .text(String(actions.contains(.erase))), .text(String(!actions.isSubset(of: [.erase])))])
      }
      if let lacking, !lacking.isEmpty { missing.append("\(table.table.name) (\(lacking))") }
    }
    return missing
  }

  /// Refuses a key that does not name rows.
  public func requireKey(of table: TableDecision) throws(StoreError) {
    guard table.keyIsClaimed else { return }
    let sql = try ConditionRenderer(dialect: dialect).ambiguousKeys(of: table)
    let found = try speaking { database throws(PostgreSQLError) in try database.integer(sql) }
    if found > 0 { throw .ambiguousKey(table: table.table.name, columns: table.key) }
  }

  /// How many rows name a row that does not exist.
  public func orphans(of reference: Reference) throws(StoreError) -> Int {
    var renderer = ConditionRenderer(dialect: dialect)
    let sql = try renderer.orphans(of: reference)
    return try speaking { database throws(PostgreSQLError) in
      Int(try database.integer(sql, renderer.constants.map(PostgreSQL.Value.init)))
    }
  }
}

extension TableDecision {
  /// Whether the key is one whole number.
  var keyIsNumber: Bool { key.count == 1 && ["smallint", "integer", "bigint"].contains(table.column(key[0])?.type) }
}

extension ConditionRenderer<PostgreSQLDialect> {
  /// The rows of a step within some blocks of the heap, or in all of it.
  mutating func filter(_ step: Step, _ blocks: ClosedRange<Int64>) throws(StoreError) -> String {
    if blocks == Stretch.everything.positions { return try sql(step.condition, on: step.table.table.name) }
    let low = bind(.text("(\(blocks.lowerBound),0)"))
    let high = bind(.text("(\(blocks.upperBound + 1),0)"))
    return "t0.ctid >= \(low)::tid AND t0.ctid < \(high)::tid AND \(try sql(step.condition, on: step.table.table.name))"
  }
}

extension FrozenKeys {
  /// Runs a statement that returns one whole number for each row it changes; nil when one of them is NULL.
  fileprivate init?(
    numbersChangedBy sql: String, _ values: [PostgreSQL.Value], on database: borrowing PostgreSQL.Connection
  ) throws(PostgreSQLError) {
    let rows = try database.fetch(sql, values)
    var numbers: [Int64] = []
    numbers.reserveCapacity(rows.count)
    for index in 0..<rows.count {
      guard let number = try rows[index].optionalInteger(0) else { return nil }
      numbers.append(number)
    }
    self.init(numbers: numbers)
  }

}

extension ChangedRows {
  /// Runs a statement that returns the keys of the rows it changes, then the captured parts; nil when a key holds NULL or
  /// bytes that are no text.
  init?(
    changedBy sql: String, _ values: [PostgreSQL.Value], width: Int, on database: borrowing PostgreSQL.Connection
  ) throws(PostgreSQLError) {
    self.init(width: width)
    let rows = try database.fetch(sql, values)
    var bytes: [UInt8] = []
    for index in 0..<rows.count {
      let row = rows[index]
      for column in 0..<width {
        let text = row.rawText(column)
        bytes.removeAll(keepingCapacity: true)
        var isASCII = true
        for position in text.indices {
          bytes.append(text[position])
          if text[position] >= 0x80 { isASCII = false }
        }
        guard !row.isNull(column), isASCII || String(validating: bytes, as: UTF8.self) != nil else { return nil }
        keys.append(column: bytes)
      }
      keys.closeKey()
      guard row.count > width else { continue }
      var texts: [String?] = []
      for column in width..<row.count { texts.append(try row.optionalText(column)) }
      captured.append(texts)
    }
  }
}
