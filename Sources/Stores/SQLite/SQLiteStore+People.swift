public import Retention
import SQLite

extension SQLiteStore {
  /// The keys of the people whose column reads as one of some forms.
  public func people(
    in table: TableDecision, where column: String, readsAs forms: [String], ignoringCase: Bool, key: String
  ) throws(StoreError) -> [PredicateValue] {
    var renderer = ConditionRenderer(dialect: dialect)
    let sql = try renderer.people(in: table, where: column, readsAs: forms, ignoringCase: ignoringCase, key: key)
    var found: [PredicateValue] = []
    var isNameable = true
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(sql, renderer.constants.map(SQLite.Value.init))
      while let row = try statement.next() {
        switch row.value(0) {
        case .integer(let number): found.append(.integer(number))
        case .text(let text): found.append(.text(text))
        case .real, .blob, .rawText, .null: isNameable = false
        }
      }
    }
    guard isNameable else { throw .unnameableRow(table: table.table.name) }
    return found
  }

  /// How many rows name one of the keys.
  public func rows(naming keys: FrozenKeys, of table: TableDecision, by reference: Reference) throws(StoreError) -> Int {
    var filter: [String] = []
    for (column, target) in zip(reference.columns, reference.targetColumns) {
      guard let place = table.key.firstIndex(of: target) else { throw .missing(table: table.table.name, column: target) }
      filter.append("t0.\(try dialect.quoted(column)) = ?\(place + 1)")
    }
    let sql = "SELECT count(*) FROM \(try dialect.name(of: reference.table)) AS t0 WHERE \(filter.joined(separator: " AND "))"
    return try speaking { database throws(SQLiteError) in
      let snapshot = try database.begin(.snapshot)
      var found = 0
      do {
        var statement = try database.prepare(sql)
        try keys.forEachKey { key throws(SQLiteError) in
          try statement.bind(key)
          if let row = try statement.next() { found += Int(try row.integer(0)) }
          statement.reset()
        }
      }
      try snapshot.commit()
      return found
    }
  }
}
