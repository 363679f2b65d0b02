import Retention
import Stores

/// The scripts that put a package into an empty database, and the list of what else was in the source.
struct RestoreScripts {
  let tables: [WrittenTable]
  let objects: [SchemaObject]
  let engine: String
  /// The schema of tables without one in their names, where that is not the usual one.
  let schema: String?
  let graph: ReferenceGraph

  var isFromSQLite: Bool { engine.hasPrefix("SQLite") }

  /// The statements that made the source, as far as the engine tells them.
  var source: String {
    let made = objects.compactMap { object in object.definition.map { "\($0);\n" } }
    guard !isFromSQLite else { return "-- \(engine)\n" + made.joined() }
    let script = PostgreSQLImport(self, isAsInSource: true)
    let home = schema.map { "SET search_path = \(identifier($0)), public;\n" } ?? ""
    return "-- \(engine)\n" + script.schemas + home + made.prefix(typeCount).joined() + tables.map(script.creation).joined()
      + made.dropFirst(typeCount).joined()
  }

  /// Extensions, types, domains and sequences come before the tables that use them.
  private var typeCount: Int {
    objects.filter { $0.definition != nil }.prefix { ["extension", "type", "domain", "sequence"].contains($0.kind) }.count
  }

  var postgreSQL: String { PostgreSQLImport(self).script }
  var sqlite: String { SQLiteImport(self).script }

  /// What the source has beside tables: whether it is in the package, and if not, why.
  var objectList: String {
    var list = "kind,name,exported,reason\n"
    let cells = CellWriter(nullMarker: [], isOnlyColumn: false)
    let names = Set(tables.map(\.table.name))
    for object in objects {
      var line = Array("\(object.kind),".utf8)
      cells.append(text: object.name, to: &line)
      line += Array(
        (object.kind == "table" && names.contains(object.name) ? ",yes,rows and definition" : ",no,\(Self.reason(object))").utf8)
      list += String(decoding: line, as: UTF8.self) + "\n"
    }
    return list
  }

  private static func reason(_ object: SchemaObject) -> String {
    switch object.kind {
    case "table": "its rows were left out: see evidence/export.json"
    case "view", "materialized view": "computed from tables; its definition is in source.sql"
    case "extension": "part of the database; it must be there for the types of columns"
    case "foreign table": "its rows are in another database"
    default: object.definition == nil ? "made by a constraint" : "no rows; its definition is in source.sql"
    }
  }

  /// Whether a reference holds in the package and its target is a key.
  func isDeclarable(_ reference: Reference) -> Bool {
    guard let target = tables.first(where: { $0.table.name == reference.target }),
      let own = tables.first(where: { $0.table.name == reference.table })
    else { return false }
    let table = target.table.part.table
    let columns = Set(own.layout.columns.map(\.name))
    return columns.isSuperset(of: reference.columns)
      && ([table.primaryKey] + table.uniqueKeys).contains { Set($0) == Set(reference.targetColumns) && !$0.isEmpty }
  }
}

/// A text as a literal of SQL.
func literal(_ text: String) -> String {
  "'" + text.unicodeScalars.reduce(into: "") { $0 += $1 == "'" ? "''" : String($1) } + "'"
}

/// A name as an identifier of SQL in a script that is shipped, not run by this program.
func identifier(_ name: String) -> String {
  "\"" + name.unicodeScalars.reduce(into: "") { $0 += $1 == "\"" ? "\"\"" : String($1) } + "\""
}
