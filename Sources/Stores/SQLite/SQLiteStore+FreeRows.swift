import Retention
import SQLite

extension SQLiteStore: NamingStore {
  func keys(among keys: FrozenKeys, of table: TableDecision, where condition: Condition) throws(StoreError) -> [[[UInt8]]] {
    let (list, listed) = try listed(keys, table)
    var renderer = ConditionRenderer(dialect: dialect, after: listed.count)
    let condition = try renderer.sql(condition, on: table.table.name)
    let key = try renderer.key(of: table).map { "t0.\($0)" }.joined(separator: ", ")
    let source = try dialect.name(of: table.table.name)
    return try values(
      "\(renderer.with)SELECT \(key) FROM \(source) AS t0 WHERE \(list) AND \(condition)", listed, renderer.constants)
  }

  func rows(
    naming keys: FrozenKeys, of table: TableDecision, by reference: Reference, key: [String]
  ) throws(StoreError) -> [(naming: [[UInt8]], named: [[UInt8]])] {
    let (list, listed) = try listed(keys, table)
    var renderer = ConditionRenderer(dialect: dialect, after: listed.count)
    let (columns, link) = try renderer.naming(reference, key, table, asText: "")
    let sql = """
      SELECT \(columns) FROM \(try dialect.name(of: table.table.name)) AS t0 \
      JOIN \(try dialect.name(of: reference.table)) AS below ON \(link) WHERE \(list)
      """
    return try values(sql, listed, renderer.constants).map { (Array($0.prefix(key.count)), Array($0.dropFirst(key.count))) }
  }

  /// What a query gives that begins with the columns of some keys.
  private func values(_ sql: String, _ listed: [SQLite.Value], _ constants: [Constant]) throws(StoreError) -> [[[UInt8]]] {
    let others = constants.dropFirst(listed.count).map(SQLite.Value.init)
    return try speaking { database throws(SQLiteError) in
      var found: [[[UInt8]]] = []
      var statement = try database.prepare(sql, listed + others)
      while let row = try statement.next() {
        var values: [[UInt8]] = []
        for column in 0..<row.count { values.append(row.value(column).contents ?? []) }
        found.append(values)
      }
      return found
    }
  }
}
