import PostgreSQL
import Retention

extension PostgreSQLStore: NamingStore {
  func keys(among keys: FrozenKeys, of table: TableDecision, where condition: Condition) throws(StoreError) -> [[[UInt8]]] {
    var renderer = ConditionRenderer(dialect: dialect, after: table.key.count)
    let condition = try renderer.sql(condition, on: table.table.name)
    let key = try renderer.key(of: table).map { "t0.\($0)::text" }.joined(separator: ", ")
    let sql = """
      \(renderer.with)SELECT \(key) FROM \(try dialect.name(of: table.table.name)) AS t0 \
      JOIN \(Self.list(width: keys.width, from: 1)) ON \(try isListed(table)) WHERE \(condition)
      """
    return try texts(sql, of: keys, renderer.constants)
  }

  func rows(
    naming keys: FrozenKeys, of table: TableDecision, by reference: Reference, key: [String]
  ) throws(StoreError) -> [(naming: [[UInt8]], named: [[UInt8]])] {
    var renderer = ConditionRenderer(dialect: dialect, after: table.key.count)
    let (columns, link) = try renderer.naming(reference, key, table, asText: "::text")
    let sql = """
      SELECT \(columns) FROM \(try dialect.name(of: table.table.name)) AS t0 \
      JOIN \(Self.list(width: keys.width, from: 1)) ON \(try isListed(table)) \
      JOIN \(try dialect.name(of: reference.table)) AS below ON \(link)
      """
    return try texts(sql, of: keys, renderer.constants).map { (Array($0.prefix(key.count)), Array($0.dropFirst(key.count))) }
  }

  /// What a query that begins with the arrays of some keys gives.
  private func texts(_ sql: String, of keys: FrozenKeys, _ constants: [Constant]) throws(StoreError) -> [[[UInt8]]] {
    let values = keys.arrays + constants.dropFirst(keys.width).map(PostgreSQL.Value.init)
    return try speaking { database throws(PostgreSQLError) in
      let rows = try database.fetch(sql, values)
      var found: [[[UInt8]]] = []
      for index in 0..<rows.count {
        var values: [[UInt8]] = []
        for column in 0..<rows[index].count { values.append(rows[index].contents(column) ?? []) }
        found.append(values)
      }
      return found
    }
  }
}
