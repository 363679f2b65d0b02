/// How many records of a tenant fall into each case of a decision: counted by its database in one snapshot.
public struct Census: Hashable, Sendable {
  /// The counts of each table, in the order of the decision.
  public let tables: [TableCensus]

  /// The counts of a tenant's tables. Only a store makes them.
  package init(tables: [TableCensus]) { self.tables = tables }
}

/// The counts of one table.
public struct TableCensus: Hashable, Sendable {
  /// The table.
  public let table: String
  /// The counts, one for each case of the table's decision and in its order.
  public let counts: [CaseCount]

  /// The counts of one table.
  package init(table: String, counts: [CaseCount]) {
    self.table = table
    self.counts = counts
  }

  /// All rows that were looked at.
  public var rows: Int { counts.reduce(0) { $0 + $1.rows } }
}

/// The records of one case.
public struct CaseCount: Hashable, Sendable {
  /// How many there are.
  public let rows: Int
  /// The earliest and the latest day that their clock shows.
  public let clocks: ClosedRange<CivilDate>?

  /// A number of records with the days their clocks show.
  package init(rows: Int, clocks: ClosedRange<CivilDate>?) {
    self.rows = rows
    self.clocks = clocks
  }
}
