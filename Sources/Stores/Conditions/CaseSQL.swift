import Retention

/// The SQL that sorts the rows of a table into the cases of a decision and reads the clocks that tell their age.
struct CaseSQL {
  /// `CASE WHEN … THEN 0 … END`.
  let sorting: String
  /// The clocks that tell the age of rows.
  let paths: [ClockPath]
  /// For each of them an expression: a day as text or a number of seconds, or NULL where it shows no plausible day.
  let clocks: [String]

  /// The SQL for a table; the parameters collect in the renderer.
  init<Engine: Dialect>(_ table: TableDecision, _ paths: [ClockPath], _ renderer: inout ConditionRenderer<Engine>) throws(StoreError) {
    var branches = ""
    // The last case fits every row that is left, so it needs no condition.
    for (index, one) in table.cases.dropLast().enumerated() {
      branches += " WHEN \(try renderer.sql(one.condition, on: table.table.name)) THEN \(index)"
    }
    sorting = branches.isEmpty ? "0" : "CASE\(branches) ELSE \(table.cases.count - 1) END"
    var clocks: [String] = []
    for path in paths { clocks.append(try renderer.value(of: path, on: table.table.name)) }
    self.paths = paths
    self.clocks = clocks
  }

  /// The clocks of a table's cases, each once.
  static func paths(of table: TableDecision) -> [ClockPath] {
    var seen: Set<ClockPath> = []
    return table.cases.compactMap(\.clock).filter { seen.insert($0).inserted }
  }
}

extension ConditionRenderer {
  /// The value of a clock, wherever it stands, or NULL where it shows no plausible day.
  fileprivate mutating func value(of path: ClockPath, on table: String) throws(StoreError) -> String {
    try value(of: path.clock, through: path.references[...], on: table, as: "t0")
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
    var links: [String] = []
    for (column, target) in zip(reference.columns, reference.targetColumns) {
      links.append("\(owner).\(try dialect.quoted(target)) = \(alias).\(try dialect.quoted(column))")
    }
    let value = try value(of: clock, through: references.dropFirst(), on: reference.target, as: owner)
    return "(SELECT \(value) FROM \(try dialect.name(of: reference.target)) AS \(owner) WHERE \(links.joined(separator: " AND ")))"
  }
}
