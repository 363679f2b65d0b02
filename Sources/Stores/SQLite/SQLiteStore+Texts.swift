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

  /// Calls a function with the text of a column.
  public func forEachText(
    of column: String, in table: TableDecision, where condition: Condition, _ body: ([UInt8]) throws -> Void
  ) throws {
    let (filter, values) = try render(condition, on: table.table.name)
    let name = try dialect.quoted(column)
    let sql = """
      SELECT CAST(t0.\(name) AS TEXT) FROM \(try dialect.name(of: table.table.name)) AS t0 WHERE t0.\(name) IS NOT NULL AND \(filter)
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
