public import Retention
import SQLite

extension SQLiteStore {
  /// Counts every record of every table by the cases of a decision, in one snapshot.
  public func census(of decision: TenantDecision) throws(StoreError) -> Census {
    var tables: [TableCensus] = []
    do {
      try inTransaction(.snapshot) {
        for table in decision.tables { tables.append(try countAlongIndex(table) ?? count(table)) }
      }
    } catch {
      throw storeError(error)
    }
    return Census(tables: tables)
  }

  private func count(_ table: TableDecision) throws(StoreError) -> TableCensus {
    if table.ownership == .constant(false) { return table.census(adding: []) }
    let cases = try CaseSQL(counting: table, dialect)
    let (sql, constants) = cases.counting
    var counts: [CaseSQL<SQLiteDialect>.Count] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(sql, constants.map(SQLite.Value.init))
      while let row = try statement.next() {
        var ages: [(String?, String?)] = []
        for column in stride(from: 2, to: 2 + cases.ageColumns, by: 2) {
          ages.append((try row.optionalText(column), try row.optionalText(column + 1)))
        }
        counts.append(.init(caseIndex: Int(try row.integer(0)), rows: Int(try row.integer(1)), ages: ages))
      }
    }
    return cases.census(counts, dialect.zone)
  }

  /// The case that one record falls into, and what its clocks show; nil when there is no such record.
  public func examine(_ table: TableDecision, key: [String]) throws(StoreError) -> ExaminedRecord? {
    let cases = try CaseSQL(examining: table, dialect)
    let (sql, constants) = try cases.examination(key: key)
    var found: ExaminedRecord?
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(sql, constants.map(SQLite.Value.init))
      while let row = try statement.next() {
        var values: [String?] = []
        for column in 0..<cases.clockColumns { values.append(try row.optionalText(1 + column)) }
        found = cases.record(caseIndex: Int(try row.integer(0)), values: values, dialect.zone)
        break
      }
    }
    return found
  }
}
