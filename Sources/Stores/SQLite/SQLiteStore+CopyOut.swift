public import Retention
import SQLite

extension SQLiteStore {
  /// Runs `body` in a read transaction.
  public func inSnapshot<Result>(_ body: () throws -> Result) throws -> Result {
    try speaking { database throws(SQLiteError) in try database.registerRowHash() }
    do {
      return try database.transaction(.snapshot, body)
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
    }
  }

  /// How a table is copied out; nil for a virtual table whose module this program does not have.
  public func layout(of table: Table) throws(StoreError) -> CopyLayout? {
    guard [.table, .virtual].contains(table.kind) else { return nil }
    return try speaking { database throws(SQLiteError) in
      let isReadable = table.kind == .table || Self.isReadable(table, database)
      let columns = isReadable ? try Self.columns(of: table, database) : []
      guard !columns.isEmpty else { return nil }
      return CopyLayout(table: table.name, columns: columns, key: table.primaryKey, order: try Self.order(of: table, database))
    }
  }

  /// A virtual table can be read when this program has its module.
  private static func isReadable(_ table: Table, _ database: borrowing SQLite.Connection) -> Bool {
    do {
      _ = try database.prepare("SELECT * FROM \(try quoted(table.name))")
      return true
    } catch {
      return false
    }
  }

  private static func columns(of table: Table, _ database: borrowing SQLite.Connection) throws(SQLiteError) -> [CopyColumn] {
    var columns: [CopyColumn] = []
    // Hidden columns of virtual tables (1) are arguments and shorthands; generated ones (2, 3) are values.
    var statement = try database.prepare(
      "SELECT name, type, \"notnull\", hidden FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid", [.text(table.name)])
    while let row = try statement.next() {
      let type = try row.text(1)
      columns.append(
        CopyColumn(
          name: try row.text(0), sourceType: type, form: .dynamic(Affinity(declaredType: type)),
          isNullable: try row.integer(2) == 0, isGenerated: try row.integer(3) >= 2, labels: nil))
    }
    return columns
  }

  /// By primary key, and by rowid where the key may be NULL, so that no two rows are equal to the order.
  private static func order(of table: Table, _ database: borrowing SQLite.Connection) throws(SQLiteError) -> String {
    var terms: [String] = []
    for column in table.primaryKey { terms.append("t0." + (try quoted(column))) }
    let withoutRowID = try database.integer(
      "SELECT count(*) FROM pragma_table_list(?1) WHERE schema = 'main' AND wr = 1", [.text(table.name)])
    let taken = Set(table.columns.map { $0.name.lowercased() })
    if withoutRowID == 0, let rowID = ["rowid", "_rowid_", "oid"].first(where: { !taken.contains($0) }) { terms.append("t0." + rowID) }
    return terms.joined(separator: ", ")
  }

  private func filter(_ selection: CopySelection) throws(StoreError) -> (with: String, filter: String, values: [SQLite.Value]) {
    var renderer = ConditionRenderer(dialect: dialect)
    let filter = try renderer.sql(selection.condition, on: selection.layout.table)
    return (renderer.with, filter, renderer.constants.map(SQLite.Value.init))
  }

  /// Counts and hashes rows with a function that runs inside SQLite.
  public func survey(_ selection: CopySelection, for text: String) throws(StoreError) -> Survey {
    let (with, filter, values) = try filter(selection)
    return try speaking { database throws(SQLiteError) in
      var names: [String] = []
      for column in selection.layout.columns { names.append("t0." + (try quoted(column.name))) }
      // A function takes 127 arguments at most (https://www.sqlite.org/limits.html#max_function_arg).
      var hash = ""
      for start in stride(from: 0, to: names.count, by: 100) {
        let part = names[start..<min(start + 100, names.count)].joined(separator: ", ")
        hash = "wis_row_hash(\(hash.isEmpty ? "" : hash + ", ")\(part))"
      }
      let marker = "?\(values.count + 1)"
      let marked = names.map { "(\($0) IS \(marker))" }.joined(separator: " + ")
      // Halves, because a sum of whole hashes would not fit.
      var statement = try database.prepare(
        """
        \(with)SELECT count(*), total(m), sum(h & 4294967295), sum((h >> 32) & 4294967295) FROM (\
        SELECT \(hash) AS h, \(marked) AS m FROM \(try quoted(selection.layout.table)) AS t0 WHERE \(filter))
        """, values + [.text(text)])
      guard let row = try statement.next() else { preconditionFailure("an aggregate has one row") }
      let (low, high) = (UInt64(try row.optionalInteger(2) ?? 0), UInt64(try row.optionalInteger(3) ?? 0))
      return Survey(rows: Int(try row.integer(0)), hash: low &+ (high << 32), marked: Int(try row.double(1)))
    }
  }

  /// Reads rows with the statement's own values: no strings are made.
  public func copyOut(_ selection: CopySelection, _ body: (borrowing CopiedRow) throws -> Void) throws {
    let (with, filter, values) = try filter(selection)
    do {
      var names: [String] = []
      for column in selection.layout.columns { names.append("t0." + (try quoted(column.name))) }
      let order = selection.layout.order.isEmpty ? "" : " ORDER BY \(selection.layout.order)"
      let sql = "\(with)SELECT \(names.joined(separator: ", ")) FROM \(try quoted(selection.layout.table)) AS t0 WHERE \(filter)\(order)"
      try Self.copyRows(of: sql, values, columns: names.count, database, body)
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
    }
  }

  private static func copyRows(
    of sql: String, _ values: [SQLite.Value], columns: Int, _ database: borrowing SQLite.Connection,
    _ body: (borrowing CopiedRow) throws -> Void
  ) throws {
    var statement = try database.prepare(sql, values)
    var copied = CopiedRow()
    while let row = try statement.next() {
      copied.clear()
      for column in 0..<columns {
        switch row.storageClass(column) {
        case .null: copied.appendNull()
        case .integer: copied.append(row.rawInteger(column))
        case .real: copied.append(row.rawDouble(column))
        case .text:
          let start = copied.bytes.count
          row.appendBytes(of: column, to: &copied.bytes)
          copied.close(.text, from: start)
        case .blob:
          let start = copied.bytes.count
          row.appendBytes(of: column, to: &copied.bytes)
          copied.close(.blob, from: start)
        }
      }
      try body(copied)
    }
  }

  /// Everything in the schema table, in the order in which it was made.
  public func objects() throws(StoreError) -> [SchemaObject] {
    try speaking { database throws(SQLiteError) in
      var objects: [SchemaObject] = []
      var statement = try database.prepare(
        """
        SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
        AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') \
        ORDER BY type <> 'table', type = 'trigger', rowid
        """)
      while let row = try statement.next() {
        objects.append(SchemaObject(kind: try row.text(0), name: try row.text(1), definition: try row.optionalText(2)))
      }
      return objects
    }
  }
}
