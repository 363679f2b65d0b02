public import Retention
import SQLite

extension SQLiteStore {
  /// Cuts the step's rows into parts of an index or stretches of row ids. Reads without a write lock, so that an application can go on.
  public func stretches(of step: Step) throws(StoreError) -> [Stretch] {
    let table = step.table.table
    guard let rowID = table.rowID else { return [Stretch(positions: 0...0, rows: nil)] }
    // One person's few rows are found by their keys, and go in the transaction that is open anyway.
    if step.table.isAboutSubject, database.isInTransaction { return [.everything] }
    let (condition, values) = try render(step.condition, on: table.name)
    let name = try dialect.name(of: table.name)
    let rows = "SELECT t0.\(rowID) FROM \(name) AS t0 WHERE \(condition)"
    func cut() throws -> [Stretch] {
      guard let range = try speaking({ database throws(SQLiteError) in try Self.range(of: rowID, in: name, database) }) else { return [] }
      if let stretches = try stretchesAlongClock(of: step, within: range) { return stretches }
      if let stretches = try stretchesBySections(of: step, within: range) { return stretches }
      return try speaking { database throws(SQLiteError) in
        // One person's rows are found by their keys; nothing is read between them.
        let widest = step.table.isAboutSubject ? .max : Stretch.widest(of: range)
        return try Self.stretches(rows, values, range, noneWiderThan: widest, expecting: step.rows, in: nil, database)
      }
    }
    do { return try inTransaction(.snapshot, cut) } catch { throw storeError(error) }
  }

  /// The first and the last row id of a table; nil when it is empty.
  private static func range(
    of rowID: String, in name: String, _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> ClosedRange<Int64>? {
    // Each by itself is one look at an end of the table; both in one SELECT would read all of it.
    var statement = try database.prepare("SELECT (SELECT min(\(rowID)) FROM \(name)), (SELECT max(\(rowID)) FROM \(name))")
    guard let row = try statement.next(), let first = try row.optionalInteger(0), let last = try row.optionalInteger(1) else { return nil }
    return first...last
  }

  /// The stretches of the row ids that a query finds.
  static func stretches(
    _ rows: String, _ values: [SQLite.Value], _ range: ClosedRange<Int64>, noneWiderThan widest: UInt64, expecting count: Int,
    in section: ClockSection?, _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> [Stretch] {
    var histogram = RowIDHistogram(range, expecting: count)
    do {
      var statement = try database.prepare(rows, values)
      while let row = try statement.next() { histogram.add(try row.integer(0)) }
    }
    if let stretches = histogram.stretches(of: Stretch.rowsCounted, noneWiderThan: widest, in: section) { return stretches }
    return try sorted(rows, values, noneWiderThan: widest, in: section, database)
  }

  /// The stretches of row ids that lie so far apart, or so close together, that only their order tells.
  private static func sorted(
    _ rows: String, _ values: [SQLite.Value], noneWiderThan widest: UInt64, in section: ClockSection?,
    _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> [Stretch] {
    var stretches: [Stretch] = []
    var statement = try database.prepare("\(rows) ORDER BY 1", values)
    var (first, last, rows): (Int64, Int64, Int) = (0, 0, 0)
    while let row = try statement.next() {
      let rowID = try row.integer(0)
      if rows == Stretch.rowsCounted || rows > 0 && (first...rowID).width > widest {
        stretches.append(Stretch(positions: first...last, rows: rows, section: section))
        rows = 0
      }
      if rows == 0 { first = rowID }
      last = rowID
      rows += 1
    }
    if rows > 0 { stretches.append(Stretch(positions: first...last, rows: rows, section: section)) }
    return stretches
  }
}

extension Stretch {
  /// How many row ids a stretch of some spans at most: rows between are read while others wait, and where few of many are due they
  /// lie far apart. Where row ids are drawn at random, most of them name no row.
  static func widest(of rowIDs: ClosedRange<Int64>) -> UInt64 { max(fewestBetween, rowIDs.width >> 14) }

  /// Whether the row ids between this one and the next can be read along with them.
  func isNear(_ next: Stretch) -> Bool {
    (positions.upperBound...next.positions.lowerBound).width <= max(Self.fewestBetween, positions.width, next.positions.width)
  }

  /// So many rows are passed over in a few milliseconds.
  private static let fewestBetween: UInt64 = 20_000
}

extension ClosedRange<Int64> {
  /// How far its end is from its beginning.
  var width: UInt64 { UInt64(bitPattern: upperBound &- lowerBound) }
}
