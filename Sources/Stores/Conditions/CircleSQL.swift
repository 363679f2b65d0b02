import Retention

/// SQL over the rows of all tables of a circle at once: a row is the number of its table and its key, with the key columns of
/// the other tables empty, because keys of different tables have different types.
struct CircleSQL<Engine: Dialect> {
  let circle: Circle
  let dialect: Engine

  /// The columns of such a row.
  var columns: String {
    "n, " + circle.members.indices.map { names(of: $0).joined(separator: ", ") }.joined(separator: ", ")
  }

  /// The columns that hold the key of one table's rows.
  func names(of member: Int) -> [String] { circle.members[member].key.indices.map { "m\(member)k\($0)" } }

  /// The key of a table's row, column by column.
  func key(of member: Int, as alias: String) throws(StoreError) -> [String] {
    var key: [String] = []
    for column in circle.members[member].key { key.append("\(alias).\(try dialect.quoted(column))") }
    return key
  }

  /// A table's row, given its key, as a row of the circle.
  func row(_ member: Int, key: [String]) throws(StoreError) -> String {
    var row = [String(member)]
    for (index, other) in circle.members.enumerated() {
      if index == member {
        row += key
      } else {
        for column in other.key { row.append(try dialect.null(of: column, in: other.table)) }
      }
    }
    return row.joined(separator: ", ")
  }

  /// The condition that a row of the circle is a certain row of a table.
  func match(_ row: String, _ member: Int, _ alias: String) throws(StoreError) -> String {
    let pairs = zip(try key(of: member, as: alias), names(of: member)).map { "\($0) = \(row).\($1)" }
    return (["\(row).n = \(member)"] + pairs).joined(separator: " AND ")
  }

  /// The table of a member, as it stands in FROM.
  func source(_ member: Int, as alias: String) throws(StoreError) -> String {
    "\(try dialect.name(of: circle.members[member].table)) AS \(alias)"
  }

  /// A set of rows that grows from a beginning, by steps from the rows called `x` that are in it already.
  func growing(_ name: String, from beginning: [String], by steps: [(from: String, select: String, condition: String)]) -> String {
    func query(_ step: (from: String, select: String, condition: String), _ source: String) -> String {
      "SELECT \(step.select) FROM \(source)\(step.from) WHERE \(step.condition)"
    }
    if Engine.joinsLaterally, !steps.isEmpty {
      let all = steps.map { query($0, "") }.joined(separator: " UNION ALL ")
      return "\(name)(\(columns)) AS ((\(beginning.joined(separator: " UNION "))) "
        + "UNION SELECT e.* FROM \(name) AS x CROSS JOIN LATERAL (\(all)) AS e)"
    }
    let all = beginning + steps.map { query($0, "\(name) AS x CROSS JOIN ") }
    return "\(name)(\(columns)) AS (\(all.joined(separator: " UNION ")))"
  }
}

extension ConditionRenderer {
  /// The condition that a row of the circle that stays names this one, directly or through others that would go.
  mutating func held(_ circle: Circle, on table: String, as alias: String) throws(StoreError) -> String {
    guard let member = circle.index(of: table), circle.names(table) else { return "1 = 0" }
    let sql = CircleSQL(circle: circle, dialect: dialect)
    let name = try shared(circle) { name, renderer throws(StoreError) in try renderer.heldRows(sql, called: name) }
    let key = try sql.key(of: member, as: alias)
    let present = key.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
    let found = sql.names(of: member).joined(separator: ", ")
    return "(\(present) AND (\(key.joined(separator: ", "))) IN (SELECT \(found) FROM \(name) WHERE n = \(member)))"
  }

  /// The rows that are due and held: named by one that stays, or by one of themselves. Rows that stay are not among them.
  private mutating func heldRows(_ sql: CircleSQL<Engine>, called name: String) throws(StoreError) -> String {
    var beginning: [String] = []
    var steps: [(from: String, select: String, condition: String)] = []
    for reference in sql.circle.references {
      guard let from = sql.circle.index(of: reference.table), let to = sql.circle.index(of: reference.target) else { continue }
      let (below, above) = (nextAlias(), nextAlias())
      let row = try sql.row(to, key: try sql.key(of: to, as: above))
      let link = try link(reference, from: below, to: above)
      let source = "\(try sql.source(from, as: below)) JOIN \(try sql.source(to, as: above)) ON \(link)"
      let goes = try self.sql(sql.circle.members[to].due, on: reference.target, as: above)
      let stays = try stays(sql.circle.members[from], as: below)
      beginning.append("SELECT \(row) FROM \(source) WHERE \(stays) AND \(goes)")
      guard sql.circle.names(reference.table) else { continue }
      steps.append((from: source, select: row, condition: "\(try sql.match("x", from, below)) AND \(goes)"))
    }
    return sql.growing(name, from: beginning, by: steps)
  }

  /// The condition that a row stays whatever the circle does.
  mutating func stays(_ member: Circle.Member, as alias: String) throws(StoreError) -> String {
    try sql(.disjunction([.negation(member.due), member.heldFromOutside]), on: member.table, as: alias)
  }
}
