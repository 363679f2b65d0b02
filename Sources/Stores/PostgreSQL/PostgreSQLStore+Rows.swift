import PostgreSQL
public import Retention

extension PostgreSQLStore {
  /// Calls a function with the key of every row of a table that is the tenant's.
  public func forEachKey(of table: TableDecision, _ body: ([[UInt8]]) throws -> Void) throws {
    var renderer = ConditionRenderer(dialect: dialect)
    let condition = try renderer.sql(table.ownership, on: table.table.name)
    let key = try renderer.key(of: table).map { "t0.\($0)::text" }.joined(separator: ", ")
    let sql = "SELECT \(key) FROM \(try dialect.name(of: table.table.name)) AS t0 WHERE \(condition)"
    do {
      try database.query(sql, renderer.constants.map(PostgreSQL.Value.init)) { row in
        var key: [[UInt8]] = []
        for column in 0..<row.count { key.append(row.contents(column) ?? []) }
        try body(key)
        return .continue
      }
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
  }

  /// The keys of the rows of a step.
  public func keys(of step: Step) throws(StoreError) -> [FrozenKeys] {
    var renderer = ConditionRenderer(dialect: dialect)
    let condition = try renderer.sql(step.condition, on: step.table.table.name)
    let key = try renderer.key(of: step.table).map { "t0.\($0)::text" }.joined(separator: ", ")
    let sql = "SELECT \(key) FROM \(try dialect.name(of: step.table.table.name)) AS t0 WHERE \(condition)"
    var keys = PortionedKeys(width: step.table.key.count)
    var isUnnameable = false
    try speaking { database throws(PostgreSQLError) in
      var rows = try database.stream(sql, renderer.constants.map(PostgreSQL.Value.init))
      while let row = try rows.next() {
        var key: [[UInt8]] = []
        for column in 0..<row.count { if let contents = row.contents(column) { key.append(contents) } }
        if key.count < row.count || key.contains(where: { String(validating: $0, as: UTF8.self) == nil }) { isUnnameable = true }
        keys.append(key)
      }
    }
    guard !isUnnameable else { throw .unnameableRow(table: step.table.table.name) }
    return keys.all
  }

  /// What stands in some columns of the rows with these keys.
  public func contents(of columns: [String], in rows: FrozenKeys, of table: TableDecision) throws(StoreError) -> [RowContents] {
    try contents(of: columns.map(RowPart.column), in: rows, of: table, locking: false)
  }

  private func contents(
    of parts: [RowPart], in keys: FrozenKeys, of table: TableDecision, locking: Bool
  ) throws(StoreError) -> [RowContents] {
    guard keys.count > 0 else { return [] }
    var wanted = try ConditionRenderer(dialect: dialect).key(of: table).map { "t0.\($0)::text" }
    // Without a cast a value has the form in which archives hold it.
    for part in parts { wanted.append(try value(of: part, in: table)) }
    let sql = """
      SELECT \(wanted.joined(separator: ", ")) FROM \(try dialect.name(of: table.table.name)) AS t0 \
      JOIN \(Self.list(width: keys.width, from: 1)) ON \(try isListed(table))\(locking ? " FOR UPDATE OF t0" : "")
      """
    let width = table.key.count
    return try speaking { database throws(PostgreSQLError) in
      let rows = try database.fetch(sql, keys.arrays)
      var found: [RowContents] = []
      for index in 0..<rows.count {
        let row = rows[index]
        var (key, values): ([[UInt8]], [[UInt8]?]) = ([], [])
        for column in 0..<row.count {
          if column < width { key.append(row.contents(column) ?? []) } else { values.append(row.contents(column)) }
        }
        found.append(RowContents(key: key, values: values))
      }
      return found
    }
  }

  /// Carries out a step on the rows with these keys, in one transaction.
  public func carryOut(
    _ step: Step, onRowsWith keys: FrozenKeys, reading read: [RowPart], capturing parts: [RowPart],
    beforeCommit: (ChangedRows, [RowContents]) throws -> Void
  ) throws -> Duration {
    var renderer = ConditionRenderer(dialect: dialect, after: keys.width)
    let change = try renderer.change(step)
    let condition = try renderer.sql(step.condition, on: step.table.table.name)
    var given = try renderer.key(of: step.table).map { "t0.\($0)::text" }
    given += try texts(of: parts, in: step.table)
    let source = "\(step.action == .erase ? "USING" : "FROM") \(Self.list(width: keys.width, from: 1))"
    let sql = "\(change) \(source) WHERE \(try isListed(step.table)) AND \(condition) RETURNING \(given.joined(separator: ", "))"
    let values = keys.arrays + renderer.constants.dropFirst(keys.width).map(PostgreSQL.Value.init)
    let clock = ContinuousClock()
    var start = clock.now
    do {
      try inTransaction {
        start = clock.now
        // The locks come first, so that what is read is what is changed, and a row that came to name one of them is seen.
        let before = try contents(of: read, in: keys, of: step.table, locking: true)
        let changed = try speaking { database throws(PostgreSQLError) in
          try ChangedRows(changedBy: sql, values, width: step.table.key.count, on: database)
        }
        guard let changed else { throw StoreError.unnameableRow(table: step.table.table.name) }
        try beforeCommit(changed, before.among(names(of: changed.keys)))
      }
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
    return clock.now - start
  }

  /// Keys in the form in which contents have them.
  func names(of keys: FrozenKeys) -> Set<[[UInt8]]> {
    var names: Set<[[UInt8]]> = []
    keys.forEach(number: { Array(String($0).utf8)[...] }) { names.insert($0.map(Array.init)) }
    return names
  }
}

extension PostgreSQL.Row {
  /// The bytes of a value's text form; nil for NULL.
  borrowing func contents(_ column: Int) -> [UInt8]? {
    guard !isNull(column) else { return nil }
    let text = rawText(column)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for position in text.indices { bytes.append(text[position]) }
    return bytes
  }
}
