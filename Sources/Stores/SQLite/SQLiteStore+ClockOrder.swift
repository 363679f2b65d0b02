import Retention
import SQLite

/// A part of an index on a clock: the entries from one value on and before another, or up to the last.
struct ClockSection: Hashable, Sendable {
  let index: SQLiteStore.OrderedIndex
  /// Whether rows are reached along the index; otherwise by their row ids, and the section only tells which of them are meant.
  let isWalked: Bool
  let start: SQLite.Value
  let end: SQLite.Value?

  /// Its values, as its filter has them.
  var bounds: [SQLite.Value] { [start] + [end].compactMap(\.self) }

  /// The condition that an entry is in it, with its values after some other parameters.
  func filter(after parameters: Int) -> String {
    let first = "\(index.column) >= \(SQLiteDialect.placeholder(parameters + 1))"
    return end == nil ? first : "\(first) AND \(index.column) < \(SQLiteDialect.placeholder(parameters + 2))"
  }
}

extension SQLiteStore {
  /// With fewer rows nothing can be said about their order, nor gained by it.
  private static let fewestRows = 16 * Stretch.rowsCounted
  /// How many rows of one value fit into a transaction; where there are more, rows are taken by their row ids.
  private static let mostRowsOfOneValue = 4096
  /// How often the way along an index may go through the table: once for the days, and there and back for a day that stands for
  /// others. Rows in no order go through it five times for the fewest rows.
  private static let mostPasses = 4.0
  /// About how many rows one transaction takes when they are spread over a table.
  private static let rowsOfTransaction = 8000
  /// How many rows may be read for each that goes, when row ids are gone through once for each section.
  private static let mostRowsRead = 12.0

  /// Cuts the rows of a step along an index on its clock; nil where that is not possible, or where the rows do not lie in the
  /// table as the index has them.
  ///
  /// A row that is reached through the index goes out of it where it was found, and need not be looked up there again. But each
  /// transaction writes the pages of the table that it touches: the way along the index must not go through the table more
  /// than a few times, as it does not where rows were added in the order of time. A look at every few hundredth row tells.
  func stretchesAlongClock(of step: Step, within rowIDs: ClosedRange<Int64>) throws(StoreError) -> [Stretch]? {
    let farthest = Self.mostPasses * (Double(rowIDs.upperBound) - Double(rowIDs.lowerBound))
    return try sections(of: step, every: Stretch.rowsCounted, ofMost: Self.mostRowsOfOneValue, farthest, isWalked: true)?
      .map { Stretch(positions: 0...0, rows: nil, section: $0) }
  }

  /// Cuts the rows of a step by row ids, section by section of the index on its clock; nil where that gains nothing.
  ///
  /// Where the rows of every transaction are spread over the whole index, each writes all its pages again. In one section
  /// they are spread over fewer pages of the index and, for the same number of rows, over more of the table: least is written
  /// when there are about as many of both.
  func stretchesBySections(of step: Step, within rowIDs: ClosedRange<Int64>) throws(StoreError) -> [Stretch]? {
    let (pages, pageSize) = try speaking { database throws(SQLiteError) in
      (Double(try database.integer("PRAGMA page_count")), Double(try database.integer("PRAGMA page_size")))
    }
    let rows = Double(step.rows)
    // An entry of the index holds a day or a number, a row id, and their lengths.
    let indexPages = rows * 20 / pageSize
    let wanted = (indexPages * rows / Double(Self.rowsOfTransaction) / min(rows, pages)).squareRoot().rounded()
    let bearable = Self.mostRowsRead * rows / (Double(rowIDs.upperBound) - Double(rowIDs.lowerBound) + 1)
    guard min(wanted, bearable) >= 2 else { return nil }
    let most = step.rows / Int(min(wanted, bearable)) + 1
    guard var sections = try sections(of: step, every: most, ofMost: most, .infinity, isWalked: false) else { return nil }
    // What is left for the last can be next to nothing, and would be looked for in the whole table all the same.
    if sections.count > 1, let last = sections.last, try count(last) < most / 2 {
      let joined = sections.removeLast()
      let start = sections.removeLast().start
      sections.append(ClockSection(index: joined.index, isWalked: false, start: start, end: joined.end))
    }
    let (condition, values) = try render(step.condition, on: step.table.table.name)
    return try speaking { database throws(SQLiteError) in
      var stretches: [Stretch] = []
      for section in sections {
        let index = section.index
        let rows = """
          SELECT \(index.rowID) \(index.source) \(section.filter(after: values.count)) AND CASE WHEN \(condition) THEN 1 ELSE 0 END
          """
        let bound = values + section.bounds
        stretches += try Self.stretches(
          rows, bound, rowIDs, noneWiderThan: Stretch.widest(of: rowIDs), expecting: most, in: section, database)
      }
      return stretches
    }
  }

  /// How many entries of its index a section has.
  private func count(_ section: ClockSection) throws(StoreError) -> Int {
    try speaking { database throws(SQLiteError) in
      Int(try database.integer("SELECT count(*) \(section.index.source) \(section.filter(after: 0))", section.bounds))
    }
  }

  /// Parts of the index on a step's clock that begin every some rows and hold its rows.
  private func sections(
    of step: Step, every rows: Int, ofMost most: Int, _ farthest: Double, isWalked: Bool
  ) throws(StoreError) -> [ClockSection]? {
    guard step.action == .erase, step.rows >= Self.fewestRows, !step.table.isAboutSubject,
      let (clock, condition) = step.condition.dueClock, let index = try orderedIndex(on: clock.column, of: step.table.table)
    else { return nil }
    let (due, values) = try render(condition, on: step.table.table.name)
    return try speaking { database throws(SQLiteError) in
      guard let first = try index.entry(due, "ASC", values, database), let last = try index.entry(due, "DESC", values, database)
      else { return nil }
      let end = try index.entry("\(index.column) > ?1", "ASC", [last.value], database)?.value
      guard let starts = try index.starts(after: first, before: end, every: rows, ofMost: most, farthest, database) else { return nil }
      return zip(starts, starts.dropFirst().map(Optional.some) + [end]).map { start, end in
        ClockSection(index: index, isWalked: isWalked, start: start, end: end)
      }
    }
  }
}

extension SQLiteStore.OrderedIndex {
  fileprivate typealias Entry = (value: SQLite.Value, rowID: Int64)

  fileprivate var source: String { "FROM \(table) AS t0 \(hint) WHERE" }

  /// The first of some entries in an order.
  fileprivate func entry(
    _ filter: String, _ order: String, _ values: [SQLite.Value], _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> Entry? {
    var statement = try database.prepare("SELECT \(column), \(rowID) \(source) \(filter) ORDER BY \(column) \(order) LIMIT 1", values)
    guard let row = try statement.next() else { return nil }
    return (row.value(0), try row.integer(1))
  }

  /// The values at which sections begin, every some rows; nil when one value has more than the most, or when the rows at the
  /// beginnings lie farther from each other than some distance, all taken together.
  fileprivate func starts(
    after first: Entry, before end: SQLite.Value?, every rows: Int, ofMost most: Int, _ farthest: Double,
    _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> [SQLite.Value]? {
    let end = end ?? .null
    // Which values are the same is the database's to say: for it 1 and 1.0 are. The end is asked of the row that is reached, because
    // a row of which something is asked takes longer to pass over.
    func ahead(_ compared: String, _ rows: Int) -> String {
      """
      SELECT \(column), \(rowID), \(column) = ?1, \(column) >= ?2 \(source) \(column) \(compared) ?1 \
      ORDER BY \(column) LIMIT 1 OFFSET \(rows)
      """
    }
    var hop = try database.prepare(ahead(">=", rows))
    var crowd = try database.prepare(ahead(">=", most))
    var next = try database.prepare(ahead(">", 0))
    var (starts, here, way) = ([first.value], first, 0.0)
    while true {
      try hop.bind([here.value, end])
      guard let reached = try hop.next(), try reached.optionalInteger(3) != 1 else { return starts }
      var there: Entry = (reached.value(0), try reached.integer(1))
      if try reached.integer(2) == 1 {
        try crowd.bind([here.value, end])
        if let row = try crowd.next(), try row.integer(2) == 1 { return nil }
        try next.bind([here.value, end])
        guard let row = try next.next(), try row.optionalInteger(3) != 1 else { return starts }
        there = (row.value(0), try row.integer(1))
      }
      way += abs(Double(there.rowID) - Double(here.rowID))
      guard way <= farthest else { return nil }
      starts.append(there.value)
      here = there
    }
  }
}

extension Condition {
  /// A clock that shows a day before some other in every row that satisfies this, and the condition that it does.
  fileprivate var dueClock: (clock: Clock, condition: Condition)? {
    switch self {
    case .clock(let clock, .before): (clock, self)
    case .all(let parts): parts.lazy.compactMap(\.dueClock).first
    case .constant, .any, .not, .row, .clock, .parent, .sealed, .belonging, .namedByFew, .referenced, .held: nil
    }
  }
}
