import Retention
import SQLite

/// The full-text tables of SQLite (https://www.sqlite.org/fts5.html, https://www.sqlite.org/fts3.html).
enum SQLiteFullText {
  /// Whether one holds rows of its own. Its inner tables tell: an index of another table, or one without contents, has none with
  /// all its columns.
  static func holdsRows(
    of table: String, columns: Int, among inner: Set<String>, _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> Bool {
    func has(_ part: String) -> Bool { inner.contains("\(table)_\(part)") }
    guard columns > 0, has("content"), has("segdir") || (has("idx") && has("config")) else { return false }
    return try database.integer(
      "SELECT count(*) FROM pragma_table_info(?1, 'main') WHERE name GLOB 'c[0-9]*'", [.text("\(table)_content")]) == columns
  }

  /// The names of all of them, whichever way their definition is written and whether or not this program has their module.
  static func all(_ database: borrowing SQLite.Connection) throws(SQLiteError) -> [String] {
    try database.names("SELECT name FROM \(indexes)")
  }

  /// Whether one of them is an index of no table, which holds words and no rows: its definition has the option `content` with no value.
  static func anyIsWithoutContents(_ database: borrowing SQLite.Connection) throws(SQLiteError) -> Bool {
    let signs = ["' '", "char(9)", "char(10)", "char(13)", "''''", "'\"'", "'`'", "'['", "']'"]
    let plain = signs.reduce("lower(sql)") { "replace(\($0), \($1), '')" }
    return try database.integer("SELECT count(*) FROM \(indexes) AND (\(plain) GLOB '*[(,]content=[,)]*')") > 0
  }

  private static var indexes: String {
    func has(_ part: String) -> String { "lower(t.name) || '_\(part)' IN (SELECT lower(name) FROM main.sqlite_schema)" }
    return """
      main.sqlite_schema AS t WHERE type = 'table' AND rootpage = 0 \
      AND (\(has("segdir")) AND \(has("segments")) OR \(has("idx")) AND \(has("config")) AND \(has("data")))
      """
  }
}

extension SQLiteStore {
  /// Changes the rows of some stretches of a full-text table, in the transaction that is open.
  func changeFullText(
    _ step: Step, on stretches: ArraySlice<Stretch>, capturing parts: [RowPart]
  ) throws(StoreError) -> ChangedRows {
    guard let first = stretches.first, let last = stretches.last, let rowID = step.table.table.rowID else {
      preconditionFailure("a batch has stretches, and a full-text table row ids")
    }
    var renderer = ConditionRenderer(dialect: dialect)
    let low = renderer.bind(.integer(first.positions.lowerBound))
    let high = renderer.bind(.integer(last.positions.upperBound))
    let condition = try renderer.sql(step.condition, on: step.table.table.name)
    return try changeFullText(
      step, where: "t0.\(rowID) BETWEEN \(low) AND \(high) AND \(condition)", renderer.constants.map(SQLite.Value.init), capturing: parts)
  }

  /// Changes the rows of a full-text table that satisfy a filter, in the transaction that is open.
  ///
  /// No statement on a virtual table gives back what it changed, and no hook tells. So the keys are read first, while nobody else can
  /// write, and afterwards it is asked of which rows the change happened.
  func changeFullText(
    _ step: Step, where filter: String, _ values: [SQLite.Value], capturing parts: [RowPart]
  ) throws(StoreError) -> ChangedRows {
    let table = step.table
    let rows = try capture(parts, of: keys(of: table, where: filter, values), step)
    var renderer = ConditionRenderer(dialect: dialect, after: table.key.count)
    let sql = "\(try renderer.change(step)) WHERE \(try isNamed(table))"
    let constants = renderer.constants.dropFirst(table.key.count).map(SQLite.Value.init)
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(sql)
      try rows.keys.forEachKey { key throws(SQLiteError) in try statement.run(key + constants) }
    }
    return try changed(rows, by: step)
  }

  private func keys(
    of table: TableDecision, where filter: String, _ values: [SQLite.Value]
  ) throws(StoreError) -> FrozenKeys {
    let key = try ConditionRenderer(dialect: dialect).key(of: table).map { "t0.\($0)" }.joined(separator: ", ")
    let sql = "SELECT \(key) FROM \(try dialect.name(of: table.table.name)) AS t0 WHERE \(filter)"
    let keys = try speaking { database throws(SQLiteError) -> FrozenKeys? in
      var keys = FrozenKeys(width: table.key.count)
      var statement = try database.prepare(sql, values)
      while let row = try statement.next() {
        for column in 0..<row.count {
          if row.isNull(column) { return nil }
          keys.append(row.value(column))
        }
        keys.closeKey()
      }
      return keys
    }
    guard let keys else { throw .unnameableRow(table: table.table.name) }
    return keys
  }
}
