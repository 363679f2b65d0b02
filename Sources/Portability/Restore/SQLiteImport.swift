import Retention
import Stores

/// The script for the sqlite3 program that puts a package into an empty SQLite database.
struct SQLiteImport {
  private let scripts: RestoreScripts
  /// By path, names as SQLite takes them.
  private let names: [String: String]

  init(_ scripts: RestoreScripts) {
    self.scripts = scripts
    names = Dictionary(uniqueKeysWithValues: zip(scripts.tables.map(\.path), Self.apart(scripts.tables.map(\.table.name))))
  }

  var script: String {
    let later = whatFits.map { "\($0);\n" }
    return """
      -- Puts this package into an empty SQLite database, with the program sqlite3 (3.33 or later). Run it in the folder "data":
      --   sqlite3 -bail NAME.db < schema/sqlite-import.sql
      -- The numbers in the CSV files are exact. SQLite before 3.43 reads about one in ten thousand floating point numbers of
      -- more than 15 digits as the number next to it.
      PRAGMA foreign_keys = OFF;
      PRAGMA ignore_check_constraints = ON;
      BEGIN;
      CREATE TEMP TABLE wis_byte (n INTEGER PRIMARY KEY, b BLOB);
      INSERT INTO wis_byte VALUES \((0..<256).map { "(\($0),x'\([UInt8($0)].hex)')" }.joined(separator: ","));
      \(scripts.tables.map(creation).joined())\(scripts.tables.map(load).joined())\(scripts.isFromSQLite ? later.joined() : "")\
      DROP TABLE temp.wis_byte;
      COMMIT;

      """
  }

  /// The definitions of indexes, views and triggers, without those that mention what is not in the package: one that fails would
  /// undo everything. Names are looked for anywhere in the text, so rather one too many stays out; source.sql has them all.
  private var whatFits: [String] {
    let restored = Set(scripts.tables.map(\.table.name))
    var missing = scripts.objects.filter { $0.kind == "table" && !restored.contains($0.name) }.map { $0.name.lowercased() }
    missing += scripts.tables.flatMap(\.table.part.omitted).map { $0.lowercased() }
    var fitting: [String] = []
    for object in scripts.objects where ["index", "view", "trigger"].contains(object.kind) {
      guard let definition = object.definition else { continue }
      let text = definition.lowercased()
      if missing.contains(where: { text.contains($0) }) {
        missing.append(object.name.lowercased())
      } else {
        fitting.append(definition)
      }
    }
    return fitting
  }

  private func name(_ table: WrittenTable) -> String { identifier(names[table.path] ?? table.table.name) }

  /// The statement that made the table, where it still fits; else one with the same columns and key.
  private func creation(_ table: WrittenTable) -> String {
    if scripts.isFromSQLite, table.table.part.omitted.isEmpty, table.table.part.table.kind == .table,
      let made = scripts.objects.first(where: { $0.kind == "table" && $0.name == table.table.name })?.definition
    {
      return made + ";\n"
    }
    let columns = Self.apart(table.layout.columns.map(\.name))
    var lines = table.layout.columns.indices.map { "  \(identifier(columns[$0])) \(type(of: table.layout.columns[$0]))" }
    if !table.layout.key.isEmpty {
      let key = table.layout.key.compactMap { key in table.layout.columns.firstIndex { $0.name == key }.map { identifier(columns[$0]) } }
      lines.append("  PRIMARY KEY (\(key.joined(separator: ", ")))")
    }
    return "CREATE TABLE \(name(table)) (\n\(lines.joined(separator: ",\n"))\n);\n"
  }

  private func type(of column: CopyColumn) -> String {
    switch column.form {
    case .dynamic: column.sourceType
    case .integer, .boolean: "INTEGER"
    case .float: "REAL"
    case .binary: "BLOB"
    // Exact decimals would become floating point numbers.
    default: "TEXT"
    }
  }

  private func load(_ table: WrittenTable) -> String {
    let columns = table.layout.columns
    let stage = columns.indices.map { "c\($0 + 1)" }.joined(separator: ", ")
    var text = "CREATE TEMP TABLE wis_stage (\(stage));\nCREATE TEMP TABLE wis_types (\"row\" INTEGER, \"column\" TEXT, class TEXT);\n"
    text += ".import --csv --skip 1 --schema temp \(Self.argument(table.path)) wis_stage\n"
    if let types = table.typesPath { text += ".import --csv --skip 1 --schema temp \(Self.argument(types)) wis_types\n" }
    text += "CREATE INDEX temp.wis_types_row ON wis_types (\"row\");\n"
    let kept = columns.indices.filter {
      !(columns[$0].isGenerated && scripts.isFromSQLite && table.table.part.table.kind == .table && table.table.part.omitted.isEmpty)
    }
    let own = Self.apart(columns.map(\.name))
    text += "INSERT INTO main.\(name(table)) (\(kept.map { identifier(own[$0]) }.joined(separator: ", "))) SELECT\n  "
    text += kept.map { value(of: $0, in: table) }.joined(separator: ",\n  ")
    return text + "\nFROM temp.wis_stage AS s ORDER BY s.rowid;\nDROP TABLE temp.wis_stage;\nDROP TABLE temp.wis_types;\n"
  }

  private func value(of index: Int, in table: WrittenTable) -> String {
    let column = table.layout.columns[index]
    let cell = "s.c\(index + 1)"
    let plain: String
    switch column.form {
    case .dynamic(.blob), .binary: plain = Self.bytes(cell)
    case .dynamic(.integer), .dynamic(.real), .dynamic(.numeric), .float:
      plain = table.seen[index].contains(.number) ? Self.real(cell, else: cell) : cell
    case .boolean: plain = "(\(cell) = 'true')"
    default: plain = cell
    }
    let marker = literal(table.table.nullMarker)
    guard table.typesPath != nil else { return "CASE WHEN \(cell) <> \(marker) THEN \(plain) END" }
    let flag = "(SELECT class FROM temp.wis_types AS t WHERE t.\"row\" = s.rowid AND t.\"column\" = \(literal(column.name)))"
    return """
      CASE WHEN \(cell) <> \(marker) THEN CASE \(flag) WHEN 'integer' THEN CAST(\(cell) AS INTEGER) \
      WHEN 'real' THEN \(Self.real(cell, else: "CAST(\(cell) AS REAL)")) WHEN 'text' THEN \(cell) \
      WHEN 'blob' THEN \(Self.bytes(cell)) WHEN 'text-base64' THEN CAST(\(Self.bytes(cell)) AS TEXT) WHEN 'file' THEN readfile(\(cell)) \
      ELSE \(plain) END END
      """
  }

  /// The floating point number of a text. Up to 15 digits are a whole number divided by a power of ten, both exact, which SQLite rounds
  /// right; what it makes of a fraction's text was in versions before 3.43 sometimes the number next to it.
  private static func real(_ cell: String, else other: String) -> String {
    let places = "length(\(cell)) - instr(\(cell), '.')"
    return """
      CASE WHEN \(cell) = 'INF' THEN 9e999 WHEN \(cell) = '-INF' THEN -9e999 \
      WHEN \(cell) GLOB '*.*' AND \(cell) NOT GLOB '*[^-.0-9]*' AND \(places) <= 18 \
      AND length(ltrim(replace(\(cell), '.', ''), '-0')) BETWEEN 1 AND 15 \
      THEN CAST(replace(\(cell), '.', '') AS INTEGER) / CAST(CAST(substr('1000000000000000000', 1, \(places) + 1) AS INTEGER) AS REAL) \
      ELSE \(other) END
      """
  }

  /// The bytes of a base64 text, four characters at a time: sqlite3 has no function for it before 3.41.
  private static func bytes(_ cell: String) -> String {
    func digit(_ place: Int) -> String {
      "max(0, instr('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', substr(\(cell), i + \(place), 1)) - 1)"
    }
    func byte(_ word: String) -> String { "(SELECT b FROM temp.wis_byte WHERE n = (\(word)) & 255)" }
    return """
      CASE \(cell) WHEN '' THEN x'' ELSE (WITH RECURSIVE d(i, b) AS (SELECT 1, x'' UNION ALL SELECT i + 4, \
      b || \(byte("\(digit(0)) * 4 + \(digit(1)) / 16")) || \(byte("\(digit(1)) * 16 + \(digit(2)) / 4")) || \(byte("\(digit(2)) * 64 + \(digit(3))")) \
      FROM d WHERE i < length(\(cell))) SELECT substr(CAST(b AS BLOB), 1, length(\(cell)) / 4 * 3 - (length(\(cell)) - length(rtrim(\(cell), '=')))) \
      FROM d ORDER BY i DESC LIMIT 1) END
      """
  }

  /// Names that differ also for SQLite, which makes no difference between the capitals and small letters of ASCII.
  static func apart(_ names: [String]) -> [String] {
    var taken: Set<[UInt8]> = []
    return names.map { name in
      var one = name
      var number = 2
      while !taken.insert(one.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }).inserted {
        one = "\(name)_\(number)"
        number += 1
      }
      return one
    }
  }

  /// A word for a command of sqlite3. File names in a package have no character that would need more than quotes.
  private static func argument(_ path: String) -> String { "'\(path)'" }
}
