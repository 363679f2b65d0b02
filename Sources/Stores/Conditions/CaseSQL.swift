import Retention

/// The SQL that sorts the rows of a table into the cases of a decision and reads the clocks that tell their age.
struct CaseSQL<Engine: Dialect> {
  private let table: TableDecision
  private let paths: [ClockPath]
  private var renderer: ConditionRenderer<Engine>
  /// `CASE WHEN … THEN 0 … END`.
  private let sorting: String
  /// How many of the constants the cases need; they come first.
  private let sortingConstants: Int
  /// For each clock an expression: a day or a number of seconds, or NULL where it shows no plausible day.
  private let clocks: [String]
  private let source: String
  private let name: String
  /// What adds up to a number of records.
  private let rows: String

  /// The SQL for a table with the clocks that are wanted.
  private init(
    _ table: TableDecision, _ paths: some Sequence<ClockPath>, tellingOngoing: Bool, _ dialect: Engine
  ) throws(StoreError) {
    var renderer = ConditionRenderer(dialect: dialect)
    var branches = ""
    // The last case fits every row that is left, so it needs no condition.
    var last = table.cases.count - 1
    for (index, one) in table.cases.dropLast().enumerated() {
      // The rows that are sorted are all of one person.
      let condition = table.isAboutSubject ? one.condition.given(table.ownership, on: table.table.name) : one.condition
      if condition == .constant(false) { continue }
      if condition == .constant(true) {
        last = index
        break
      }
      branches += " WHEN \(try renderer.sql(condition, on: table.table.name)) THEN \(index)"
    }
    sortingConstants = renderer.constants.count
    var seen: Set<ClockPath> = []
    let paths = paths.filter { seen.insert($0).inserted }
    var clocks: [String] = []
    for path in paths { clocks.append(try renderer.value(of: path, on: table.table.name, tellingOngoing: tellingOngoing)) }
    let ownership = try renderer.sql(table.ownership, on: table.table.name)
    let name = try dialect.name(of: table.table.name)
    if Engine.groupsByIndex, !tellingOngoing, let column = table.decidingColumn, table.table.hasIndex(on: [column]) {
      let column = try dialect.quoted(column)
      self.source = "FROM (SELECT \(column), count(*) AS n FROM \(name) GROUP BY \(column)) AS t0 WHERE \(ownership)"
      self.rows = "sum(t0.n)"
    } else {
      self.source = "FROM \(name) AS t0 WHERE \(ownership)"
      self.rows = "count(*)"
    }
    self.name = name
    self.sorting = branches.isEmpty ? "\(last)" : "CASE\(branches) ELSE \(last) END"
    self.table = table
    self.paths = paths
    self.clocks = clocks
    self.renderer = renderer
  }

  /// The SQL that counts the cases of a table.
  init(counting table: TableDecision, _ dialect: Engine) throws(StoreError) {
    try self.init(table, table.cases.lazy.compactMap(\.clock), tellingOngoing: false, dialect)
  }

  /// The SQL that examines one record of a table.
  init(examining table: TableDecision, _ dialect: Engine) throws(StoreError) {
    try self.init(table, table.kinds.lazy.flatMap(\.rules).compactMap(\.clock), tellingOngoing: true, dialect)
  }
}

extension CaseSQL {
  /// One row of the answer to ``counting``.
  struct Count {
    let caseIndex: Int
    let rows: Int
    /// The earliest and the latest value of each clock.
    let ages: [(first: String?, last: String?)]
  }

  /// How many columns of ages an answer has: two for each clock.
  var ageColumns: Int { 2 * clocks.count }

  /// A query whose rows are a case, its number of rows, and for each clock the earliest and the latest value as text.
  var counting: (sql: String, constants: [Constant]) {
    let ages = clocks.map { ", CAST(min(\($0)) AS TEXT), CAST(max(\($0)) AS TEXT)" }.joined()
    // Rows of one case need no sorting, and the engines count all rows of a table fastest.
    if table.cases.count == 1, clocks.isEmpty, table.ownership == .constant(true) {
      return ("SELECT 0, count(*) FROM \(name)", [])
    }
    return ("\(renderer.with)SELECT \(sorting), \(rows)\(ages) \(source) GROUP BY 1", renderer.constants)
  }

  /// What is selected of one row called `t0`: its case, and for each clock its value as text.
  struct Sample {
    let columns: String
    let constants: [Constant]
    /// The case alone, and what it needs of the constants.
    let sorting: (sql: String, constants: [Constant])
    fileprivate let table: TableDecision
    fileprivate let paths: [ClockPath]

    /// Which of the clocks tells the age of a case.
    func clock(_ caseIndex: Int) -> Int? { table.cases[caseIndex].clock.flatMap(paths.firstIndex(of:)) }
  }

  /// What is selected of one row to sort it.
  var sample: Sample {
    Sample(
      columns: sorting + clocks.map { ", CAST(\($0) AS TEXT)" }.joined(), constants: renderer.constants,
      sorting: (sorting, Array(renderer.constants.prefix(sortingConstants))), table: table, paths: paths)
  }

  /// The census that follows from the rows of the answer.
  func census(_ counts: [Count], _ zone: ZoneRules) -> TableCensus {
    var cases = table.cases.map { _ in CaseCount(rows: 0, clocks: nil) }
    for count in counts {
      var clocks: ClosedRange<CivilDate>?
      if let path = table.cases[count.caseIndex].clock, let index = paths.firstIndex(of: path),
        let first = count.ages[index].first.flatMap(zone.day(inClockText:)),
        let last = count.ages[index].last.flatMap(zone.day(inClockText:))
      {
        clocks = first...last
      }
      cases[count.caseIndex] = CaseCount(rows: count.rows, clocks: clocks)
    }
    return TableCensus(table: table.table.name, counts: cases)
  }

  /// A query whose rows are a case and the value of each clock as text, for the record with a key.
  func examination(key: [String]) throws(StoreError) -> (sql: String, constants: [Constant]) {
    guard table.key.count == key.count, !key.isEmpty else { throw .wrongKey(table: table.table.name, columns: table.key) }
    var renderer = renderer
    var filter: [String] = []
    for (column, value) in zip(table.key, key) {
      filter.append("CAST(t0.\(try renderer.dialect.quoted(column)) AS TEXT) = \(renderer.bind(.text(value)))")
    }
    let values = clocks.map { ", CAST(\($0) AS TEXT)" }.joined()
    return ("\(renderer.with)SELECT \(sorting)\(values) \(source) AND \(filter.joined(separator: " AND "))", renderer.constants)
  }

  /// What a row of that answer says about a record.
  func record(caseIndex: Int, values: [String?], _ zone: ZoneRules) -> ExaminedRecord {
    var readings: [ClockPath: Explanation.Reading] = [:]
    for (path, value) in zip(paths, values) {
      readings[path] = value == ongoing ? .ongoing : value.flatMap(zone.day(inClockText:)).map { .day($0) } ?? .missing
    }
    return ExaminedRecord(caseIndex: caseIndex, readings: readings)
  }

  /// How many clocks an examination reads.
  var clockColumns: Int { clocks.count }
}

/// What an examination shows for a clock whose event has not happened.
private let ongoing = "ongoing"

extension ConditionRenderer {
  /// The value of a clock, wherever it stands, or NULL where it shows no plausible day.
  fileprivate mutating func value(of path: ClockPath, on table: String, tellingOngoing: Bool) throws(StoreError) -> String {
    let value = try value(of: path.clock, through: path.references[...], on: table, as: "t0")
    guard tellingOngoing, path.clock.whenNull == .ongoing else { return value }
    let isNull = try sql(path.condition(.null), on: table)
    return "CASE WHEN \(isNull) THEN '\(ongoing)' ELSE CAST(\(value) AS TEXT) END"
  }

  private mutating func value(
    of clock: Clock, through references: ArraySlice<Reference>, on table: String, as alias: String
  ) throws(StoreError) -> String {
    guard let reference = references.first else {
      let column = "\(alias).\(try dialect.quoted(clock.column))"
      let test = try sql(.clock(clock, .dated), on: table, as: alias)
      return "CASE WHEN \(test) THEN \(try dialect.value(of: clock, in: table, as: column)) END"
    }
    let owner = nextAlias()
    let link = try link(reference, from: alias, to: owner)
    let value = try value(of: clock, through: references.dropFirst(), on: reference.target, as: owner)
    return "(SELECT \(value) FROM \(try dialect.name(of: reference.target)) AS \(owner) WHERE \(link))"
  }

  /// A query for the keys of the people whose column reads as one of some forms.
  mutating func people(
    in table: TableDecision, where column: String, readsAs forms: [String], ignoringCase: Bool, key: String
  ) throws(StoreError) -> String {
    let text = "CAST(t0.\(try dialect.quoted(column)) AS TEXT)"
    let owned = try sql(table.ownership, on: table.table.name)
    let places = forms.map { form in ignoringCase ? "lower(\(bind(.text(form))))" : bind(.text(form)) }.joined(separator: ", ")
    let name = try dialect.name(of: table.table.name)
    let column = try dialect.quoted(key)
    return """
      SELECT t0.\(column) FROM \(name) AS t0 WHERE \(owned) AND t0.\(column) IS NOT NULL \
      AND \(ignoringCase ? "lower(trim(\(text)))" : text) IN (\(places)) LIMIT 2
      """
  }

  /// A query for the number of rows that name a row which does not exist.
  mutating func orphans(of reference: Reference) throws(StoreError) -> String {
    let condition = try sql(.orphans(of: reference), on: reference.table)
    return "SELECT count(*) FROM \(try dialect.name(of: reference.table)) AS t0 WHERE \(condition)"
  }

  /// A query that counts the keys which do not name one row.
  func ambiguousKeys(of table: TableDecision) throws(StoreError) -> String {
    let (key, name) = (try key(of: table), try dialect.name(of: table.table.name))
    let list = key.joined(separator: ", ")
    let isNull = key.map { "\($0) IS NULL" }.joined(separator: " OR ")
    return "SELECT count(*) FROM (SELECT 1 FROM \(name) GROUP BY \(list) HAVING count(*) > 1 OR \(isNull)) AS d"
  }

  /// The beginning of the statement that changes the rows of a step, up to its WHERE.
  mutating func change(_ step: Step, hint: String = "") throws(StoreError) -> String {
    let name = try dialect.name(of: step.table.table.name)
    guard let set = try values(of: step.table, for: step.action) else { return "DELETE FROM \(name) AS t0\(hint)" }
    var parts: [String] = []
    for (column, value) in set.values.sorted(by: { $0.key < $1.key }) {
      let constant = dialect.constant(value, comparedWith: column, of: step.table.table.name)
      parts.append("\(try dialect.quoted(column)) = \(value == .null ? "NULL" : bind(constant))")
    }
    return "\(dialect.update(step.table.table)) \(name) AS t0\(hint) SET \(parts.joined(separator: ", "))"
  }

  /// The condition that a changed row was not changed after all; nil when its being there says so.
  mutating func untouched(_ table: TableDecision, after action: Step.Action) throws(StoreError) -> String? {
    guard let set = try values(of: table, for: action) else { return nil }
    return try sql(.not(.row(set.isDone)), on: table.table.name)
  }

  /// What is set in a row; nil only where the whole row goes: no other act may ever become that.
  private func values(of table: TableDecision, for action: Step.Action) throws(StoreError) -> ColumnValues? {
    if action == .erase { return nil }
    guard let set = table.values(for: action) else { throw .nothingToSet(table: table.table.name, action: action) }
    return set
  }

  /// The columns of a table's key, quoted.
  func key(of table: TableDecision) throws(StoreError) -> [String] {
    var names: [String] = []
    for column in table.key { names.append(try dialect.quoted(column)) }
    return names
  }
}
