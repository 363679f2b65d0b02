public import Retention
import SQLite

extension SQLiteStore {
  /// Calls a function with the key of every row of a table that is the tenant's.
  public func forEachKey(of table: TableDecision, _ body: ([[UInt8]]) throws -> Void) throws {
    let (condition, values) = try render(table.ownership, on: table.table.name)
    let key = try ConditionRenderer(dialect: dialect).key(of: table).map { "t0.\($0)" }.joined(separator: ", ")
    let sql = "SELECT \(key) FROM \(try dialect.name(of: table.table.name)) AS t0 WHERE \(condition)"
    do {
      try database.query(sql, values) { row in
        var key: [[UInt8]] = []
        for column in 0..<row.count { key.append(row.value(column).contents ?? []) }
        try body(key)
        return .continue
      }
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
    }
  }

  /// The keys of the rows of a step.
  public func keys(of step: Step) throws(StoreError) -> [FrozenKeys] {
    let (condition, values) = try render(step.condition, on: step.table.table.name)
    let key = try ConditionRenderer(dialect: dialect).key(of: step.table).map { "t0.\($0)" }.joined(separator: ", ")
    let sql = "SELECT \(key) FROM \(try dialect.name(of: step.table.table.name)) AS t0 WHERE \(condition)"
    var keys = PortionedKeys(width: step.table.key.count)
    var isUnnameable = false
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(sql, values)
      while let row = try statement.next() {
        var key: [[UInt8]] = []
        for column in 0..<row.count {
          guard let contents = row.value(column).contents else {
            isUnnameable = true
            return
          }
          key.append(contents)
        }
        keys.append(key)
      }
    }
    guard !isUnnameable else { throw .unnameableRow(table: step.table.table.name) }
    return keys.all
  }

  /// What stands in some columns of the rows with these keys.
  public func contents(of columns: [String], in rows: FrozenKeys, of table: TableDecision) throws(StoreError) -> [RowContents] {
    try contents(of: columns.map(RowPart.column), in: rows, of: table)
  }

  private func contents(of parts: [RowPart], in rows: FrozenKeys, of table: TableDecision) throws(StoreError) -> [RowContents] {
    var wanted = try ConditionRenderer(dialect: dialect).key(of: table).map { "t0.\($0)" }
    for part in parts { wanted.append(try value(of: part, in: table, row: "t0.")) }
    let sql = """
      SELECT \(wanted.joined(separator: ", ")) FROM \(try dialect.name(of: table.table.name)) AS t0 WHERE \(try isNamed(table))
      """
    let width = table.key.count
    return try speaking { database throws(SQLiteError) in
      var found: [RowContents] = []
      var statement = try database.prepare(sql)
      try rows.forEachKey { key throws(SQLiteError) in
        try statement.bind(key)
        while let row = try statement.next() {
          var (key, values): ([[UInt8]], [[UInt8]?]) = ([], [])
          for column in 0..<row.count {
            if column < width { key.append(row.value(column).contents ?? []) } else { values.append(row.value(column).contents) }
          }
          found.append(RowContents(key: key, values: values))
        }
      }
      return found
    }
  }

  /// Carries out a step on the rows with these keys, in one transaction.
  public func carryOut(
    _ step: Step, onRowsWith keys: FrozenKeys, reading read: [RowPart], capturing parts: [RowPart],
    beforeCommit: (ChangedRows, [RowContents]) throws -> Void
  ) throws -> Duration {
    let (list, listed) = try listed(keys, step.table)
    var renderer = ConditionRenderer(dialect: dialect, after: listed.count)
    let isFullText = step.table.table.kind == .fullText
    let change = isFullText ? "" : try renderer.change(step)
    let condition = try renderer.sql(step.condition, on: step.table.table.name)
    let key = try (renderer.key(of: step.table) + texts(of: parts, in: step.table, row: "")).joined(separator: ", ")
    let sql = "\(change) WHERE \(list) AND \(condition) RETURNING \(key)"
    let values = listed + renderer.constants.dropFirst(listed.count).map(SQLite.Value.init)
    let clock = ContinuousClock()
    var start = clock.now
    do {
      try inTransaction(.immediate) {
        start = clock.now
        let before = try contents(of: read, in: keys, of: step.table)
        let changed =
          try isFullText
          ? changeFullText(step, where: "\(list) AND \(condition)", values, capturing: parts) : rows(of: step, changedBy: sql, values)
        try beforeCommit(changed, before.among(try names(of: changed.keys)))
      }
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
    }
    return clock.now - start
  }

  /// The condition that a row has one of the keys, of which there is at least one.
  func listed(_ keys: FrozenKeys, _ table: TableDecision) throws(StoreError) -> (String, [SQLite.Value]) {
    let columns = try ConditionRenderer(dialect: dialect).key(of: table).map { "t0.\($0)" }.joined(separator: ", ")
    var values: [SQLite.Value] = []
    try speaking { _ throws(SQLiteError) in try keys.forEachKey { key throws(SQLiteError) in values += key } }
    let rows = (0..<keys.count).map { row in
      "(" + (1...keys.width).map { SQLiteDialect.placeholder(row * keys.width + $0) }.joined(separator: ", ") + ")"
    }
    return ("(\(columns)) IN (VALUES \(rows.joined(separator: ", ")))", values)
  }

  /// The condition that a row has one key, whose columns are the first parameters.
  func isNamed(_ table: TableDecision) throws(StoreError) -> String {
    // A virtual table is asked for a row id only by `=`, and read from end to end for `IS`.
    let isSame = table.key == [table.table.rowID] ? "=" : "IS"
    return try ConditionRenderer(dialect: dialect).key(of: table).enumerated().map { "t0.\($1) \(isSame) ?\($0 + 1)" }
      .joined(separator: " AND ")
  }

  /// Keys in the form in which contents have them.
  func names(of keys: FrozenKeys) throws(StoreError) -> Set<[[UInt8]]> {
    var names: Set<[[UInt8]]> = []
    try speaking { _ throws(SQLiteError) in
      try keys.forEachKey { key throws(SQLiteError) in names.insert(key.map { $0.contents ?? [] }) }
    }
    return names
  }
}

extension SQLite.Value {
  /// The value with its storage class before it; nil for NULL.
  var contents: [UInt8]? {
    switch self {
    case .null: nil
    case .integer(let number): [0x69] + bigEndianBytes(number)
    case .real(let number): [0x72] + bigEndianBytes(Int64(bitPattern: number.bitPattern))
    case .text(let text): [0x74] + Array(text.utf8)
    case .rawText(let bytes): [0x74] + bytes
    case .blob(let bytes): [0x62] + bytes
    }
  }
}
