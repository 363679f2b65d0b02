public import Retention
import SQLite

extension SQLiteStore {
  /// Runs `body` in a read transaction.
  public func inSnapshot<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try inTransaction(.snapshot, body)
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
    }
  }

  /// How a table is copied out; nil for a virtual table that cannot be read.
  public func layout(of table: Table) throws(StoreError) -> CopyLayout? {
    guard [.table, .fullText, .virtual].contains(table.kind) else { return nil }
    return try speaking { database throws(SQLiteError) in
      let columns = try Self.columns(of: table, database)
      guard !columns.isEmpty else { return nil }
      return CopyLayout(
        table: table.name, schema: nil, columns: columns, key: table.primaryKey, order: try Self.order(of: table, database),
        large: try Self.large(columns, of: table, database))
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
    if let rowID = try rowID(of: table.name, columns: table.columns.map(\.name), database) { terms.append(rowID) }
    return terms.joined(separator: ", ")
  }

  private static func rowID(of layout: CopyLayout, _ database: borrowing SQLite.Connection) throws(SQLiteError) -> String? {
    var columns: [String] = []
    var statement = try database.prepare("SELECT name FROM pragma_table_xinfo(?1)", [.text(layout.table)])
    while let row = try statement.next() { columns.append(try row.text(0)) }
    return try rowID(of: layout.table, columns: columns, database)
  }

  /// The name under which the row id of a table can be read; nil when it has none, or every name is taken.
  private static func rowID(
    of table: String, columns: [String], _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> String? {
    let withoutRowID = try database.integer(
      "SELECT count(*) FROM pragma_table_list(?1) WHERE schema = 'main' AND wr = 1", [.text(table)])
    let taken = Set(columns.map { $0.lowercased() })
    return withoutRowID == 0 ? ["rowid", "_rowid_", "oid"].first { !taken.contains($0) }.map { "t0." + $0 } : nil
  }

  /// The columns with a large value that SQLite can open by itself. Lengths stand before the values, which are not read for them.
  private static func large(
    _ columns: [CopyColumn], of table: Table, _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> Set<String> {
    guard table.kind == .table, try rowID(of: table.name, columns: table.columns.map(\.name), database) != nil else { return [] }
    var found: Set<String> = []
    for column in columns where !column.isGenerated && Self.mayHoldBytes(column.sourceType) {
      let isLarge = try Self.isLarge("t0." + quoted(column.name))
      if try database.integer("SELECT EXISTS (SELECT 1 FROM \(try quoted(table.name)) AS t0 WHERE \(isLarge))") == 1 {
        found.insert(column.name)
      }
    }
    return found
  }

  private static func isLarge(_ name: String) throws(SQLiteError) -> String {
    "CASE WHEN typeof(\(name)) = 'blob' THEN length(\(name)) > \(CopyLayout.largestHeld) ELSE 0 END"
  }

  /// Whether people put bytes into columns of such a type. In others SQLite takes them too; then they are held whole.
  private static func mayHoldBytes(_ type: String) -> Bool {
    switch Affinity(declaredType: type) {
    case .blob, .none: return true
    case .integer, .real, .text: return false
    case .numeric:
      let type = type.uppercased()
      return !["NUM", "DEC", "BOOL", "DATE", "TIME", "MONEY"].contains { type.hasPrefix($0) }
    }
  }

  /// By column, the SQL of its value, with an empty blob in the place of a large one.
  private static func values(of layout: CopyLayout) throws(SQLiteError) -> (held: [String], areLarge: [String]) {
    var (held, areLarge): ([String], [String]) = ([], [])
    for column in layout.columns {
      let name = "t0." + (try quoted(column.name))
      guard layout.large.contains(column.name) else {
        held.append(name)
        continue
      }
      areLarge.append(try isLarge(name))
      held.append("CASE WHEN \(try isLarge(name)) THEN x'' ELSE \(name) END")
    }
    return (held, areLarge)
  }

  private func filter(_ selection: CopySelection) throws(StoreError) -> (with: String, filter: String, values: [SQLite.Value]) {
    var renderer = ConditionRenderer(dialect: dialect)
    let filter = try renderer.sql(selection.condition, on: selection.layout.table)
    return (renderer.with, filter, renderer.constants.map(SQLite.Value.init))
  }

  /// Counts rows: without a condition SQLite only walks through the smallest of the table's trees.
  public func rowCount(of selection: CopySelection) throws(StoreError) -> Int {
    let (with, filter, values) = try filter(selection)
    return try speaking { database throws(SQLiteError) in
      let condition = filter == "1 = 1" ? "" : " WHERE \(filter)"
      let source = try quoted(selection.layout.table)
      return Int(try database.integer("\(with)SELECT count(*) FROM \(source) AS t0\(condition)", values))
    }
  }

  /// Counts and hashes rows with a function that runs inside SQLite.
  public func survey(_ selection: CopySelection, for text: String) throws(StoreError) -> Survey {
    let (with, filter, bound) = try filter(selection)
    return try speaking { database throws(SQLiteError) in
      let marker = "?\(bound.count + 1)"
      let names = try Self.values(of: selection.layout).held
      // The aggregate looks for the text among its own values only.
      let further = stride(from: 100, to: names.count, by: 100).map {
        "total(\(names[$0..<min($0 + 100, names.count)].map { "(\($0) IS \(marker))" }.joined(separator: " + ")))"
      }
      var statement = try database.prepare(
        """
        \(with)SELECT wis_survey(\(marker), \(Self.hashed(names).joined(separator: ", "))), \
        \((["0.0"] + further).joined(separator: " + ")) \
        FROM \(try quoted(selection.layout.table)) AS t0 WHERE \(filter)
        """, bound + [.text(text)])
      guard let row = try statement.next() else { preconditionFailure("an aggregate has one row") }
      let numbers = try row.text(0).split(separator: " ").compactMap { UInt64($0) }
      precondition(numbers.count == 3, "the aggregate tells three numbers")
      let marked = Int(numbers[2]) + Int(try row.double(1))
      let hash = numbers[1] &+ (try Self.hashOfLarge(selection.layout, with, filter, bound, database))
      return Survey(rows: Int(numbers[0]), hash: hash, marked: marked)
    }
  }

  /// A function takes 127 arguments at most (https://www.sqlite.org/limits.html#max_function_arg): what is beyond a hundred values goes
  /// in as a hash of its own.
  private static func hashed(_ names: [String]) -> [String] {
    Array(names.prefix(100))
      + stride(from: 100, to: names.count, by: 100).map {
        "wis_row_hash(\(names[$0..<min($0 + 100, names.count)].joined(separator: ", ")))"
      }
  }

  /// The SQL of the hash of some values.
  static func hash(of names: [String]) -> String { "wis_row_hash(\(hashed(names).joined(separator: ", ")))" }

  /// The sum of the hashes of large values, each with the hash of the row that it stands in.
  private static func hashOfLarge(
    _ layout: CopyLayout, _ with: String, _ filter: String, _ values: [SQLite.Value], _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> UInt64 {
    let (names, areLarge) = try Self.values(of: layout)
    guard !areLarge.isEmpty, let rowID = try rowID(of: layout, database) else { return 0 }
    var sum: UInt64 = 0
    let columns = layout.columns.filter { layout.large.contains($0.name) }
    var statement = try database.prepare(
      """
      \(with)SELECT \(hash(of: names)), \(areLarge.joined(separator: ", ")), \(rowID) \
      FROM \(try quoted(layout.table)) AS t0 WHERE (\(filter)) AND (\(areLarge.joined(separator: " OR ")))
      """, values)
    while let row = try statement.next() {
      for (index, column) in columns.enumerated() where try row.integer(1 + index) == 1 {
        var hash = try row.integer(0) &+ Int64(index)
        var failure: SQLiteError?
        try database.readBlob(table: layout.table, column: column.name, row: try row.integer(1 + columns.count)) { piece in
          do throws(SQLiteError) {
            hash = try database.integer("SELECT wis_row_hash(?1, ?2)", [.integer(hash), .blob(piece)])
            return .continue
          } catch {
            failure = error
            return .stop
          }
        }
        if let failure { throw failure }
        sum &+= UInt64(bitPattern: hash)
      }
    }
    return sum
  }

  /// Reads rows with the statement's own values: no strings are made. They are hashed where SQLite holds them, by the function that
  /// ``survey(_:for:)`` calls.
  public func copyOut(
    _ selection: CopySelection, hashing: Bool, _ body: (borrowing CopiedRow) throws -> Void
  ) throws -> UInt64 {
    let (with, filter, values) = try filter(selection)
    let layout = selection.layout
    do {
      let (names, areLarge) = try Self.values(of: layout)
      // With large values in the table come whether each is one, and the row id.
      let further = areLarge.isEmpty ? [] : areLarge + [try Self.rowID(of: layout, database) ?? "0"]
      let order = layout.order.isEmpty ? "" : " ORDER BY \(layout.order)"
      let sql =
        "\(with)SELECT \((names + further).joined(separator: ", ")) FROM \(try quoted(layout.table)) AS t0 WHERE \(filter)\(order)"
      let hash = try Self.copyRows(of: sql, values, layout, hashing: hashing, database, body)
      return hashing ? hash &+ (try Self.hashOfLarge(layout, with, filter, values, database)) : 0
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
    }
  }

  private static func copyRows(
    of sql: String, _ values: [SQLite.Value], _ layout: CopyLayout, hashing: Bool, _ database: borrowing SQLite.Connection,
    _ body: (borrowing CopiedRow) throws -> Void
  ) throws -> UInt64 {
    var statement = try database.prepare(sql, values)
    var copied = CopiedRow()
    let columns = layout.columns.count
    let large = layout.columns.indices.filter { layout.large.contains(layout.columns[$0].name) }
    var reader = RowReader(columns: columns, isHashing: hashing)
    var found: [RowReader.Value] = []
    while let row = try statement.next() {
      copied.clear()
      try reader.read(row, &copied.bytes, &found)
      for value in found {
        let kind: CopiedRow.Kind =
          switch value.storageClass {
          case .null: .null
          case .integer: .integer
          case .real: .real
          case .text: .text
          case .blob: .blob
          }
        copied.append(kind, bits: UInt64(bitPattern: value.bits), at: value.range)
      }
      for (place, column) in large.enumerated() where try row.integer(columns + place) == 1 {
        let id = try row.integer(columns + large.count)
        var first: [UInt8] = []
        try database.readBlob(table: layout.table, column: layout.columns[column].name, row: id, upTo: 16) { piece in
          first = piece
          return .stop
        }
        copied.locator = String(id)
        copied.setLarge(column, first: first)
      }
      try body(copied)
    }
    return reader.hash
  }

  /// Reads a large value through SQLite's incremental interface.
  public func readLarge(_ column: CopyColumn, of layout: CopyLayout, at locator: String, _ body: ([UInt8]) throws -> Void) throws {
    guard let row = Int64(locator) else { preconditionFailure("a locator is a row id") }
    var failure: (any Error)?
    try speaking { database throws(SQLiteError) in
      try database.readBlob(table: layout.table, column: column.name, row: row) { piece in
        do {
          try body(piece)
          return .continue
        } catch {
          failure = error
          return .stop
        }
      }
    }
    if let failure { throw failure }
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
