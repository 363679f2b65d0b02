import Retention
import SQLite

extension SQLiteStore {
  /// An index on one column alone, by which rows are found in the column's own order.
  struct OrderedIndex: Hashable, Sendable {
    let table: String
    let name: String
    let rowID: String
    let hint: String

    var column: String { "t0.\(name)" }
  }

  /// The index that reads a column in order; nil when there is none that does without sorting.
  func orderedIndex(on column: String, of table: Table) throws(StoreError) -> OrderedIndex? {
    guard table.kind == .table, let rowID = table.rowID else { return nil }
    // A collation of its own would call different texts equal, and a descending index has row ids in the other order.
    let name = try speaking { database throws(SQLiteError) in
      try database.text(
        """
        SELECT l.name FROM pragma_index_list(?1, 'main') AS l WHERE NOT l.partial \
        AND (SELECT group_concat(coalesce(x.name, '') || x."desc" || x.coll) FROM pragma_index_xinfo(l.name, 'main') AS x WHERE x."key") = ?2 || '0BINARY'
        """, [.text(table.name), .text(column)])
    }
    guard let name else { return nil }
    let index = OrderedIndex(
      table: try dialect.name(of: table.name), name: try dialect.quoted(column), rowID: "t0.\(rowID)",
      hint: "INDEXED BY \(try dialect.quoted(name))")
    // Refused when the column itself has another collation than the index.
    let probe = "SELECT 1 FROM \(index.table) AS t0 \(index.hint) WHERE \(index.column) >= ?1 ORDER BY \(index.column), \(index.rowID)"
    return (try? database.run(probe, [.null])) == nil ? nil : index
  }

  /// Counts a table along an index on the one column that decides the case of a row: looks at one row of each value, or of
  /// each range of a numeric clock, and counts the rows between without looking at them. Nil where that is not possible,
  /// or not worth it because the column holds too many different values.
  func countAlongIndex(_ table: TableDecision) throws(StoreError) -> TableCensus? {
    guard let column = table.decidingColumn, table.ownership == .constant(true), let index = try orderedIndex(on: column, of: table.table)
    else { return nil }
    let sample = try CaseSQL(counting: table, dialect).sample
    let starts = table.decidingClock.flatMap { dialect.starts(of: $0.days, on: $0.clock, in: table.table) }
    return try speaking { database throws(SQLiteError) in
      let all = Int(try database.integer("SELECT count(*) FROM \(index.table)"))
      let walk = IndexWalk(
        index: index, sample: sample, starts: starts, sortsByDay: table.decidingClock?.clock.encoding == .civil,
        mostValues: max(1000, all / 64), zone: dialect.zone)
      guard let runs = try walk.runs(database) else { return nil }
      let empty = try walk.withoutValue(database)
      var rows = Array(repeating: 0, count: runs.count)
      // The rows of the run with the most values are what is left of all.
      let largest = runs.indices.max { runs[$0].values < runs[$1].values } ?? 0
      for position in runs.indices where position != largest {
        rows[position] = try index.count(
          from: runs[position].start, before: position + 1 < runs.count ? runs[position + 1].start : nil, database)
      }
      if !runs.isEmpty { rows[largest] = all - rows.reduce(empty?.rows ?? 0, +) }
      let counts = zip(runs, rows).map { (caseIndex: $0.caseIndex, rows: $1, clocks: $0.clocks) }
      return table.census(adding: counts + (empty.map { [(caseIndex: $0.run.caseIndex, rows: $0.rows, clocks: nil)] } ?? []))
    }
  }
}

/// Goes along an index from value to value.
private struct IndexWalk {
  let index: SQLiteStore.OrderedIndex
  let sample: CaseSQL<SQLiteDialect>.Sample
  /// Where the case of a row can change, when the values are numbers; otherwise it can change with every value.
  let starts: [Int64]?
  /// Whether the days that values show are in the order of the values.
  let sortsByDay: Bool
  let mostValues: Int
  let zone: ZoneRules

  private func sql(_ filter: String, _ order: String = "") -> String {
    let order = order.isEmpty ? "" : " ORDER BY \(index.column) \(order)"
    return "SELECT \(index.column), \(sample.columns) FROM \(index.table) AS t0 \(index.hint) WHERE \(filter)\(order) LIMIT 1"
  }

  private var next: String { SQLiteDialect.placeholder(sample.constants.count + 1) }
  private var constants: [SQLite.Value] { sample.constants.map(SQLite.Value.init) }

  /// The runs in order; nil when there are too many values to look at.
  func runs(_ database: borrowing SQLite.Connection) throws(SQLiteError) -> [Run<SQLite.Value>]? {
    guard let starts else {
      return try sortsByDay ? runsOfCases(database) : runsOfValues(database)
    }
    var runs: [Run<SQLite.Value>] = []
    var statement = try database.prepare(sql("\(index.column) IS NOT NULL", "ASC"), constants)
    var following = try database.prepare(sql("\(index.column) >= \(next)", "ASC"))
    var found = try look(&statement)
    try following.bind(constants + [.null])
    while let here = found {
      Self.add(here, to: &runs)
      guard let target = target(after: here.start, among: starts) else { break }
      try following.bind(target, at: sample.constants.count + 1)
      found = try look(&following)
    }
    return try closed(runs, database)
  }

  /// The runs when every value can be of another case, with the days of their first and last values only, which says it all when
  /// the values sort by day and these show one.
  private func runsOfCases(_ database: borrowing SQLite.Connection) throws(SQLiteError) -> [Run<SQLite.Value>]? {
    var runs: [Run<SQLite.Value>] = []
    var seen = 0
    do {
      var statement = try database.prepare(walk(sample.sorting.sql), sample.sorting.constants.map(SQLite.Value.init))
      while let row = try statement.next() {
        seen += 1
        guard seen <= mostValues else { return nil }
        let caseIndex = Int(try row.integer(1))
        if runs.last?.caseIndex == caseIndex {
          runs[runs.count - 1].values += 1
        } else {
          runs.append(Run(caseIndex: caseIndex, start: row.value(0)))
        }
      }
    }
    for position in runs.indices where sample.clock(runs[position].caseIndex) != nil {
      let end = position + 1 < runs.count ? runs[position + 1].start : nil
      for (filter, order, bound) in [("\(index.column) >= \(next)", "ASC", runs[position].start), before(end)] {
        var statement = try database.prepare(sql(filter, order), constants + [bound].compactMap(\.self))
        guard let day = try look(&statement)?.clocks?.lowerBound else { return try runsOfValues(database) }
        runs[position].show(day)
      }
    }
    return runs
  }

  /// The runs when every value can be of another case.
  private func runsOfValues(_ database: borrowing SQLite.Connection) throws(SQLiteError) -> [Run<SQLite.Value>]? {
    var statement = try database.prepare(walk(sample.columns), constants)
    var runs: [Run<SQLite.Value>] = []
    var seen = 0
    while let here = try look(&statement) {
      seen += 1
      guard seen <= mostValues else { return nil }
      Self.add(here, to: &runs)
    }
    return runs
  }

  /// One statement that goes from value to value: what stands in its common table expression has the affinity of the column
  /// (https://www.sqlite.org/datatype3.html#affinity_of_expressions).
  private func walk(_ columns: String) -> String {
    func following(_ filter: String) -> String {
      "(SELECT t1.\(index.name) FROM \(index.table) AS t1 \(index.hint) WHERE t1.\(index.name) \(filter) ORDER BY t1.\(index.name) LIMIT 1)"
    }
    return """
      WITH RECURSIVE w(\(index.name)) AS (SELECT \(following("IS NOT NULL")) \
      UNION ALL SELECT \(following("> w.\(index.name)")) FROM w WHERE w.\(index.name) IS NOT NULL) \
      SELECT \(index.column), \(columns) FROM w AS t0 WHERE \(index.column) IS NOT NULL
      """
  }

  /// Adds what was found at a value: it goes on with the last run, or begins another.
  private static func add(_ here: Run<SQLite.Value>, to runs: inout [Run<SQLite.Value>]) {
    if let last = runs.last, last.caseIndex == here.caseIndex { runs[runs.count - 1].values += 1 } else { runs.append(here) }
    runs[runs.count - 1].show(here.clocks?.lowerBound)
  }

  /// What to look for after a value; nil when nothing can change any more.
  private func target(after value: SQLite.Value, among starts: [Int64]) -> SQLite.Value? {
    switch value {
    case .integer(let number): return starts.first { $0 > number }.map(SQLite.Value.integer)
    case .real(let number): return starts.first { Double($0) > number }.map(SQLite.Value.integer)
    case .null, .text, .rawText, .blob: return nil
    }
  }

  /// Adds the days at the ends of ranges of which only the first value was looked at.
  private func closed(_ runs: [Run<SQLite.Value>], _ database: borrowing SQLite.Connection) throws(SQLiteError) -> [Run<SQLite.Value>] {
    var runs = runs
    for position in runs.indices {
      let (filter, order, end) = before(position + 1 < runs.count ? runs[position + 1].start : nil)
      var statement = try database.prepare(sql(filter, order), constants + [end].compactMap(\.self))
      runs[position].show(try look(&statement)?.clocks?.lowerBound)
    }
    return runs
  }

  /// The rows that have no value.
  func withoutValue(_ database: borrowing SQLite.Connection) throws(SQLiteError) -> (run: Run<SQLite.Value>, rows: Int)? {
    var statement = try database.prepare(sql("\(index.column) IS NULL"), constants)
    guard let run = try look(&statement) else { return nil }
    return (run, try index.countRows(with: .null, database))
  }

  /// How the last row before a value is found, or the last of all.
  private func before(_ end: SQLite.Value?) -> (filter: String, order: String, bound: SQLite.Value?) {
    (end == nil ? "\(index.column) IS NOT NULL" : "\(index.column) < \(next)", "DESC", end)
  }

  private func look(_ statement: inout SQLite.Statement) throws(SQLiteError) -> Run<SQLite.Value>? {
    var run: Run<SQLite.Value>?
    if let row = try statement.next() {
      let caseIndex = Int(try row.integer(1))
      run = Run(caseIndex: caseIndex, start: row.value(0))
      if let clock = sample.clock(caseIndex) { run?.show(try row.optionalText(2 + clock).flatMap(zone.day(inClockText:))) }
    }
    return run
  }
}

extension SQLiteStore.OrderedIndex {
  /// How many rows are passed over in one go. SQLite passes over a row in a third of the time in which it counts one, as long as
  /// nothing is asked of the row itself.
  private static let hop = 8192

  /// The rows from a value on and before another, or up to the last.
  fileprivate func count(
    from start: SQLite.Value, before end: SQLite.Value?, _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> Int {
    let limit = end == nil ? "" : " AND \(column) < ?2"
    let bounds = end.map { [$0] } ?? []
    var hop = try database.prepare(
      "SELECT \(column), \(rowID), \(column) = ?1, \(column) >= ?2 FROM \(source) \(column) >= ?1 "
        + "ORDER BY \(column), \(rowID) LIMIT 1 OFFSET \(Self.hop)")
    var before = try database.prepare("SELECT count(*) FROM \(source) \(column) = ?1 AND \(rowID) < ?2")
    var next = try database.prepare("SELECT \(column) FROM \(source) \(column) > ?1\(limit) ORDER BY \(column) LIMIT 1")
    var (value, count) = (start, 0)
    while true {
      try hop.bind([value, end ?? .null])
      guard let reached = try hop.next(), try reached.optionalInteger(3) != 1 else { break }
      if try reached.integer(2) == 1 {
        count += try countRows(with: value, database)
        try next.bind([value] + bounds)
        guard let following = try next.next() else { return count }
        value = following.value(0)
      } else {
        value = reached.value(0)
        try before.bind([value, .integer(try reached.integer(1))])
        guard let early = try before.next() else { preconditionFailure("a count has a row") }
        count += Self.hop - Int(try early.integer(0))
      }
    }
    return count + Int(try database.integer("SELECT count(*) FROM \(source) \(column) >= ?1\(limit)", [value] + bounds))
  }

  /// The rows that have one value, or NULL.
  fileprivate func countRows(with value: SQLite.Value, _ database: borrowing SQLite.Connection) throws(SQLiteError) -> Int {
    let rest = "\(source) \(column) IS ?1 AND \(rowID) >= ?2"
    var hop = try database.prepare("SELECT \(rowID) FROM \(rest) ORDER BY \(rowID) LIMIT 1 OFFSET \(Self.hop)")
    var (row, count) = (Int64.min, 0)
    while true {
      try hop.bind([value, .integer(row)])
      guard let reached = try hop.next() else { break }
      (row, count) = (try reached.integer(0), count + Self.hop)
    }
    return count + Int(try database.integer("SELECT count(*) FROM \(rest)", [value, .integer(row)]))
  }

  private var source: String { "\(table) AS t0 \(hint) WHERE" }
}
