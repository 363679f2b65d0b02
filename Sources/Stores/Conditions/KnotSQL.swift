import Retention

/// SQL that finds, for some rows of a circle, all that must go with them: the rows that name them, directly or through others.
/// Rows that stay after all, and what these name, are left out.
struct KnotSQL<Engine: Dialect> {
  private let steps: [Step]
  private let sql: CircleSQL<Engine>
  private var renderer: ConditionRenderer<Engine>

  /// - Parameter seeds: a query for the keys to begin with, made of the parameters that `parameters` stands for.
  init(_ steps: [Step], from seed: Int, seeds: String, parameters: Int, _ dialect: Engine) throws(StoreError) {
    guard let circle = steps[seed].circle, let member = circle.index(of: steps[seed].table.table.name) else {
      preconditionFailure("a knot is in a circle")
    }
    self.steps = steps
    sql = CircleSQL(circle: circle, dialect: dialect)
    renderer = ConditionRenderer(dialect: dialect, after: parameters)
    let names = circle.members[member].key.indices.map { "k\($0)" }
    renderer.define(recursive: "seeds(\(names.joined(separator: ", "))) AS (\(seeds))")
    let beginning = "SELECT \(try sql.row(member, key: names.map { "seeds.\($0)" })) FROM seeds"
    try gather(from: beginning)
    try keep()
  }

  /// The rows with all that name them, and with what exists for the sake of these and is named by nothing that stays: afterwards
  /// nothing would tell that it ever had an owner.
  private mutating func gather(from beginning: String) throws(StoreError) {
    var growth: [(from: String, select: String, condition: String)] = []
    for reference in sql.circle.references {
      guard let from = sql.circle.index(of: reference.table), let to = sql.circle.index(of: reference.target) else { continue }
      let link = try renderer.link(reference, from: "below", to: "above")
      growth.append(
        (
          from: "\(try sql.source(to, as: "above")) JOIN \(try sql.source(from, as: "below")) ON \(link)",
          select: try sql.row(from, key: try sql.key(of: from, as: "below")), condition: try sql.match("x", to, "above")
        ))
      guard !reference.isToItself, steps.contains(where: { $0.table.table.name == reference.target && $0.goesWithOwners }) else { continue }
      growth.append(
        (
          from: "\(try sql.source(from, as: "below")) JOIN \(try sql.source(to, as: "above")) ON \(link)",
          select: try sql.row(to, key: try sql.key(of: to, as: "above")),
          condition: "\(try sql.match("x", from, "below")) AND \(try isFree(to, as: "above"))"
        ))
    }
    renderer.define(recursive: sql.growing("gathered", from: [beginning], by: growth))
  }

  /// The condition that a row is due and no row that stays names it, as far as those tell that name it themselves.
  private mutating func isFree(_ member: Int, as alias: String) throws(StoreError) -> String {
    let owned = sql.circle.members[member]
    var conditions = ["NOT \(try renderer.stays(owned, as: alias))"]
    for reference in sql.circle.references where reference.target == owned.table {
      guard let from = sql.circle.index(of: reference.table) else { continue }
      let other = renderer.nextAlias()
      let link = try renderer.link(reference, from: other, to: alias)
      let stays = try renderer.stays(sql.circle.members[from], as: other)
      conditions.append("NOT EXISTS (SELECT 1 FROM \(try sql.source(from, as: other)) WHERE \(link) AND \(stays))")
    }
    return conditions.joined(separator: " AND ")
  }

  /// Those of them that stay, with what they name.
  private mutating func keep() throws(StoreError) {
    var beginning: [String] = []
    for (index, member) in sql.circle.members.enumerated() {
      let match = try sql.match("gathered", index, "t0")
      let row = try sql.row(index, key: try sql.key(of: index, as: "t0"))
      let source = "gathered \(Engine.joinsInOrder) \(try sql.source(index, as: "t0"))"
      beginning.append("SELECT \(row) FROM \(source) ON \(match) WHERE \(try renderer.stays(member, as: "t0"))")
    }
    var growth: [(from: String, select: String, condition: String)] = []
    for reference in sql.circle.references {
      guard let from = sql.circle.index(of: reference.table), let to = sql.circle.index(of: reference.target) else { continue }
      let link = try renderer.link(reference, from: "below", to: "above")
      growth.append(
        (
          from: "\(try sql.source(from, as: "below")) JOIN \(try sql.source(to, as: "above")) ON \(link)",
          select: try sql.row(to, key: try sql.key(of: to, as: "above")), condition: try sql.match("x", from, "below")
        ))
    }
    renderer.define(recursive: sql.growing("kept", from: beginning, by: growth))
  }

  /// A query for the rows that go: the number of their step, and the key columns of every table of the circle, all empty but
  /// those of the row's own.
  func selection(asText cast: String) throws(StoreError) -> (sql: String, constants: [Constant]) {
    var renderer = renderer
    var queries: [String] = []
    for (number, step) in steps.enumerated() {
      guard let member = sql.circle.index(of: step.table.table.name) else { continue }
      var row = [String(number)]
      for (index, other) in sql.circle.members.enumerated() {
        row += index == member ? try sql.key(of: index, as: "t0").map { $0 + cast } : other.key.map { _ in "NULL" + cast }
      }
      // Of what is not due nothing is left where all that is due of the table is the step's: it stays, and what stays is kept.
      let isAll = step.due == sql.circle.members[member].due
      let due = try isAll ? "" : "\(renderer.sql(step.due, on: step.table.table.name)) AND "
      let names = sql.names(of: member)
      let found = names.map { "gathered.\($0)" }.joined(separator: ", ")
      queries.append(
        """
        SELECT \(row.joined(separator: ", ")) FROM gathered \(Engine.joinsInOrder) \(try sql.source(member, as: "t0")) \
        ON \(try sql.match("gathered", member, "t0")) WHERE \
        \(due)(\(found)) NOT IN (SELECT \(names.joined(separator: ", ")) FROM kept WHERE n = \(member))
        """)
    }
    return (renderer.with + queries.joined(separator: " UNION ALL "), renderer.constants)
  }

  /// Where the key of a step's rows stands among the columns of the selection.
  func columns(of step: Int) -> Range<Int> {
    guard let member = sql.circle.index(of: steps[step].table.table.name) else { return 0..<0 }
    let before = sql.circle.members[..<member].reduce(1) { $0 + $1.key.count }
    return before..<before + sql.circle.members[member].key.count
  }
}

extension ConditionRenderer {
  /// A query for the keys of the rows of a step that can only go together with others. Few rows of one person, in a transaction
  /// that is open anyway, are all taken: those that others hold are found to stay with what names them.
  mutating func knotted(_ step: Step, isInTransaction: Bool, asText cast: String) throws(StoreError) -> String {
    let takesAll = step.table.isAboutSubject && isInTransaction
    let condition = try sql(takesAll ? step.conditionOutsideCircle : step.conditionInCircle, on: step.table.table.name)
    let key = try key(of: step.table).map { "t0.\($0)\(cast)" }.joined(separator: ", ")
    return "\(with)SELECT \(key) FROM \(try dialect.name(of: step.table.table.name)) AS t0 WHERE \(condition)"
  }

  /// What empties, in the rows with some keys, the references of a step's table within the circle on which the database
  /// would act at once: their columns are set to NULL, where they can be. Nil when there are none.
  func emptying(_ step: Step, before actions: Reference.DeleteAction...) throws(StoreError) -> String? {
    let table = step.table
    let rigid = (step.circle?.references ?? []).filter { $0.table == table.table.name && $0.onDelete.map(actions.contains) ?? false }
    let columns = rigid.compactMap { table.table.emptied($0, besides: table.key) }.joined()
    guard !columns.isEmpty else { return nil }
    var assignments: [String] = []
    for column in Set(columns).sorted() { assignments.append("\(try dialect.quoted(column)) = NULL") }
    return "UPDATE \(try dialect.name(of: table.table.name)) AS t0 SET \(assignments.joined(separator: ", "))"
  }
}
