public import Residue
public import Retention
import SQLite

extension SQLiteStore {
  /// The values of rows that a step is about to change.
  public func capture(_ step: Step, limit: Int) throws(StoreError) -> ErasedRows {
    var renderer = ConditionRenderer(dialect: dialect)
    let condition = try renderer.sql(step.conditionInCircle, on: step.table.table.name)
    let values = renderer.constants.map(SQLite.Value.init)
    var columns: [String] = []
    for column in step.table.table.columns where !column.isGenerated {
      let name = "t0.\(try dialect.quoted(column.name))"
      let beginning = "CASE WHEN typeof(\(name)) IN ('text', 'blob') THEN substr(\(name), 1, \(ErasedRows.bytesKept)) ELSE \(name) END"
      columns.append(step.captures(column.name) ? beginning : "NULL")
    }
    let sample = step.rows > limit ? " AND abs(random()) % \(step.rows / limit) = 0" : ""
    let sql = """
      \(renderer.with)SELECT \(columns.joined(separator: ", ")) FROM \(try dialect.name(of: step.table.table.name)) AS t0 \
      WHERE \(condition)\(sample) LIMIT \(limit)
      """
    return try speaking { database throws(SQLiteError) in
      var rows = ErasedRows()
      var statement = try database.prepare(sql, values)
      while let row = try statement.next() {
        var captured: [ErasedValue] = []
        for column in 0..<row.count { captured.append(ErasedValue(row.value(column))) }
        rows.append(ErasedRow(captured))
      }
      return rows
    }
  }

  /// The values of rows with these keys.
  public func capture(_ step: Step, rowsWith keys: FrozenKeys) throws(StoreError) -> ErasedRows {
    let columns = step.table.table.ownColumns
    var rows = ErasedRows()
    for row in try contents(of: columns, in: keys, of: step.table) {
      rows.append(
        ErasedRow(
          zip(columns, row.values).map { column, value in
            guard step.captures(column), let value else { return .null }
            return ErasedValue(SQLite.Value(frozen: value.prefix(ErasedRows.bytesKept + 1)))
          }))
    }
    return rows
  }

  /// Takes what was erased out of the file, as far as a budget allows.
  public func cleanse(to level: ErasureLevel, within budget: ScrubBudget) throws(StoreError) -> Cleansing {
    guard level > .logical else { return Cleansing() }
    return try SQLiteCleanser(path: path, level: level, budget: budget, busyTimeout: busyTimeout).run()
  }

  /// Searches the file, and the files beside it, for what should be gone.
  public func searchResidue(_ question: ResidueQuestion) throws(StoreError) -> ResidueFindings {
    try SQLiteResidueSearch(path: path, question: question, fullText: fullText, busyTimeout: busyTimeout).run()
  }
}

extension Step {
  /// Whether the step takes away the value of a column: of an erased row all that is personal, of a reduced one what is emptied.
  func captures(_ column: String) -> Bool {
    switch action {
    case .erase: true
    case .reduce: table.reduction?.values[column] != nil
    case .restrict: false
    }
  }
}

extension ErasedValue {
  fileprivate init(_ value: SQLite.Value) {
    self =
      switch value {
      case .null: .null
      case .integer(let number): .integer(number)
      case .real(let number): .real(number)
      case .text(let text): .text(Array(text.utf8))
      case .rawText(let bytes): .text(bytes)
      case .blob(let bytes): .blob(bytes)
      }
  }
}
