import PostgreSQL
public import Retention

extension PostgreSQLStore {
  /// The text of a value: it is held in its text form.
  public func text(of value: [UInt8]) -> [UInt8] { value }

  /// Calls a function with the text of a column.
  public func forEachText(
    of column: String, in table: TableDecision, where condition: Condition, _ body: ([UInt8]) throws -> Void
  ) throws {
    var renderer = ConditionRenderer(dialect: dialect)
    let filter = try renderer.sql(condition, on: table.table.name)
    let name = try dialect.quoted(column)
    let sql = """
      SELECT t0.\(name)::text FROM \(try dialect.name(of: table.table.name)) AS t0 WHERE t0.\(name) IS NOT NULL AND \(filter)
      """
    do {
      try database.query(sql, renderer.constants.map(PostgreSQL.Value.init)) { row in
        try body(Array(try row.text(0).utf8))
        return .continue
      }
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
  }
}
