import PostgreSQL
public import Retention

extension PostgreSQLStore {
  /// The text of a value: it is held in its text form.
  public func text(of value: [UInt8]) -> [UInt8] { value }

  /// The SQL of a part of the row called `t0`.
  func value(of part: RowPart, in table: TableDecision) throws(StoreError) -> String {
    switch part {
    case .column(let name): return "t0.\(try dialect.quoted(name))"
    case .hash(let layout):
      let key = try ConditionRenderer(dialect: dialect).key(of: table).map { "t0.\($0)::text COLLATE \"C\"" }
      return try speaking { _ throws(PostgreSQLError) in try Self.hash(layout, with: key) }
    }
  }

  /// The SQL of the texts of parts of the row called `t0`.
  func texts(of parts: [RowPart], in table: TableDecision) throws(StoreError) -> [String] {
    var texts: [String] = []
    for part in parts { texts.append("\(try value(of: part, in: table))::text") }
    return texts
  }

  /// Calls a function with the text of a part of rows.
  public func forEachText(
    of part: RowPart, in table: TableDecision, where condition: Condition, _ body: ([UInt8]) throws -> Void
  ) throws {
    var renderer = ConditionRenderer(dialect: dialect)
    let filter = try renderer.sql(condition, on: table.table.name)
    let value = try value(of: part, in: table)
    let sql = """
      \(renderer.with)SELECT \(value)::text FROM \(try dialect.name(of: table.table.name)) AS t0 \
      WHERE \(part.isThere(value))\(filter)
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
