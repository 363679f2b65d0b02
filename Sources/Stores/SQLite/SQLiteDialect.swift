import Retention
import SQLite

/// SQL of conditions for SQLite, which stores any type in any column: a clock counts only when its value reads exactly
/// as the data map says.
struct SQLiteDialect: Dialect {
  let zone: ZoneRules
  /// The full-text tables.
  let fullText: Set<String>

  static func placeholder(_ number: Int) -> String { "?\(number)" }
  static func isSame(_ left: String, _ right: String) -> String { "\(left) IS \(right)" }

  // A covering index is read once from end to end, and the conditions are looked at once for each value.
  static let groupsByIndex = true

  func constant(_ value: PredicateValue, comparedWith column: String, of table: String) -> Constant { Constant(value) }

  static let joinsLaterally = false
  // Each query compares by the types of its own columns.
  static let unitesQueries = false
  static let joinsInOrder = "CROSS JOIN"
  func isReadWhole(_ table: String) -> Bool { fullText.contains(table) }
  // Whoever opens a file decides whether it keeps foreign keys.
  func namesByValue(_ reference: Reference) -> Bool { false }

  /// SQLite converts by the affinity of the columns.
  func casts(_ reference: Reference, _ index: Int) -> (column: String, target: String) { ("", "") }

  func null(of column: String, in table: String) -> String { "NULL" }

  func name(of table: String) throws(StoreError) -> String { try "main." + quoted(table) }

  /// A constraint declared ON CONFLICT REPLACE would delete the rows that a new value clashes with. What a statement says itself holds
  /// instead (https://www.sqlite.org/lang_conflict.html), but it would also hold in the statements of triggers.
  func update(_ table: Table) -> String { table.triggers.isEmpty ? "UPDATE OR ABORT" : "UPDATE" }

  func quoted(_ name: String) throws(StoreError) -> String {
    do { return try SQLite.quoted(name) } catch { throw .sqlite(error) }
  }

  func test(_ clock: Clock, _ test: Condition.ClockTest, in table: String, as column: String) throws(StoreError) -> [ClockFragment] {
    switch test {
    case .null:
      return [.sql("\(column) IS NULL")]
    case .dated:
      return range(Condition.plausibleClock, clock.encoding, column)
    case .before(let day):
      return range(Condition.plausible(before: day), clock.encoding, column)
    case .within(let days):
      return range(days.clamped(to: Condition.plausibleClock), clock.encoding, column)
    }
  }

  /// True for values that read as a day within the range. The comparisons come first, so that an index can serve them.
  private func range(_ days: Range<CivilDate>, _ encoding: Clock.Encoding, _ column: String) -> [ClockFragment] {
    let (low, high) = (days.lowerBound, days.upperBound)
    switch encoding {
    case .civil:
      // A zone suffix would make the day depend on the zone: such values need the encoding `utc`.
      return [
        .sql("\(column) IS NOT NULL AND \(column) >= "), .bind(.text(low.description)),
        .sql(" AND \(column) < "), .bind(.text(high.description)),
        .sql(" AND (\(Self.dayFunction)(\(column)) OR \(Self.startsWithDayAndTime(column, "0-9:."))"),
        .sql(" AND time(substr(\(column), 12)) IS NOT NULL)"),
      ]
    case .utc:
      // The text comparison is coarse by a day, because "T" and " " sort apart; the seconds decide.
      let (coarseLow, coarseHigh) = (low.adding(days: -2) ?? low, high.adding(days: 2) ?? high)
      return [
        .sql("\(column) IS NOT NULL AND \(column) >= "), .bind(.text(coarseLow.description)),
        .sql(" AND \(column) < "), .bind(.text(coarseHigh.description)),
        .sql(" AND \(Self.startsWithDayAndTime(column, "-0-9:.Z+")) AND ifnull(strftime('%s', \(column)) + 0 >= "),
        .bind(.integer(Int64(zone.start(low).seconds))), .sql(" AND strftime('%s', \(column)) + 0 < "),
        .bind(.integer(Int64(zone.start(high).seconds))), .sql(", 0)"),
      ]
    case .epochSeconds, .epochMilliseconds:
      let scale: Int64 = encoding == .epochSeconds ? 1 : 1000
      return [
        .sql("\(column) >= "), .bind(.integer(Int64(zone.start(low).seconds) * scale)), .sql(" AND \(column) < "),
        .bind(.integer(Int64(zone.start(high).seconds) * scale)), .sql(" AND typeof(\(column)) IN ('integer', 'real')"),
      ]
    }
  }

  /// The function that tells whether a text is a day of the calendar and nothing else. In SQL alone this takes longer than
  /// everything else that a row is asked.
  static let dayFunction = "wis_is_day"

  /// Whether a text is a day of the calendar, as `YYYY-MM-DD`, and nothing else.
  static func isDay(_ text: borrowing Span<UInt8>) -> Bool {
    guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else { return false }
    var parts = (0, 0, 0)
    for position in 0..<10 where position != 4 && position != 7 {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) else { return false }
      let digit = Int(text[position] - UInt8(ascii: "0"))
      switch position {
      case 0..<4: parts.0 = parts.0 * 10 + digit
      case 5, 6: parts.1 = parts.1 * 10 + digit
      default: parts.2 = parts.2 * 10 + digit
      }
    }
    // Every month has its first 28 days; to make a date of them takes longer than all else.
    if (1...12).contains(parts.1), (1...28).contains(parts.2) { return true }
    return CivilDate(year: parts.0, month: parts.1, day: parts.2) != nil
  }

  /// SQLite before 3.46 gives back 30 February as it is, unless it has to count with it, which takes longer than the rest.
  private static func isDay(_ text: String) -> String {
    "(\(text) GLOB '????-??-??' AND julianday(\(text)) IS NOT NULL AND (substr(\(text), 9) < '29' OR date(\(text), '+0 days') IS \(text)))"
  }

  /// A text that starts with a day of the calendar and a time, written with none but these characters from the time on.
  /// SQLite itself also takes trailing spaces and the hour 24.
  private static func startsWithDayAndTime(_ column: String, _ characters: String) -> String {
    let (day, time) = ("substr(\(column), 1, 10)", "substr(\(column), 12)")
    return """
      length(\(column)) > 10 AND \(isDay(day)) AND substr(\(column), 11, 1) IN ('T', ' ') AND \(time) < '24' \
      AND \(time) GLOB '[0-2][0-9]:[0-5][0-9]*' AND \(time) NOT GLOB '*[^\(characters)]*'
      """
  }

  /// Where the days begin in a column of numbers; nil in others, whose values are no days because they lie between two.
  func starts(of days: [CivilDate], on clock: Clock, in table: Table) -> [Int64]? {
    let type = table.column(clock.column)?.type.uppercased() ?? ""
    // A column with the affinity of text turns numbers into text (https://www.sqlite.org/datatype3.html#determination_of_column_affinity).
    guard type.contains("INT") || !["CHAR", "CLOB", "TEXT"].contains(where: type.contains) else { return nil }
    switch clock.encoding {
    case .civil, .utc: return nil
    case .epochSeconds: return days.map { Int64(zone.start($0).seconds) }
    case .epochMilliseconds: return days.map { Int64(zone.start($0).seconds) * 1000 }
    }
  }

  func value(of clock: Clock, in table: String, as column: String) -> String {
    switch clock.encoding {
    case .civil: "substr(\(column), 1, 10)"
    case .utc: "strftime('%s', \(column)) + 0"
    case .epochSeconds: Self.floor(column)
    case .epochMilliseconds: Self.floor("\(column) / 1000.0")
    }
  }

  /// The whole number at or below another; CAST alone goes towards zero, into the next day before 1970.
  private static func floor(_ number: String) -> String {
    "CAST(\(number) AS INTEGER) - (\(number) < CAST(\(number) AS INTEGER))"
  }
}
