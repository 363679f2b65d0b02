import PostgreSQL
import Retention

/// SQL of conditions for PostgreSQL, whose columns have types: how a clock is read follows from its column's.
struct PostgreSQLDialect: Dialect {
  let zone: ZoneRules
  let catalog: PostgreSQLCatalog

  // A scan of the table in parallel is faster, and clocks that are all different would make large groups.
  static let groupsByIndex = false

  static func placeholder(_ number: Int) -> String { "$\(number)" }
  static func isSame(_ left: String, _ right: String) -> String { "\(left) IS NOT DISTINCT FROM \(right)" }

  /// A table's own rows: those of tables that inherit from it are counted there. Partitions have no rows of their own.
  func name(of table: String) throws(StoreError) -> String {
    (catalog.schema.table(table)?.kind == .table ? "ONLY " : "") + (try relation(of: table))
  }

  static let joinsLaterally = true
  static let unitesQueries = true
  static let joinsInOrder = "JOIN"
  func isReadWhole(_ table: String) -> Bool { false }

  func namesByValue(_ reference: Reference) -> Bool {
    guard reference.onDelete != nil, reference.when == nil, reference.columns.count == 1,
      let type = catalog.schema.table(reference.table)?.column(reference.columns[0])?.type
    else { return false }
    return ["smallint", "integer", "bigint", "uuid"].contains(type)
      && catalog.schema.table(reference.target)?.column(reference.targetColumns[0])?.type == type
  }

  /// What only the map relates may have types that PostgreSQL does not compare, as a text that holds the number of a row.
  func casts(_ reference: Reference, _ index: Int) -> (column: String, target: String) {
    guard reference.onDelete == nil, let left = Self.family(of: reference.columns[index], catalog.schema.table(reference.table)),
      let right = Self.family(of: reference.targetColumns[index], catalog.schema.table(reference.target)), left != right
    else { return ("", "") }
    return (left == "text" ? "" : "::text", right == "text" ? "" : "::text")
  }

  /// Types of one family are compared without a cast.
  private static func family(of column: String, _ table: Table?) -> String? {
    guard let type = table?.column(column)?.type.prefix(while: { $0 != "(" }) else { return nil }
    switch type {
    case "smallint", "integer", "bigint", "numeric", "real", "double precision": return "number"
    case "text", "character varying", "character", "name": return "text"
    default: return String(type)
    }
  }

  func null(of column: String, in table: String) throws(StoreError) -> String {
    guard let type = catalog.schema.table(table)?.column(column)?.type else { throw .missing(table: table, column: column) }
    return "NULL::\(type)"
  }

  /// The name of a table with its schema.
  func relation(of table: String) throws(StoreError) -> String {
    guard let place = catalog.places[table] else { throw .missing(table: table, column: nil) }
    do { return try PostgreSQL.quoted(place.schema, place.name) } catch { throw .postgreSQL(error) }
  }

  /// Truth is a number where the column holds numbers, as in every SQLite database.
  func constant(_ value: PredicateValue, comparedWith column: String, of table: String) -> Constant {
    guard case .boolean(let truth) = value, let type = catalog.schema.table(table)?.column(column)?.type,
      ["smallint", "integer", "bigint", "numeric"].contains(type.prefix { $0 != "(" })
    else { return Constant(value) }
    return .integer(truth ? 1 : 0)
  }

  func update(_ table: Table) -> String { "UPDATE" }

  func quoted(_ name: String) throws(StoreError) -> String {
    do { return try PostgreSQL.quoted(name) } catch { throw .postgreSQL(error) }
  }

  func test(_ clock: Clock, _ test: Condition.ClockTest, in table: String, as column: String) throws(StoreError) -> [ClockFragment] {
    switch test {
    case .null: return [.sql("\(column) IS NULL")]
    case .dated: return try range(Condition.plausibleClock, clock, table, column)
    case .before(let day): return try range(Condition.plausible(before: day), clock, table, column)
    case .within(let days): return try range(days.clamped(to: Condition.plausibleClock), clock, table, column)
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
    case ("integer", .epochSeconds), ("bigint", .epochSeconds), ("numeric", .epochSeconds), ("double", .epochSeconds):
      return .number(perSecond: 1)
    case ("bigint", .epochMilliseconds), ("numeric", .epochMilliseconds), ("double", .epochMilliseconds): return .number(perSecond: 1000)
    default:
      throw .unreadableClock(table: table, column: clock.column, type: column.type, encoding: clock.encoding.rawValue)
    }
  }

  /// True for values within the range and false for all others, NULL and `infinity` included.
  private func range(_ days: Range<CivilDate>, _ clock: Clock, _ table: String, _ column: String) throws(StoreError) -> [ClockFragment] {
    let form = try form(of: clock, in: table)
    func between(_ low: String, _ high: String, as type: String = "") -> [ClockFragment] {
      [
        .sql("\(column) IS NOT NULL AND \(column) >= "), .bind(.text(low)), .sql("\(type) AND \(column) < "), .bind(.text(high)),
        .sql(type),
      ]
    }
    let (low, high) = (zone.start(days.lowerBound), zone.start(days.upperBound))
    switch form {
    case .date, .localTime:
      return between(days.lowerBound.description, days.upperBound.description)
    case .moment, .timeOfUTC:
      return between(low.description, high.description)
    case .dateText:
      let day = "substr(\(column)::text, 1, 10) COLLATE \"C\""
      return [
        .sql("coalesce(\(column)::text ~ '^(\(Self.day))([T ]\(Self.time))?$' AND \(day) >= "), .bind(.text(days.lowerBound.description)),
        .sql(" AND \(day) < "), .bind(.text(days.upperBound.description)), .sql(", false)"),
      ]
    case .momentText:
      // A cast of a text that is no moment is an error; the branches of CASE are evaluated in order.
      let moment = "\(column)::text::timestamptz"
      return [
        .sql("coalesce(CASE WHEN \(column)::text ~ '^(\(Self.day))[T ]\(Self.time)\(Self.offset)?$' THEN \(moment) >= "),
        .bind(.text(low.description)), .sql(" AND \(moment) < "), .bind(.text(high.description)), .sql(" END, false)"),
      ]
    case .number(let scale):
      // An integer column could not be compared with the moments after 2038 in its own type.
      return between(String(Int64(low.seconds) * scale), String(Int64(high.seconds) * scale), as: "::bigint")
    }
  }

  /// Where days begin along a column: constants, with what follows each of them in SQL.
  struct Starts {
    let values: [Constant]
    var cast = ""
  }

  /// Where days begin in a column whose type sorts by time; nil in one of text.
  func starts(of days: [CivilDate], on clock: Clock, in table: String) throws(StoreError) -> Starts? {
    switch try form(of: clock, in: table) {
    case .date, .localTime: Starts(values: days.map { .text($0.description) })
    case .moment, .timeOfUTC: Starts(values: days.map { .text(zone.start($0).description) })
    case .number(let scale): Starts(values: days.map { .text(String(Int64(zone.start($0).seconds) * scale)) }, cast: "::bigint")
    case .dateText, .momentText: nil
    }
  }

  /// A day of the calendar within the years that a clock can plausibly show, as a regular expression.
  private static let day = """
    (19|20|21)[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))\
    |((19|20|21)(0[48]|[2468][048]|[13579][26])|2000)-02-29
    """
  private static let time = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
  private static let offset = "(Z|[-+](0[0-9]|1[0-4]):[0-5][0-9])"

  func value(of clock: Clock, in table: String, as column: String) throws(StoreError) -> String {
    switch try form(of: clock, in: table) {
    case .date: column
    case .localTime: "\(column)::date"
    case .moment, .timeOfUTC: "floor(extract(epoch FROM \(column)))::bigint"
    case .dateText: "substr(\(column)::text, 1, 10) COLLATE \"C\""
    case .momentText: "floor(extract(epoch FROM \(column)::text::timestamptz))::bigint"
    case .number(let scale): "floor(\(column)::numeric / \(scale))::bigint"
    }
  }
}
