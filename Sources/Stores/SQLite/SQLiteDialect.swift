import Retention
import SQLite

/// SQL of conditions for SQLite, which stores any type in any column: a clock counts only when its value reads exactly
/// as the data map says.
struct SQLiteDialect: Dialect {
  let zone: ZoneRules

  static func placeholder(_ number: Int) -> String { "?\(number)" }
  static func isSame(_ left: String, _ right: String) -> String { "\(left) IS \(right)" }

  func name(of table: String) throws(StoreError) -> String { try "main." + quoted(table) }

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
      let first = Condition.plausibleClock.lowerBound
      return range(first..<max(first, min(day, Condition.plausibleClock.upperBound)), clock.encoding, column)
    }
  }

  /// True for values that read as a day within the range. The comparisons come first, so that an index can serve them.
  private func range(_ days: Range<CivilDate>, _ encoding: Clock.Encoding, _ column: String) -> [ClockFragment] {
    let (low, high) = (days.lowerBound, days.upperBound)
    switch encoding {
    case .civil:
      // A zone suffix would make the day depend on the zone: such values need the encoding `utc`.
      return [
        .sql("\(column) >= "), .bind(.text(low.description)), .sql(" AND \(column) < "), .bind(.text(high.description)),
        .sql(" AND typeof(\(column)) = 'text' AND date(\(column)) IS substr(\(column), 1, 10)"),
        .sql(" AND (length(\(column)) = 10 OR substr(\(column), 12) NOT GLOB '*[-+Zz]*')"),
      ]
    case .utc:
      // The text comparison is coarse by a day, because "T" and " " sort apart; the seconds decide.
      let (coarseLow, coarseHigh) = (low.adding(days: -2) ?? low, high.adding(days: 2) ?? high)
      return [
        .sql("\(column) >= "), .bind(.text(coarseLow.description)), .sql(" AND \(column) < "), .bind(.text(coarseHigh.description)),
        .sql(" AND typeof(\(column)) = 'text' AND length(\(column)) > 10 AND ifnull(strftime('%s', \(column)) + 0 >= "),
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

  func isBefore(_ column: String, _ day: CivilDate) -> [ClockFragment] {
    [.sql("ifnull(typeof(\(column)) = 'text' AND \(column) < "), .bind(.text(day.description)), .sql(", 0)")]
  }

  func value(of clock: Clock, in table: String, as column: String) -> String {
    switch clock.encoding {
    case .civil: "substr(\(column), 1, 10)"
    case .utc: "strftime('%s', \(column)) + 0"
    case .epochSeconds: "CAST(\(column) AS INTEGER)"
    case .epochMilliseconds: "CAST(\(column) / 1000 AS INTEGER)"
    }
  }
}
