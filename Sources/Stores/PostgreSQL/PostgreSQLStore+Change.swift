import PostgreSQL
public import Retention

extension PostgreSQLStore {
  /// How many blocks of the heap one stretch has when the whole table is walked through.
  private static let blocksPerStretch: Int64 = 32

  /// Cuts the table into stretches of blocks: those that hold due rows when they are few, all of them otherwise.
  public func stretches(of step: Step) throws(StoreError) -> [Stretch] {
    let name = try dialect.name(of: step.table.table.name)
    let blocks = try speaking { database throws(PostgreSQLError) in
      try database.integer(
        """
        SELECT coalesce(max(pg_relation_size(coalesce(t.relid, $1::regclass))), 0) / current_setting('block_size')::bigint \
        FROM pg_partition_tree($1::regclass) t RIGHT JOIN (SELECT 1) one ON true
        """, [.text(name)])
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

  /// Erases or reduces the step's rows in some stretches, in one transaction.
  public func carryOut(
    _ step: Step, on stretches: ArraySlice<Stretch>, beforeCommit: (FrozenKeys) throws -> Void
  ) throws -> Duration {
    let (sql, values) = try change(step, on: stretches)
    let clock = ContinuousClock()
    var start = clock.now
    do {
      try database.transaction(.readCommitted) {
        start = clock.now
        let keys = try speaking { database throws(PostgreSQLError) in
          try FrozenKeys(changedBy: sql, values, width: step.table.key.count, on: database)
        }
        try beforeCommit(keys)
      }
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
    return clock.now - start
  }

  /// The statement that changes the rows and gives back their keys as text.
  private func change(_ step: Step, on stretches: ArraySlice<Stretch>) throws(StoreError) -> (String, [PostgreSQL.Value]) {
    guard let first = stretches.first, let last = stretches.last else { preconditionFailure("a batch has stretches") }
    var renderer = ConditionRenderer(dialect: dialect)
    let change = try renderer.change(step)
    let condition = try renderer.sql(step.condition, on: step.table.table.name)
    let low = renderer.bind(.text("(\(first.positions.lowerBound),0)"))
    let high = renderer.bind(.text("(\(last.positions.upperBound + 1),0)"))
    let key = try renderer.key(of: step.table).map { "t0.\($0)::text" }.joined(separator: ", ")
    let sql = "\(change) WHERE t0.ctid >= \(low)::tid AND t0.ctid < \(high)::tid AND \(condition) RETURNING \(key)"
    return (sql, renderer.constants.map(PostgreSQL.Value.init))
  }

  /// For how many of the keys the change did not happen.
  public func untouched(_ keys: FrozenKeys, of table: TableDecision, after action: Step.Action) throws(StoreError) -> Int {
    var renderer = ConditionRenderer(dialect: dialect)
    // The arrays of key columns come first.
    for _ in table.key { _ = renderer.bind(.null) }
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
    var columns = Array(repeating: [String?](), count: width)
    keys.forEach { key in
      for (index, bytes) in key.enumerated() { columns[index].append(String(decoding: bytes, as: UTF8.self)) }
    }
    let values = columns.map(PostgreSQL.Value.textArray) + renderer.constants.dropFirst(width).map(PostgreSQL.Value.init)
    return try speaking { database throws(PostgreSQLError) in Int(try database.integer(sql, values)) }
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

extension FrozenKeys {
  /// Runs a statement that returns the keys of the rows it changes.
  fileprivate init(
    changedBy sql: String, _ values: [PostgreSQL.Value], width: Int, on database: borrowing PostgreSQL.Connection
  ) throws(PostgreSQLError) {
    self.init(width: width)
    var rows = try database.stream(sql, values)
    while let row = try rows.next() {
      for column in 0..<row.count { append(column: Array(try row.text(column).utf8)) }
      closeKey()
    }
  }
}
