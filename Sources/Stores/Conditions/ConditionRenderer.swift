import Retention

/// What differs between the engines in the SQL of conditions.
protocol Dialect {
  /// Whether rows whose case follows from one indexed column are counted by its values.
  static var groupsByIndex: Bool { get }
  /// A placeholder for the parameter with this number, counted from 1.
  static func placeholder(_ number: Int) -> String
  /// The constant for a value that a column is compared with or set to.
  func constant(_ value: PredicateValue, comparedWith column: String, of table: String) -> Constant
  /// `left IS right`, true for two NULLs and never NULL itself.
  static func isSame(_ left: String, _ right: String) -> String
  /// A table as it stands in FROM.
  func name(of table: String) throws(StoreError) -> String
  /// How a statement begins that changes rows of a table and nothing but them.
  func update(_ table: Table) -> String
  /// What turns the two ends of a reference into the same type, behind each; empty where the engine compares them as they are.
  func casts(_ reference: Reference, _ index: Int) -> (column: String, target: String)
  /// NULL, of the type of a column.
  func null(of column: String, in table: String) throws(StoreError) -> String
  /// Whether the recursive part of a common table expression must be one query, with its alternatives joined laterally.
  static var joinsLaterally: Bool { get }
  /// Whether rows that one of several queries gives are best found by one query.
  static var unitesQueries: Bool { get }
  /// A join whose left side is best read first.
  static var joinsInOrder: String { get }
  /// Whether rows of a table are found by their row ids only, and by anything else by reading all of it.
  func isReadWhole(_ table: String) -> Bool
  /// Whether a row that holds the key of another by a reference of one column names it: the database keeps the reference, and a
  /// value reads the same at both ends. Then the other row need not be looked up.
  func namesByValue(_ reference: Reference) -> Bool
  /// Quotes an identifier.
  func quoted(_ name: String) throws(StoreError) -> String
  /// The test of a clock column of a table, true or false, never NULL.
  func test(_ clock: Clock, _ test: Condition.ClockTest, in table: String, as column: String) throws(StoreError) -> [ClockFragment]
  /// The value of a clock column that is known to show a plausible day: the day as text, or seconds since 1970.
  func value(of clock: Clock, in table: String, as column: String) throws(StoreError) -> String
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
  /// How many subqueries are open.
  private var depth = 0
  private var shared: [SharedRows] = []
  /// How many few rows are found by a common table expression of their own.
  private var few = 0
  private var circles: [Circle] = []
  /// The common table expressions that the SQL made so far refers to.
  private var expressions: [String] = []
  private var isRecursive = false

  /// Rows that are found once for a whole statement, by a common table expression.
  private struct SharedRows {
    let reference: Reference
    let condition: Condition
  }

  /// The common table expressions that the SQL made so far refers to; they go before it.
  var with: String {
    expressions.isEmpty ? "" : "WITH \(isRecursive ? "RECURSIVE " : "")\(expressions.joined(separator: ", ")) "
  }

  /// Adds a recursive common table expression to the statement.
  mutating func define(recursive expression: String) {
    expressions.append(expression)
    isRecursive = true
  }

  /// A renderer whose constants come after some parameters, which the caller binds: those of keys.
  init(dialect: Engine, after parameters: Int = 0) {
    self.dialect = dialect
    for _ in 0..<parameters { _ = bind(.null) }
  }

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
      return try sql(predicate, on: table, as: alias)
    case .clock(let clock, let test):
      return try sql(clock, test, on: table, as: alias)
    case .parent(let reference, let inner) where dialect.isReadWhole(reference.target):
      return try isAmong(reference, inner, alias)
    case .parent(let reference, let inner):
      let other = nextAlias()
      return try exists(reference.target, other, linked: try link(reference, from: alias, to: other), inner)
    case .sealed(let predicate, _):
      return try sql(predicate, on: table, as: alias)
    case .belonging(let reference, let inner):
      return try isAmong(reference, inner, alias)
    case .namedByFew(let few):
      return try isNamed(few.map { ($0.reference, $0.rows) }, alias)
    case .referenced(let reference, let inner) where depth > 0 && inner != .constant(true) && !reference.isToItself:
      return try isAmongShared(reference, inner, alias)
    case .referenced(let reference, let inner) where dialect.isReadWhole(reference.table) && !reference.isToItself:
      return try isNamed([(reference, inner)], alias)
    case .referenced(let reference, let inner):
      let other = nextAlias()
      var links = try link(reference, from: other, to: alias)
      if reference.isToItself { links += " AND NOT (\(try same(reference.targetColumns, other, alias)))" }
      return try exists(reference.table, other, linked: links, inner)
    case .held(let circle):
      return try held(circle, on: table, as: alias)
    }
  }

  private mutating func sql(_ clock: Clock, _ test: Condition.ClockTest, on table: String, as alias: String) throws(StoreError) -> String {
    joined(try dialect.test(clock, test, in: table, as: "\(alias).\(try dialect.quoted(clock.column))"))
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

  private mutating func exists(_ table: String, _ other: String, linked: String, _ inner: Condition) throws(StoreError) -> String {
    let condition = inner == .constant(true) ? "" : " AND \(try nested(inner, on: table, as: other))"
    return "EXISTS (SELECT 1 FROM \(try dialect.name(of: table)) AS \(other) WHERE \(linked)\(condition))"
  }

  /// The condition that columns of two rows of a table are the same.
  private func same(_ columns: [String], _ left: String, _ right: String) throws(StoreError) -> String {
    var same: [String] = []
    for column in columns {
      let column = try dialect.quoted(column)
      same.append(Engine.isSame("\(left).\(column)", "\(right).\(column)"))
    }
    return same.joined(separator: " AND ")
  }

  /// Finds the rows first, once, so that an index on the referring columns serves those that name them.
  private mutating func isAmong(_ reference: Reference, _ inner: Condition, _ alias: String) throws(StoreError) -> String {
    if case .sealed(.equals(let column, let key), _) = inner, reference.targetColumns == [column], dialect.namesByValue(reference) {
      return try sql(.equals(column: reference.columns[0], key), on: reference.table, as: alias)
    }
    let other = nextAlias()
    var (names, targets): ([String], [String]) = ([], [])
    for (index, (column, target)) in zip(reference.columns, reference.targetColumns).enumerated() {
      let casts = dialect.casts(reference, index)
      names.append("\(alias).\(try dialect.quoted(column))\(casts.column)")
      targets.append("\(other).\(try dialect.quoted(target))\(casts.target)")
    }
    // What few rows are asked about others that name them is asked of each. Within a subquery it would be looked up among all such rows.
    let standsAlone = depth == 0 && inner.asksWhoNamesIt
    let condition =
      standsAlone
      ? try outermost { renderer throws(StoreError) in try renderer.sql(inner, on: reference.target, as: other) }
      : try nested(inner, on: reference.target, as: other)
    var rows = """
      SELECT \(targets.joined(separator: ", ")) FROM \(try dialect.name(of: reference.target)) AS \(other) \
      WHERE \(Self.present(targets)) AND \(condition)
      """
    if standsAlone {
      let columns = targets.indices.map { "k\($0)" }.joined(separator: ", ")
      expressions.append("f\(few)(\(columns)) AS (\(rows))")
      rows = "SELECT \(columns) FROM f\(few)"
      few += 1
    }
    let kind = try reference.when.map { kind throws(StoreError) in " AND \(try sql(kind, on: reference.table, as: alias))" } ?? ""
    return "(\(Self.present(names)) AND \(Self.row(names)) IN (\(rows))\(kind))"
  }

  /// Finds the rows first, once, so that the key of the rows that they name serves. They are united, because a server looks
  /// through a whole table for "or".
  private mutating func isNamed(_ naming: [(reference: Reference, rows: Condition)], _ alias: String) throws(StoreError) -> String {
    var queries: [(names: [String], rows: [String])] = []
    for one in naming {
      let (other, reference) = (nextAlias(), one.reference)
      var (names, columns): ([String], [String]) = ([], [])
      for (index, (column, target)) in zip(reference.columns, reference.targetColumns).enumerated() {
        let casts = dialect.casts(reference, index)
        names.append("\(alias).\(try dialect.quoted(target))\(casts.target)")
        columns.append("\(other).\(try dialect.quoted(column))\(casts.column)")
      }
      let rows = reference.when.map { .conjunction([.row($0), one.rows]) } ?? one.rows
      let query = """
        SELECT \(columns.joined(separator: ", ")) FROM \(try dialect.name(of: reference.table)) AS \(other) \
        WHERE \(Self.present(columns)) AND \(try nested(rows, on: reference.table, as: other))
        """
      if Engine.unitesQueries, let index = queries.firstIndex(where: { $0.names == names }) {
        queries[index].rows.append(query)
      } else {
        queries.append((names, [query]))
      }
    }
    let found = queries.map { names, rows in
      "(\(Self.present(names)) AND \(Self.row(names)) IN (\(rows.joined(separator: " UNION ALL "))))"
    }
    return found.count == 1 ? found[0] : "(" + found.joined(separator: " OR ") + ")"
  }

  private static func present(_ columns: [String]) -> String { columns.map { "\($0) IS NOT NULL" }.joined(separator: " AND ") }

  private static func row(_ columns: [String]) -> String { columns.count == 1 ? columns[0] : "(\(columns.joined(separator: ", ")))" }

  private mutating func nested(_ condition: Condition, on table: String, as alias: String) throws(StoreError) -> String {
    depth += 1
    defer { depth -= 1 }
    return try sql(condition, on: table, as: alias)
  }

  /// Looks the row up among those that rows with a condition name. A subquery within a subquery within a subquery would
  /// overflow SQLite's parser (https://www.sqlite.org/limits.html, "Maximum Depth Of An Expression Tree") and be repeated
  /// for every case of every table above.
  private mutating func isAmongShared(_ reference: Reference, _ inner: Condition, _ alias: String) throws(StoreError) -> String {
    var (names, found, match): ([String], [String], [String]) = ([], [], [])
    let other = nextAlias()
    for (index, (column, target)) in zip(reference.columns, reference.targetColumns).enumerated() {
      let casts = dialect.casts(reference, index)
      names.append("k\(index)")
      found.append("\(other).\(try dialect.quoted(column))\(casts.column)")
      match.append("\(alias).\(try dialect.quoted(target))\(casts.target)")
    }
    let list = names.joined(separator: ", ")
    var index = shared.firstIndex { $0.reference == reference && $0.condition == inner }
    if index == nil {
      let condition = try outermost { renderer throws(StoreError) in
        try renderer.sql(reference.when.map { .conjunction([.row($0), inner]) } ?? inner, on: reference.table, as: other)
      }
      let rows = "SELECT \(found.joined(separator: ", ")) FROM \(try dialect.name(of: reference.table)) AS \(other)"
      expressions.append("c\(shared.count)(\(list)) AS (\(rows) WHERE \(Self.present(found)) AND \(condition))")
      shared.append(SharedRows(reference: reference, condition: inner))
      index = shared.count - 1
    }
    return "(\(Self.present(match)) AND (\(match.joined(separator: ", "))) IN (SELECT \(list) FROM c\(index ?? 0)))"
  }

  /// Makes SQL that stands on its own, outside of every subquery that is open.
  mutating func outermost<Result>(
    _ make: (inout ConditionRenderer) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    let outer = depth
    depth = 0
    defer { depth = outer }
    return try make(&self)
  }

  /// Puts the rows of a circle that are held into the statement, once; gives the name under which they are found.
  mutating func shared(
    _ circle: Circle, _ make: (_ name: String, inout ConditionRenderer) throws(StoreError) -> String
  ) throws(StoreError) -> String {
    if let index = circles.firstIndex(of: circle) { return "h\(index)" }
    let name = "h\(circles.count)"
    circles.append(circle)
    let sql = try outermost { renderer throws(StoreError) in try make(name, &renderer) }
    define(recursive: sql)
    return name
  }

  /// The condition that a row names another by a reference. The row that is named comes first: its column's collation decides
  /// in SQLite, as it does for its foreign keys (https://www.sqlite.org/foreignkeys.html, section 3).
  mutating func link(_ reference: Reference, from alias: String, to target: String) throws(StoreError) -> String {
    var links: [String] = []
    for (index, (column, named)) in zip(reference.columns, reference.targetColumns).enumerated() {
      let casts = dialect.casts(reference, index)
      links.append("\(target).\(try dialect.quoted(named))\(casts.target) = \(alias).\(try dialect.quoted(column))\(casts.column)")
    }
    if let kind = reference.when { links.append(try sql(kind, on: reference.table, as: alias)) }
    return links.joined(separator: " AND ")
  }

  private mutating func sql(_ predicate: Predicate, on table: String, as alias: String) throws(StoreError) -> String {
    switch predicate {
    case .equals(let column, let value):
      return try equality(column, value, table, alias)
    case .oneOf(let column, let values):
      var options: [String] = []
      for value in values { options.append(try equality(column, value, table, alias)) }
      return options.isEmpty ? "1 = 0" : "(" + options.joined(separator: " OR ") + ")"
    case .before(let column, let day):
      return try sql(Clock(column: column), .before(day), on: table, as: alias)
    case .and(let parts):
      return try parts.isEmpty ? "1 = 1" : list(parts, " AND ", table, alias)
    case .or(let parts):
      return try parts.isEmpty ? "1 = 0" : list(parts, " OR ", table, alias)
    case .not(let part):
      return "NOT \(try sql(part, on: table, as: alias))"
    }
  }

  private mutating func list(
    _ parts: [Predicate], _ word: String, _ table: String, _ alias: String
  ) throws(StoreError) -> String {
    var rendered: [String] = []
    for part in parts { rendered.append(try sql(part, on: table, as: alias)) }
    return "(" + rendered.joined(separator: word) + ")"
  }

  /// False for NULL, and in a form that an index can serve.
  private mutating func equality(
    _ column: String, _ value: PredicateValue, _ table: String, _ alias: String
  ) throws(StoreError) -> String {
    let name = "\(alias).\(try dialect.quoted(column))"
    if value == .null { return "\(name) IS NULL" }
    let constant = dialect.constant(value, comparedWith: column, of: table)
    return "(\(name) IS NOT NULL AND \(name) = \(bind(constant)))"
  }
}

extension Condition {
  /// Whether the row itself is asked which others name it.
  fileprivate var asksWhoNamesIt: Bool {
    switch self {
    case .referenced: true
    case .not(let part): part.asksWhoNamesIt
    case .all(let parts), .any(let parts): parts.contains(where: \.asksWhoNamesIt)
    case .constant, .row, .clock, .parent, .sealed, .belonging, .namedByFew, .held: false
    }
  }
}
