import PostgreSQL
public import Retention

extension PostgreSQLStore {
  /// Counts every record of every table by the cases of a decision, in one snapshot.
  public func census(of decision: TenantDecision) throws(StoreError) -> Census {
    var tables: [TableCensus] = []
    func count() throws {
      for table in decision.tables { tables.append(try countByRanges(table) ?? self.count(table)) }
    }
    do {
      if database.isInTransaction {
        try count()
      } else {
        try database.transaction(.repeatableRead, isReadOnly: true) { try count() }
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
    let counts = try speaking { database throws(PostgreSQLError) in
      let result = try database.fetch(sql, constants.map(PostgreSQL.Value.init))
      var counts: [CaseSQL<PostgreSQLDialect>.Count] = []
      for index in 0..<result.count {
        var ages: [(String?, String?)] = []
        for column in stride(from: 2, to: 2 + cases.ageColumns, by: 2) {
          ages.append((try result[index].optionalText(column), try result[index].optionalText(column + 1)))
        }
        counts.append(.init(caseIndex: Int(try result[index].integer(0)), rows: Int(try result[index].integer(1)), ages: ages))
      }
      return counts
    }
    return cases.census(counts, dialect.zone)
  }

  /// The case that one record falls into, and what its clocks show; nil when there is no such record.
  public func examine(_ table: TableDecision, key: [String]) throws(StoreError) -> ExaminedRecord? {
    let cases = try CaseSQL(examining: table, dialect)
    let (sql, constants) = try cases.examination(key: key)
    return try speaking { database throws(PostgreSQLError) in
      let result = try database.fetch(sql, constants.map(PostgreSQL.Value.init))
      guard result.count > 0 else { return nil }
      var values: [String?] = []
      for column in 0..<cases.clockColumns { values.append(try result[0].optionalText(1 + column)) }
      return cases.record(caseIndex: Int(try result[0].integer(0)), values: values, dialect.zone)
    }
  }
}
