import Retention
import SQLite

/// Reads the schema of a SQLite database from its pragmas (https://www.sqlite.org/pragma.html).
enum SQLiteSchemaReader {
  /// A foreign key as the pragma lists it: without columns it names the target's primary key.
  private struct ForeignKey {
    let target: String
    let onDelete: Reference.DeleteAction
    var columns: [String] = []
    var targetColumns: [String?] = []
  }

  static func schema(of database: borrowing SQLite.Connection) throws(SQLiteError) -> Schema {
    var names: [(name: String, kind: Table.Kind, hasRowID: Bool)] = []
    var inner: Set<String> = []
    var statement = try database.prepare("SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' ORDER BY name")
    while let row = try statement.next() {
      let (name, type, hasNone) = (try row.text(0), try row.text(1), try row.integer(2) == 1)
      // Shadow tables are the storage of a virtual table, which is listed itself.
      if type == "shadow" { inner.insert(name) }
      if !name.hasPrefix("sqlite_"), let kind = kind(type) { names.append((name, kind, kind == .table && !hasNone)) }
    }
    var primaryKeys: [String: [String]] = [:]
    var columns: [String: [Column]] = [:]
    for index in names.indices {
      let name = names[index].name
      do {
        (columns[name], primaryKeys[name]) = try Self.columns(of: name, database)
      } catch {
        // A view stays where what it selects from is gone, or is a function of the application's; nothing lives in it.
        guard [.virtual, .view].contains(names[index].kind), error.code == .error else { throw error }
        if names[index].kind == .virtual { names[index].kind = .unreadable }
      }
    }
    for index in names.indices where names[index].kind == .virtual {
      let name = names[index].name
      if let own = columns[name], rowID(besides: own, in: name) != nil,
        try SQLiteFullText.holdsRows(of: name, columns: own.count, among: inner, database)
      {
        (names[index].kind, names[index].hasRowID) = (.fullText, true)
      } else if try !isReadable(name, database) {
        names[index].kind = .unreadable
      }
    }
    var tables: [Table] = []
    for (name, kind, hasRowID) in names {
      let indexes = try Self.indexes(of: name, database)
      let notNull = Set((columns[name] ?? []).filter { !$0.isNullable }.map(\.name))
      tables.append(
        Table(
          name: name, kind: kind, columns: columns[name] ?? [], primaryKey: primaryKeys[name] ?? [],
          uniqueKeys: indexes.filter { $0.isKey && notNull.isSuperset(of: $0.columns) && $0.columns != primaryKeys[name] }.map(\.columns),
          references: try references(of: name, database, primaryKeys, columns),
          indexes: indexes.filter(\.isWhole).map(\.columns),
          triggers: try triggers(of: name, database),
          rowID: hasRowID ? rowID(besides: columns[name] ?? [], in: kind == .fullText ? name : nil) : nil))
    }
    return Schema(tables: tables)
  }

  /// Whether a row of a virtual table can be read: an index of a table that is gone has rows and not their values.
  private static func isReadable(_ table: String, _ database: borrowing SQLite.Connection) throws(SQLiteError) -> Bool {
    do {
      var statement = try database.prepare("SELECT * FROM \(try quoted(table)) LIMIT 1")
      _ = try statement.next()
      return true
    } catch {
      guard error.code == .error else { throw error }
      return false
    }
  }

  /// The first name of row ids that no column took (https://www.sqlite.org/lang_createtable.html#rowid). A full-text table has a
  /// hidden column with its own name.
  private static func rowID(besides columns: [Column], in fullText: String?) -> String? {
    let taken = Set((columns.map(\.name) + [fullText].compactMap(\.self)).map { $0.lowercased() })
    return ["rowid", "_rowid_", "oid"].first { !taken.contains($0) }
  }

  private static func kind(_ type: String) -> Table.Kind? {
    switch type {
    case "table": .table
    case "view": .view
    case "virtual": .virtual
    default: nil
    }
  }

  private static func columns(
    of table: String, _ database: borrowing SQLite.Connection
  ) throws(SQLiteError) -> ([Column], [String]) {
    var columns: [Column] = []
    var key: [(Int64, String)] = []
    // Hidden columns of virtual tables (1) are arguments and shorthands, which hold nothing.
    var statement = try database.prepare(
      "SELECT name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo(?1) WHERE hidden <> 1", [.text(table)])
    while let row = try statement.next() {
      let (name, position, isNullable) = (try row.text(0), try row.integer(3), try row.integer(2) == 0)
      columns.append(
        Column(
          name: name, type: try row.text(1), isNullable: isNullable && position == 0, isGenerated: try row.integer(4) >= 2))
      if position > 0 { key.append((position, name)) }
    }
    return (columns, key.sorted { $0.0 < $1.0 }.map(\.1))
  }

  private struct Index {
    let columns: [String]
    /// Unique over all rows, without expressions: it can name a row.
    let isKey: Bool
    /// Over all rows: it serves any lookup by its columns.
    let isWhole: Bool
  }

  private static func indexes(of table: String, _ database: borrowing SQLite.Connection) throws(SQLiteError) -> [Index] {
    var listed: [(name: String, isUnique: Bool, isPartial: Bool)] = []
    var statement = try database.prepare("SELECT name, \"unique\", partial FROM pragma_index_list(?1)", [.text(table)])
    while let row = try statement.next() {
      listed.append((try row.text(0), try row.integer(1) == 1, try row.integer(2) == 1))
    }
    var indexes: [Index] = []
    for one in listed {
      var columns: [String?] = []
      var statement = try database.prepare("SELECT name FROM pragma_index_info(?1) ORDER BY seqno", [.text(one.name)])
      while let row = try statement.next() {
        columns.append(try row.optionalText(0))
      }
      let plain = Array(columns.prefix { $0 != nil }.compactMap(\.self))
      indexes.append(Index(columns: plain, isKey: one.isUnique && !one.isPartial && plain.count == columns.count, isWhole: !one.isPartial))
    }
    return indexes
  }

  private static func references(
    of table: String, _ database: borrowing SQLite.Connection, _ primaryKeys: [String: [String]], _ columns: [String: [Column]]
  ) throws(SQLiteError) -> [Reference] {
    var keys: [Int64: ForeignKey] = [:]
    var statement = try database.prepare(
      "SELECT id, \"table\", \"from\", \"to\", lower(on_delete) FROM pragma_foreign_key_list(?1) ORDER BY id, seq", [.text(table)])
    while let row = try statement.next() {
      let id = try row.integer(0)
      let target = try row.text(1)
      let action = Reference.DeleteAction(rawValue: try row.text(4)) ?? .noAction
      var key = keys[id] ?? ForeignKey(target: target, onDelete: action)
      key.columns.append(try row.text(2))
      key.targetColumns.append(try row.optionalText(3))
      keys[id] = key
    }
    return keys.sorted { $0.key < $1.key }.compactMap { _, key in
      // A reference to a table or key that does not exist names no row; SQLite itself refuses changes under it.
      guard let target = spelling(of: key.target, columns.keys), let known = columns[target] else { return nil }
      let named = key.targetColumns.compactMap { name in name.flatMap { spelling(of: $0, known.map(\.name)) } }
      let targetColumns = key.targetColumns.contains(nil) ? primaryKeys[target] ?? [] : named
      guard targetColumns.count == key.columns.count else { return nil }
      return Reference(table: table, columns: key.columns, target: target, targetColumns: targetColumns, onDelete: key.onDelete)
    }
  }

  /// SQLite compares names without regard to the case of ASCII letters; the map and our own lookups go by the declared spelling.
  private static func spelling(of name: String, _ names: some Sequence<String>) -> String? {
    func folded(_ name: String) -> [UInt8] { name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
    return names.first { folded($0) == folded(name) }
  }

  private static func triggers(of table: String, _ database: borrowing SQLite.Connection) throws(SQLiteError) -> [String] {
    var names: [String] = []
    var statement = try database.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) = lower(?1) ORDER BY name", [.text(table)]
    )
    while let row = try statement.next() {
      names.append(try row.text(0))
    }
    return names
  }
}
