public import Retention
import SQLite

extension SQLiteStore {
  /// Counts every record of every table by the cases of a decision, in one snapshot.
  public func census(of decision: TenantDecision) throws(StoreError) -> Census {
    var tables: [TableCensus] = []
    try speaking { database throws(SQLiteError) in try database.execute("BEGIN") }
    // A read transaction that ends changes nothing; its end cannot make the counts wrong.
    defer { _ = try? speaking { database throws(SQLiteError) in try database.execute("ROLLBACK") } }
    for table in decision.tables { tables.append(try count(table)) }
    return Census(tables: tables)
  }

  private func count(_ table: TableDecision) throws(StoreError) -> TableCensus {
    var renderer = ConditionRenderer(dialect: dialect)
    let cases = try CaseSQL(table, CaseSQL.paths(of: table), &renderer)
    let ages = cases.clocks.map { ", CAST(min(\($0)) AS TEXT), CAST(max(\($0)) AS TEXT)" }.joined()
    let sql = """
      SELECT \(cases.sorting), count(*)\(ages) FROM \(try dialect.name(of: table.table.name)) AS t0 \
      WHERE \(try renderer.sql(table.ownership, on: table.table.name)) GROUP BY 1
      """
    var counts = table.cases.map { _ in CaseCount(rows: 0, clocks: nil) }
    try speaking { database throws(SQLiteError) in
      try database.query(sql, renderer.constants.map(SQLite.Value.init)) { row throws(SQLiteError) in
        let index = Int(try row.integer(0))
        var clocks: ClosedRange<CivilDate>?
        if let column = table.cases[index].clock.flatMap(cases.paths.firstIndex(of:)),
          let first = try row.optionalText(2 + 2 * column).flatMap(dialect.zone.day(inClockText:)),
          let last = try row.optionalText(3 + 2 * column).flatMap(dialect.zone.day(inClockText:))
        {
          clocks = first...last
        }
        counts[index] = CaseCount(rows: Int(try row.integer(1)), clocks: clocks)
        return .continue
      }
    }
    return TableCensus(table: table.table.name, counts: counts)
  }

  /// The case that one record falls into, and what its clocks show; nil when there is no such record.
  public func examine(_ table: TableDecision, key: [String]) throws(StoreError) -> ExaminedRecord? {
    let columns = table.key
    guard columns.count == key.count, !key.isEmpty else { throw .wrongKey(table: table.table.name, columns: columns) }
    var renderer = ConditionRenderer(dialect: dialect)
    var seen: Set<ClockPath> = []
    let paths = table.kinds.flatMap(\.rules).compactMap(\.clock).filter { seen.insert($0).inserted }
    let cases = try CaseSQL(table, paths, &renderer)
    var filter = [try renderer.sql(table.ownership, on: table.table.name)]
    for (column, value) in zip(columns, key) {
      filter.append("CAST(t0.\(try dialect.quoted(column)) AS TEXT) = \(renderer.bind(.text(value)))")
    }
    let sql = """
      SELECT \(cases.sorting)\(cases.clocks.map { ", CAST(\($0) AS TEXT)" }.joined()) \
      FROM \(try dialect.name(of: table.table.name)) AS t0 WHERE \(filter.joined(separator: " AND "))
      """
    var found: ExaminedRecord?
    try speaking { database throws(SQLiteError) in
      try database.query(sql, renderer.constants.map(SQLite.Value.init)) { row throws(SQLiteError) in
        var readings: [ClockPath: Explanation.Reading] = [:]
        for (index, path) in cases.paths.enumerated() {
          let day = try row.optionalText(1 + index).flatMap(dialect.zone.day(inClockText:))
          readings[path] = day.map { .day($0) } ?? .missing
        }
        found = ExaminedRecord(caseIndex: Int(try row.integer(0)), readings: readings)
        return .stop
      }
    }
    return found
  }
}
