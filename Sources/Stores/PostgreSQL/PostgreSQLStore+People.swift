import PostgreSQL
public import Retention

extension PostgreSQLStore {
  /// The keys of the people whose column reads as one of some forms.
  public func people(
    in table: TableDecision, where column: String, readsAs forms: [String], ignoringCase: Bool, key: String
  ) throws(StoreError) -> [PredicateValue] {
    var renderer = ConditionRenderer(dialect: dialect)
    let sql = try renderer.people(in: table, where: column, readsAs: forms, ignoringCase: ignoringCase, key: key)
    return try speaking { database throws(PostgreSQLError) in
      let result = try database.fetch("SELECT found::text FROM (\(sql)) AS people (found)", renderer.constants.map(PostgreSQL.Value.init))
      var found: [PredicateValue] = []
      // As text, from which the server makes a value of the column's own type.
      for index in 0..<result.count { found.append(.text(try result[index].text(0))) }
      return found
    }
  }

  /// How many rows name one of the keys.
  public func rows(naming keys: FrozenKeys, of table: TableDecision, by reference: Reference) throws(StoreError) -> Int {
    var links: [String] = []
    for (column, target) in zip(reference.columns, reference.targetColumns) {
      guard let place = table.key.firstIndex(of: target), let type = catalog.schema.table(reference.table)?.column(column)?.type else {
        throw .missing(table: reference.table, column: column)
      }
      links.append("t0.\(try dialect.quoted(column)) = k.k\(place)::\(type)")
    }
    let places = (0..<keys.width).map { "k\($0)" }.joined(separator: ", ")
    let arrays = (1...keys.width).map { "$\($0)::text[]" }.joined(separator: ", ")
    let sql = """
      SELECT count(*) FROM unnest(\(arrays)) AS k(\(places)) JOIN \(try dialect.name(of: reference.table)) AS t0 \
      ON \(links.joined(separator: " AND "))
      """
    return try speaking { database throws(PostgreSQLError) in Int(try database.integer(sql, keys.arrays)) }
  }
}
