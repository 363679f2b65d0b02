public import Retention
import SQLite

extension SQLiteStore {
  /// The text of a value: its bytes without the storage class, or a number as SQLite writes it.
  public func text(of value: [UInt8]) -> [UInt8] {
    switch SQLite.Value(frozen: value[...]) {
    case .null: []
    case .integer(let number): Array(String(number).utf8)
    case .real(let number): Array(String(number).utf8)
    case .text(let text): Array(text.utf8)
    case .rawText(let bytes), .blob(let bytes): bytes
    }
  }

  /// The SQL of a part of a row, whose columns are named with `row` before them: what a changing statement gives back knows no `t0`.
  func value(of part: RowPart, in table: TableDecision, row: String) throws(StoreError) -> String {
    switch part {
    case .column(let name): return row + (try dialect.quoted(name))
    case .hash(let layout):
      var names = try ConditionRenderer(dialect: dialect).key(of: table)
      for column in layout.columns { names.append(try dialect.quoted(column.name)) }
      return Self.hash(of: names.uniqued().map { row + $0 })
    }
  }

  /// The SQL of the texts of parts of a row.
  func texts(of parts: [RowPart], in table: TableDecision, row: String) throws(StoreError) -> [String] {
    var texts: [String] = []
    for part in parts { texts.append("CAST(\(try value(of: part, in: table, row: row)) AS TEXT)") }
    return texts
  }

  /// Calls a function with the text of a part of rows.
  public func forEachText(
    of part: RowPart, in table: TableDecision, where condition: Condition, _ body: ([UInt8]) throws -> Void
  ) throws {
    var renderer = ConditionRenderer(dialect: dialect)
    let filter = try renderer.sql(condition, on: table.table.name)
    let values = renderer.constants.map(SQLite.Value.init)
    let value = try value(of: part, in: table, row: "t0.")
    let sql = """
      \(renderer.with)SELECT CAST(\(value) AS TEXT) FROM \(try dialect.name(of: table.table.name)) AS t0 \
      WHERE \(part.isThere(value))\(filter)
      """
    do {
      try database.query(sql, values) { row in
        switch row.value(0) {
        case .text(let text): try body(Array(text.utf8))
        case .rawText(let bytes): try body(bytes)
        case .null, .integer, .real, .blob: break
        }
        return .continue
      }
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
    }
  }
}
