import PostgreSQL
import Retention

extension PostgreSQLStore {
  /// Counts a table whose cases follow from one clock with an index: finds the case of each range of days at the index's
  /// ends, and counts the rows before the days at which the case changes in one pass, which the server can share between
  /// processes. Nil for other tables.
  func countByRanges(_ table: TableDecision) throws(StoreError) -> TableCensus? {
    guard let (clock, days) = table.decidingClock, table.table.hasIndex(on: [clock.column]),
      let starts = try dialect.starts(of: days, on: clock, in: table.table.name)
    else { return nil }
    let sample = try CaseSQL(counting: table, dialect).sample
    let ranges = ClockRanges(
      table: try dialect.name(of: table.table.name), column: "t0.\(try dialect.quoted(clock.column))", sample: sample, starts: starts,
      zone: dialect.zone)
    return try speaking { database throws(PostgreSQLError) in
      let runs = try ranges.runs(database)
      let empty = try ranges.withoutValue(database)
      let rows = try ranges.count(runs, withoutValue: empty != nil, database)
      return table.census(adding: zip(runs + (empty.map { [$0] } ?? []), rows).map { ($0.caseIndex, $1, $0.clocks) })
    }
  }
}

/// The ranges of a column's values between the days at which cases can change.
private struct ClockRanges {
  let table: String
  let column: String
  let sample: CaseSQL<PostgreSQLDialect>.Sample
  /// Where the days begin, in the type of the column.
  let starts: PostgreSQLDialect.Starts
  let zone: ZoneRules

  /// Ranges with rows, in order, neighbours of one case taken together. A run starts at the position of a day; the first
  /// one, before all days, at -1.
  func runs(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [Run<Int>] {
    var runs: [Run<Int>] = []
    for start in -1..<starts.values.count {
      var (filter, values) = (["\(column) IS NOT NULL"], sample.constants.map(PostgreSQL.Value.init))
      if start >= 0 { filter.append("\(column) >= \(bind(start, &values))") }
      if start + 1 < starts.values.count { filter.append("\(column) < \(bind(start + 1, &values))") }
      let range = filter.joined(separator: " AND ")
      guard let first = try look("\(range) ORDER BY \(column)", start, values, database) else { continue }
      if runs.last?.caseIndex != first.caseIndex { runs.append(first) }
      runs[runs.count - 1].show(first.clocks?.lowerBound)
      runs[runs.count - 1].show(try look("\(range) ORDER BY \(column) DESC", start, values, database)?.clocks?.lowerBound)
    }
    return runs
  }

  /// One of the rows without a value.
  func withoutValue(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Run<Int>? {
    try look("\(column) IS NULL", -1, sample.constants.map(PostgreSQL.Value.init), database)
  }

  /// The rows of each run, and those without a value.
  func count(
    _ runs: [Run<Int>], withoutValue: Bool, _ database: borrowing PostgreSQL.Connection
  ) throws(PostgreSQLError) -> [Int] {
    var values: [PostgreSQL.Value] = []
    var sums = runs.dropFirst().map { "count(*) FILTER (WHERE \(column) < \(bind($0.start, &values)))" }
    if withoutValue { sums.append("count(*) FILTER (WHERE \(column) IS NULL)") }
    let result = try database.fetch("SELECT \((["count(*)"] + sums).joined(separator: ", ")) FROM \(table) AS t0", values)
    var counted: [Int] = []
    for column in 0..<result.columnCount { counted.append(Int(try result[0].integer(column))) }
    let empty = withoutValue ? counted[counted.count - 1] : 0
    // Each number but the first says how many rows lie before the run after it.
    let ends = counted[1..<max(1, runs.count)] + [counted[0] - empty]
    var rows: [Int] = []
    for (end, start) in zip(ends.prefix(runs.count), [0] + ends) { rows.append(end - start) }
    return withoutValue ? rows + [empty] : rows
  }

  private func bind(_ start: Int, _ values: inout [PostgreSQL.Value]) -> String {
    values.append(PostgreSQL.Value(starts.values[start]))
    return PostgreSQLDialect.placeholder(values.count) + starts.cast
  }

  private func look(
    _ rest: String, _ start: Int, _ values: [PostgreSQL.Value], _ database: borrowing PostgreSQL.Connection
  ) throws(PostgreSQLError) -> Run<Int>? {
    let result = try database.fetch("SELECT \(sample.columns) FROM \(table) AS t0 WHERE \(rest) LIMIT 1", values)
    guard result.count > 0 else { return nil }
    let caseIndex = Int(try result[0].integer(0))
    var run = Run(caseIndex: caseIndex, start: start)
    if let clock = sample.clock(caseIndex) { run.show(try result[0].optionalText(1 + clock).flatMap(zone.day(inClockText:))) }
    return run
  }
}
