import Retention
import Stores

/// The psql script that puts a package into an empty PostgreSQL database.
struct PostgreSQLImport {
  /// Where tables go that were in the schema "public" of a source whose tenant had another one: the tenant's own are put into "public".
  static let besidePublic = "source_public"

  private let scripts: RestoreScripts
  private let isAsInSource: Bool

  /// - Parameter isAsInSource: whether every table keeps its schema.
  init(_ scripts: RestoreScripts, isAsInSource: Bool = false) {
    self.scripts = scripts
    self.isAsInSource = isAsInSource
  }

  var script: String {
    """
    -- Puts this package into an empty PostgreSQL database (13 or later). Run it in the folder "data":
    --   createdb NAME && psql -X -d NAME -f schema/postgresql-import.sql
    \\set ON_ERROR_STOP on
    SET client_encoding = 'UTF8'; SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET lc_monetary = 'C'; SET standard_conforming_strings = on;
    BEGIN;
    \(schemas)\(types.compactMap { $0.definition.map { "\($0);\n" } }.joined())\(scripts.tables.map(creation).joined())\(scripts.tables.map(load).joined())\(references)COMMIT;

    """
  }

  /// The schemas of tables outside the default one, and of the types of columns.
  var schemas: String {
    guard !scripts.isFromSQLite else { return "" }
    let names = Set(
      scripts.tables.compactMap { schema(of: $0.table.name).map(place) } + types.compactMap(\.schema) + [scripts.schema].compactMap(\.self)
    )
    .subtracting(["public"])
    return names.sorted().map { "CREATE SCHEMA IF NOT EXISTS \(identifier($0));\n" }.joined()
  }

  private func schema(of table: String) -> String? {
    scripts.tables.first { $0.table.name == table }?.layout.schema
  }

  private func place(of schema: String) -> String { schema == "public" && !isAsInSource ? Self.besidePublic : schema }

  private func name(_ table: String) -> String {
    guard let schema = schema(of: table) else { return identifier(table) }
    return identifier(place(of: schema)) + "." + identifier(String(table.dropFirst(schema.count + 1)))
  }

  /// What the types of columns need to be there.
  private var types: [SchemaObject] {
    scripts.isFromSQLite ? [] : scripts.objects.filter { ["extension", "type", "domain"].contains($0.kind) }
  }

  /// The statement that makes a table. Generated columns are plain ones here: their values are in the package.
  func creation(_ table: WrittenTable) -> String {
    var lines = zip(table.layout.columns, table.layout.columns.indices).map { column, index in
      "  \(identifier(column.name)) \(type(of: index, in: table))\(isRequired(index, table) ? " NOT NULL" : "")"
    }
    let nullable = Set(table.layout.columns.indices.filter { table.seen[$0].contains(.null) }.map { table.layout.columns[$0].name })
    let own = Set(table.layout.columns.map(\.name))
    if !table.layout.key.isEmpty && nullable.isDisjoint(with: table.layout.key) {
      lines.append("  PRIMARY KEY (\(table.layout.key.map(identifier).joined(separator: ", ")))")
    }
    for key in table.table.part.table.uniqueKeys where own.isSuperset(of: key) && nullable.isDisjoint(with: key) {
      lines.append("  UNIQUE (\(key.map(identifier).joined(separator: ", ")))")
    }
    return "CREATE TABLE \(name(table.table.name)) (\n\(lines.joined(separator: ",\n"))\n);\n"
  }

  private func isRequired(_ index: Int, _ table: WrittenTable) -> Bool {
    !table.layout.columns[index].isNullable && !table.seen[index].contains(.null)
  }

  /// The source's own type, or for SQLite one that holds all that was seen.
  private func type(of index: Int, in table: WrittenTable) -> String {
    let column = table.layout.columns[index]
    guard case .dynamic = column.form else { return column.sourceType }
    if isBytes(index, table) { return "bytea" }
    return switch table.types[index].type {
    case "integer": "bigint"
    case "number": table.seen[index].contains(.integer) ? "numeric" : "double precision"
    case "date": "date"
    default: "text"
    }
  }

  /// Whether a column of SQLite holds nothing but bytes.
  private func isBytes(_ index: Int, _ table: WrittenTable) -> Bool {
    guard table.layout.columns[index].form == .dynamic(.blob) else { return false }
    let seen = table.seen[index].subtracting([.null, .odd])
    return seen == .binary
  }

  private func load(_ table: WrittenTable) -> String {
    let columns = table.layout.columns
    // psql takes \copy from one line.
    let hasLines = ([table.table.name] + columns.map(\.name)).contains { $0.utf8.contains(UInt8(ascii: "\n")) }
    let needsStage =
      hasLines || table.typesPath != nil
      || columns.indices.contains { columns[$0].form == .binary || columns[$0].form == .array || isBytes($0, table) }
    let options = "WITH (FORMAT csv, HEADER true, NULL \(literal(table.table.nullMarker)), ENCODING 'UTF8')"
    let names = columns.map { identifier($0.name) }.joined(separator: ", ")
    guard needsStage else {
      return "\\copy \(name(table.table.name)) (\(names)) FROM \(literal(table.path)) \(options)\n"
    }
    let stage = columns.indices.map { "c\($0 + 1)" }.joined(separator: ", ")
    var text =
      "CREATE TEMP TABLE wis_stage (wis_row bigint GENERATED ALWAYS AS IDENTITY, \(columns.indices.map { "c\($0 + 1) text" }.joined(separator: ", ")));\n"
    text +=
      "CREATE TEMP TABLE wis_types (\"row\" bigint, \"column\" text, class text);\nCREATE TEMP TABLE wis_files (path text, content text);\n"
    text += "\\copy wis_stage (\(stage)) FROM \(literal(table.path)) \(options)\n"
    if let types = table.typesPath { text += "\\copy wis_types FROM \(literal(types)) WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')\n" }
    text += "CREATE INDEX ON wis_types (\"row\");\n"
    if table.hasFiles {
      for folder in Set(columns.indices.filter { table.seen[$0].isSuperset(of: [.binary, .odd]) }.map { table.table.folders[$0] }).sorted()
      {
        let program = "find \(folder) -type f -exec sh -c 'printf \"%s,\" \"$1\"; base64 < \"$1\" | tr -d \"\\n\"; echo' _ {} \\;"
        text += "\\copy wis_files FROM PROGRAM \(literal(program)) WITH (FORMAT csv)\n"
      }
    }
    text += "CREATE INDEX ON wis_files (path);\nANALYZE wis_types; ANALYZE wis_files;\n"
    let values = columns.indices.map { value(of: $0, in: table) }.joined(separator: ",\n  ")
    text += "INSERT INTO \(name(table.table.name)) (\(names)) SELECT\n  \(values)\nFROM wis_stage AS s ORDER BY wis_row;\n"
    return text + "DROP TABLE wis_stage, wis_types, wis_files;\n"
  }

  private func value(of index: Int, in table: WrittenTable) -> String {
    let column = table.layout.columns[index]
    let cell = "s.c\(index + 1)"
    let type = type(of: index, in: table)
    let flag = "(SELECT class FROM wis_types AS t WHERE t.\"row\" = s.wis_row AND t.\"column\" = \(literal(column.name)))"
    let file = "(SELECT decode(content, 'base64') FROM wis_files AS f WHERE f.path = \(cell))"
    if column.form == .binary || isBytes(index, table) {
      let bytes =
        table.seen[index].contains(.odd)
        ? "CASE \(flag) WHEN 'file' THEN \(file) ELSE decode(\(cell), 'base64') END" : "decode(\(cell), 'base64')"
      guard column.largeObjects != nil else { return bytes }
      return "CASE WHEN \(cell) IS NOT NULL THEN lo_from_bytea(0, \(bytes)) END"
    }
    if column.form == .array {
      return """
        CASE WHEN \(cell) IS NULL THEN NULL WHEN \(cell) LIKE '{%' OR \(cell) ~ '^\\[-?[0-9]+:' THEN \(cell)::\(type) \
        ELSE ARRAY(SELECT json_array_elements_text(\(cell)::json))::text[]::\(type) END
        """
    }
    // PostgreSQL has no text with NUL or bytes that are no UTF-8: from SQLite these stay as they stand in the file.
    if table.seen[index].contains(.odd) && !scripts.isFromSQLite && column.form == .text {
      return "CASE \(flag) WHEN 'text-base64' THEN convert_from(decode(\(cell), 'base64'), 'UTF8') ELSE \(cell) END::\(type)"
    }
    return type == "text" ? cell : "\(cell)::\(type)"
  }

  /// References between tables, last: rows may come in any order.
  private var references: String {
    var text = ""
    for table in scripts.tables {
      for reference in table.table.part.table.references where scripts.isDeclarable(reference) && !isConverted(reference) {
        text += """
          ALTER TABLE \(name(reference.table)) ADD FOREIGN KEY (\(reference.columns.map(identifier).joined(separator: ", "))) \
          REFERENCES \(name(reference.target)) (\(reference.targetColumns.map(identifier).joined(separator: ", "))) NOT VALID;\n
          """
      }
    }
    return text
  }

  /// Whether the two sides of a reference got different types.
  private func isConverted(_ reference: Reference) -> Bool {
    func types(_ name: String, _ columns: [String]) -> [String] {
      guard let table = scripts.tables.first(where: { $0.table.name == name }) else { return [] }
      return columns.map { column in
        table.layout.columns.firstIndex { $0.name == column }.map { type(of: $0, in: table) } ?? ""
      }
    }
    return scripts.isFromSQLite && types(reference.table, reference.columns) != types(reference.target, reference.targetColumns)
  }
}
