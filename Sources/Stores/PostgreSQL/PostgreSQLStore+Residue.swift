import PostgreSQL
public import Residue
public import Retention

extension PostgreSQLStore {
  /// The texts of rows that a step is about to change. Numbers are too short to be looked for in a server's files.
  public func capture(_ step: Step, limit: Int) throws(StoreError) -> ErasedRows {
    var renderer = ConditionRenderer(dialect: dialect)
    let condition = try renderer.sql(step.conditionInCircle, on: step.table.table.name)
    let sample = step.rows > limit ? " AND random() * \(step.rows) < \(limit)" : ""
    return try capture(
      step, renderer.with, "WHERE \(condition)\(sample) LIMIT \(limit)", renderer.constants.map(PostgreSQL.Value.init))
  }

  /// The texts of rows with these keys.
  public func capture(_ step: Step, rowsWith keys: FrozenKeys) throws(StoreError) -> ErasedRows {
    try capture(step, "", "JOIN \(Self.list(width: keys.width, from: 1)) ON \(try isListed(step.table))", keys.arrays)
  }

  private func capture(
    _ step: Step, _ with: String, _ choice: String, _ values: [PostgreSQL.Value]
  ) throws(StoreError) -> ErasedRows {
    var columns: [String] = []
    for column in step.table.table.columns where !column.isGenerated && column.isText && step.captures(column.name) {
      columns.append("left(t0.\(try dialect.quoted(column.name))::text, \(ErasedRows.bytesKept))")
    }
    if columns.isEmpty { columns = ["NULL::text"] }
    let sql = "\(with)SELECT \(columns.joined(separator: ", ")) FROM \(try dialect.name(of: step.table.table.name)) AS t0 \(choice)"
    return try speaking { database throws(PostgreSQLError) in
      var rows = ErasedRows()
      var found = try database.stream(sql, values)
      while let row = try found.next() {
        var captured: [ErasedValue] = []
        for column in 0..<row.count { captured.append(try row.optionalText(column).map { .text(Array($0.utf8)) } ?? .null) }
        rows.append(ErasedRow(captured))
      }
      return rows
    }
  }

  /// Takes what was erased out of the server's files, as far as rights and a budget allow.
  public func cleanse(to level: ErasureLevel, within budget: ScrubBudget) throws(StoreError) -> Cleansing {
    try PostgreSQLCleanser(budget: budget, places: writtenAnew).run(level, database)
  }

  /// Searches the files of the tenant's tables for what should be gone. Needs the right to read the server's files.
  public func searchResidue(_ question: ResidueQuestion) throws(StoreError) -> ResidueFindings {
    do {
      return try PostgreSQLResidueSearch(question: question, schemas: schemas).run(database)
    } catch let error as PostgreSQLError {
      guard let obstacle = Cleansing.Obstacle(error) else { throw .postgreSQL(error) }
      return ResidueFindings(stoppedBy: obstacle)
    } catch {
      preconditionFailure("a search has no other errors")
    }
  }

  /// The tables whose files a cleansing writes anew.
  private var writtenAnew: [PostgreSQLCatalog.Place] {
    catalog.schema.tables.filter { [.table, .partitioned].contains($0.kind) }.compactMap { catalog.places[$0.name] }
  }

  private var schemas: [String] { Set(catalog.places.values.map(\.schema)).sorted() }
}

extension Column {
  /// Whether its values stand as text in a server's files.
  fileprivate var isText: Bool {
    type != "jsonb" && ["text", "character", "json", "xml"].contains { type.hasPrefix($0) } || type.hasSuffix("citext")
  }
}

extension Cleansing.Obstacle {
  /// What an error of the server says about what is in the way; nil when it is about something else.
  init?(_ error: PostgreSQLError) {
    switch error.code {
    case .lockNotAvailable?, .deadlockDetected?: self = .reader
    case .queryCanceled?: self = .time
    case .diskFull?: self = .disk
    case .insufficientPrivilege?, .readOnlyTransaction?: self = .rights
    default: return nil
    }
  }
}
