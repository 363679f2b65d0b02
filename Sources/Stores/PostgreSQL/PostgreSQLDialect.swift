import PostgreSQL
import Retention

/// SQL of conditions for PostgreSQL, whose columns have types: how a clock is read follows from its column's.
struct PostgreSQLDialect: Dialect {
  let zone: ZoneRules
  let catalog: PostgreSQLCatalog

  static func placeholder(_ number: Int) -> String { "$\(number)" }
  static func isSame(_ left: String, _ right: String) -> String { "\(left) IS NOT DISTINCT FROM \(right)" }

  func name(of table: String) throws(StoreError) -> String {
    guard let place = catalog.places[table] else { throw .missing(table: table, column: nil) }
    do { return try PostgreSQL.quoted(place.schema, place.name) } catch { throw .postgreSQL(error) }
  }

  func quoted(_ name: String) throws(StoreError) -> String {
    do { return try PostgreSQL.quoted(name) } catch { throw .postgreSQL(error) }
  }

  func test(_ clock: Clock, _ test: Condition.ClockTest, in table: String, as column: String) throws(StoreError) -> [ClockFragment] {
    let plausible = Condition.plausibleClock
    switch test {
    case .null: return [.sql("\(column) IS NULL")]
    case .dated: return try range(plausible, clock, table, column)
    case .before(let day):
      return try range(plausible.lowerBound..<max(plausible.lowerBound, min(day, plausible.upperBound)), clock, table, column)
    }
  }

  /// How a column tells time.
  private enum Form {
    case date
    case localTime
    case moment
    /// A time without zone that holds UTC.
    case timeOfUTC
    case dateText
    case momentText
    case number(perSecond: Int64)
  }

  private func form(of clock: Clock, in table: String) throws(StoreError) -> Form {
    guard let column = catalog.schema.table(table)?.column(clock.column) else { throw .missing(table: table, column: clock.column) }
    let base = column.type.prefix { $0 != "(" }.split(separator: " ").first.map(String.init) ?? ""
    let isZoned = column.type.hasSuffix("with time zone")
    switch (base, clock.encoding) {
    case ("date", .civil): return .date
    case ("timestamp", .civil) where !isZoned: return .localTime
    case ("timestamp", .civil): return .moment
    case ("timestamp", .utc) where isZoned: return .moment
    case ("timestamp", .utc): return .timeOfUTC
    case ("text", .civil), ("character", .civil): return .dateText
    case ("text", .utc), ("character", .utc): return .momentText
    case ("integer", .epochSeconds), ("bigint", .epochSeconds), ("numeric", .epochSeconds): return .number(perSecond: 1)
    case ("bigint", .epochMilliseconds), ("numeric", .epochMilliseconds): return .number(perSecond: 1000)
    default:
      throw .unreadableClock(table: table, column: clock.column, type: column.type, encoding: clock.encoding.rawValue)
    }
  }

  /// True for values within the range and false for all others, NULL and `infinity` included.
  private func range(_ days: Range<CivilDate>, _ clock: Clock, _ table: String, _ column: String) throws(StoreError) -> [ClockFragment] {
    let form = try form(of: clock, in: table)
    func between(_ expression: String, _ low: String, _ high: String) -> [ClockFragment] {
      [
        .sql("\(column) IS NOT NULL AND \(expression) >= "), .bind(.text(low)), .sql(" AND \(expression) < "), .bind(.text(high)),
      ]
    }
    let (low, high) = (zone.start(days.lowerBound), zone.start(days.upperBound))
    switch form {
    case .date, .localTime:
      return between(column, days.lowerBound.description, days.upperBound.description)
    case .moment, .timeOfUTC:
      return between(column, low.description, high.description)
    case .dateText:
      return [
        .sql("coalesce(CASE WHEN \(Self.readsAsDay(column)) THEN "), .sql("substr(\(column), 1, 10) COLLATE \"C\" >= "),
        .bind(.text(days.lowerBound.description)), .sql(" AND substr(\(column), 1, 10) COLLATE \"C\" < "),
        .bind(.text(days.upperBound.description)), .sql(" END, false)"),
      ]
    case .momentText:
      return [
        .sql("coalesce(CASE WHEN \(Self.readsAsMoment(column)) THEN \(column)::timestamptz >= "), .bind(.text(low.description)),
        .sql(" AND \(column)::timestamptz < "), .bind(.text(high.description)), .sql(" END, false)"),
      ]
    case .number(let scale):
      return between(column, String(Int64(low.seconds) * scale), String(Int64(high.seconds) * scale))
    }
  }

  func value(of clock: Clock, in table: String, as column: String) throws(StoreError) -> String {
    switch try form(of: clock, in: table) {
    case .date: column
    case .localTime: "\(column)::date"
    case .moment, .timeOfUTC: "extract(epoch FROM \(column))::bigint"
    case .dateText: "substr(\(column), 1, 10) COLLATE \"C\""
    case .momentText: "extract(epoch FROM \(column)::timestamptz)::bigint"
    case .number(let scale): "(\(column) / \(scale))::bigint"
    }
  }

  func isBefore(_ column: String, _ day: CivilDate) -> [ClockFragment] {
    [.sql("\(column) IS NOT NULL AND \(column) < "), .bind(.text(day.description))]
  }

  /// A text that is a date of the calendar, perhaps with a time, and without a zone. The day of the month is compared
  /// with the length of the month, because a cast of a day that does not exist would be an error.
  private static func readsAsDay(_ column: String) -> String {
    let shape = "\(column) ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ][0-9:.]+)?$'"
    return "\(shape) AND \(dayExists(column))"
  }

  private static func readsAsMoment(_ column: String) -> String {
    let time = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
    let shape = "\(column) ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]\(time)(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])?$'"
    return "\(shape) AND \(dayExists(column))"
  }

  /// Only evaluated after the shape: PostgreSQL keeps the order of the branches of CASE.
  private static func dayExists(_ column: String) -> String {
    let month = "to_date(substr(\(column), 1, 7) || '-01', 'YYYY-MM-DD')"
    return """
      CASE WHEN \(column) ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-[0-3][0-9]' THEN substr(\(column), 9, 2)::int \
      <= extract(day FROM \(month) + interval '1 month' - interval '1 day') ELSE false END
      """
  }
}
