import Retention

/// What differs between the engines in the SQL of conditions.
protocol Dialect {
  /// A placeholder for the parameter with this number, counted from 1.
  static func placeholder(_ number: Int) -> String
  /// `left IS right`, true for two NULLs and never NULL itself.
  static func isSame(_ left: String, _ right: String) -> String
  /// A table as it stands in FROM.
  func name(of table: String) throws(StoreError) -> String
  /// Quotes an identifier.
  func quoted(_ name: String) throws(StoreError) -> String
  /// The test of a clock column of a table, true or false, never NULL.
  func test(_ clock: Clock, _ test: Condition.ClockTest, in table: String, as column: String) throws(StoreError) -> [ClockFragment]
  /// The value of a clock column that is known to show a plausible day: the day as text, or seconds since 1970.
  func value(of clock: Clock, in table: String, as column: String) throws(StoreError) -> String
  /// The test that a column holds a day before another.
  func isBefore(_ column: String, _ day: CivilDate) -> [ClockFragment]
}

/// A piece of the SQL of a clock test: text, or a constant to bind.
enum ClockFragment {
  case sql(String)
  case bind(Constant)
}

/// A constant in a condition, bound as a parameter.
enum Constant: Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case text(String)

  init(_ value: PredicateValue) {
    self =
      switch value {
      case .null: .null
      case .boolean(let value): .boolean(value)
      case .integer(let value): .integer(value)
      case .text(let value): .text(value)
      }
  }
}

/// Turns conditions into SQL with parameters. The rows of the outermost table are called `t0`.
struct ConditionRenderer<Engine: Dialect> {
  let dialect: Engine
  private(set) var constants: [Constant] = []
  private var aliases = 0

  init(dialect: Engine) { self.dialect = dialect }

  /// The placeholder of a constant, which becomes the next parameter.
  mutating func bind(_ constant: Constant) -> String {
    constants.append(constant)
    return Engine.placeholder(constants.count)
  }

  /// The SQL of a condition on the rows called `alias` of a table.
  mutating func sql(_ condition: Condition, on table: String, as alias: String = "t0") throws(StoreError) -> String {
    switch condition {
    case .constant(let value):
      return value ? "1 = 1" : "1 = 0"
    case .all(let parts):
      return try list(parts, " AND ", table, alias)
    case .any(let parts):
      return try list(parts, " OR ", table, alias)
    case .not(let part):
      return "NOT \(try sql(part, on: table, as: alias))"
    case .row(let predicate):
      return try sql(predicate, alias)
    case .clock(let clock, let test):
      let column = "\(alias).\(try dialect.quoted(clock.column))"
      return joined(try dialect.test(clock, test, in: table, as: column))
    case .parent(let reference, let inner):
      return try exists(reference.target, linked: reference.targetColumns, to: reference.columns, of: alias, inner)
    case .referenced(let reference, let inner):
      let other = reference.isToItself ? reference.targetColumns : []
      return try exists(reference.table, linked: reference.columns, to: reference.targetColumns, of: alias, inner, otherThan: other)
    case .ancestor(let reference, let inner):
      return try ancestor(reference, inner, alias)
    }
  }

  private mutating func list(_ parts: [Condition], _ word: String, _ table: String, _ alias: String) throws(StoreError) -> String {
    var rendered: [String] = []
    for part in parts { rendered.append(try sql(part, on: table, as: alias)) }
    return "(" + rendered.joined(separator: word) + ")"
  }

  private mutating func joined(_ fragments: [ClockFragment]) -> String {
    var text = ""
    for fragment in fragments {
      switch fragment {
      case .sql(let piece): text += piece
      case .bind(let constant): text += bind(constant)
      }
    }
    return "(" + text + ")"
  }

  mutating func nextAlias() -> String {
    aliases += 1
    return "t\(aliases)"
  }

  private mutating func exists(
    _ table: String, linked columns: [String], to outer: [String], of alias: String, _ inner: Condition,
    otherThan key: [String] = []
  ) throws(StoreError) -> String {
    let other = nextAlias()
    var links: [String] = []
    for (column, outerColumn) in zip(columns, outer) {
      links.append("\(other).\(try dialect.quoted(column)) = \(alias).\(try dialect.quoted(outerColumn))")
    }
    if !key.isEmpty {
      var same: [String] = []
      for column in key { same.append("\(other).\(try dialect.quoted(column)) = \(alias).\(try dialect.quoted(column))") }
      links.append("NOT (\(same.joined(separator: " AND ")))")
    }
    if inner != .constant(true) { links.append(try sql(inner, on: table, as: other)) }
    return "EXISTS (SELECT 1 FROM \(try dialect.name(of: table)) AS \(other) WHERE \(links.joined(separator: " AND ")))"
  }

  /// Walks from the rows that satisfy the inner condition up to those they name, and on.
  private mutating func ancestor(_ reference: Reference, _ inner: Condition, _ alias: String) throws(StoreError) -> String {
    let (start, step, above) = (nextAlias(), nextAlias(), nextAlias())
    let table = try dialect.name(of: reference.table)
    var (names, first, next, link, match): ([String], [String], [String], [String], [String]) = ([], [], [], [], [])
    for (index, (column, target)) in zip(reference.columns, reference.targetColumns).enumerated() {
      let (column, target) = (try dialect.quoted(column), try dialect.quoted(target))
      names.append("k\(index)")
      first.append("\(start).\(column)")
      next.append("\(step).\(column)")
      link.append("\(step).\(target) = \(above).k\(index)")
      match.append("\(alias).\(target)")
    }
    let present = first.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
    let nextPresent = next.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
    let seed = try sql(inner, on: reference.table, as: start)
    return """
      (\(match.joined(separator: ", "))) IN (WITH RECURSIVE \(above)(\(names.joined(separator: ", "))) AS (\
      SELECT \(first.joined(separator: ", ")) FROM \(table) AS \(start) WHERE \(present) AND \(seed) \
      UNION SELECT \(next.joined(separator: ", ")) FROM \(table) AS \(step) JOIN \(above) ON \(link.joined(separator: " AND ")) \
      WHERE \(nextPresent)) SELECT \(names.joined(separator: ", ")) FROM \(above))
      """
  }

  private mutating func sql(_ predicate: Predicate, _ alias: String) throws(StoreError) -> String {
    switch predicate {
    case .equals(let column, let value):
      return try equality(column, value, alias)
    case .oneOf(let column, let values):
      var options: [String] = []
      for value in values { options.append(try equality(column, value, alias)) }
      return "(" + options.joined(separator: " OR ") + ")"
    case .before(let column, let day):
      return joined(dialect.isBefore("\(alias).\(try dialect.quoted(column))", day))
    case .and(let parts):
      return try parts.isEmpty ? "1 = 1" : list(parts, " AND ", alias)
    case .or(let parts):
      return try parts.isEmpty ? "1 = 0" : list(parts, " OR ", alias)
    case .not(let part):
      return "NOT \(try sql(part, alias))"
    }
  }

  private mutating func list(_ parts: [Predicate], _ word: String, _ alias: String) throws(StoreError) -> String {
    var rendered: [String] = []
    for part in parts { rendered.append(try sql(part, alias)) }
    return "(" + rendered.joined(separator: word) + ")"
  }

  private mutating func equality(_ column: String, _ value: PredicateValue, _ alias: String) throws(StoreError) -> String {
    let name = "\(alias).\(try dialect.quoted(column))"
    if value == .null { return "\(name) IS NULL" }
    return Engine.isSame(name, bind(Constant(value)))
  }
}
