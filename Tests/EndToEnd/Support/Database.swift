import Foundation
import PostgreSQL
import SQLite
import Testing

/// A tenant's database as its application sees it.
struct Database {
  enum Engine: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, postgreSQL
    var testDescription: String { rawValue }
  }

  /// A row: a literal for each column, by the column's name in lower case without underscores.
  typealias Row = [String: String]

  let engine: Engine
  /// A file's path, or a server's URL.
  let location: String

  /// The store as it stands in an inventory.
  var store: String { engine == .sqlite ? "sqlite:\(location)" : location }

  /// The server for tests. Fails, never skips, when none is named.
  static func server() throws -> String {
    try #require(
      ProcessInfo.processInfo.environment["WIS_TEST_POSTGRES"],
      "run Tests/postgresql-cluster start DIR and export WIS_TEST_POSTGRES with the URL it prints")
  }

  /// Runs `body` with a new database on the server, dropped afterwards.
  static func withServer(_ body: (Database) throws -> Void) throws {
    let database = try make(on: try server())
    defer { #expect(throws: Never.self) { try database.drop() } }
    try body(database)
  }

  /// Makes a database on a server, as a copy of another one when that is named.
  static func make(on server: String, from template: String = "template1") throws -> Database {
    let name = "wis_" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    var components = try #require(URLComponents(string: server))
    try PostgreSQL.Connection(url: server).run("CREATE DATABASE \(name) TEMPLATE \(template)")
    components.path = "/" + name
    return Database(engine: .postgreSQL, location: try #require(components.string))
  }

  /// Removes a database from its server.
  func drop() throws {
    try PostgreSQL.Connection(url: try administration()).run("DROP DATABASE \(try name()) WITH (FORCE)")
  }

  /// The name of a database on a server.
  func name() throws -> String { String(try #require(URLComponents(string: location)).path.dropFirst()) }

  /// The server's own database, from which others can be handled.
  func administration() throws -> String {
    var components = try #require(URLComponents(string: location))
    components.path = "/postgres"
    return try #require(components.string)
  }

  /// Runs `body` with a new database on an engine.
  static func with(_ engine: Engine, in folder: String, _ body: (Database) throws -> Void) throws {
    switch engine {
    case .sqlite: try body(Database(engine: .sqlite, location: "\(folder)/tenant.db"))
    case .postgreSQL: try withServer(body)
    }
  }

  /// Runs a script.
  func execute(_ script: String) throws {
    switch engine {
    case .sqlite: try SQLite.Connection(path: location, mode: .create, busyTimeout: .seconds(5)).execute(script)
    case .postgreSQL: try PostgreSQL.Connection(url: location).execute(script)
    }
  }

  /// The names of tables, or of a table's columns.
  private func names(_ table: String?) throws -> [String] {
    let sql =
      switch (engine, table) {
      case (.sqlite, nil): "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      case (.sqlite, let table?): "SELECT name FROM pragma_table_info('\(table)')"
      case (.postgreSQL, nil): "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
      case (.postgreSQL, let table?): "SELECT column_name::text FROM information_schema.columns WHERE table_name = '\(table)'"
      }
    return try values(sql, columns: 1).map { $0[0] }
  }

  private func values(_ sql: String, columns: Int) throws -> [[String]] {
    var found: [[String]] = []
    switch engine {
    case .sqlite:
      let database = try SQLite.Connection(path: location, mode: .readWrite, busyTimeout: .seconds(5))
      try database.query(sql) { row in
        found.append(try (0..<columns).map { try row.text($0) })
        return .continue
      }
    case .postgreSQL:
      let database = try PostgreSQL.Connection(url: location)
      try database.query(sql) { row in
        found.append(try (0..<columns).map { try row.text($0) })
        return .continue
      }
    }
    return found
  }

  /// Every row of every table, by the table's name in lower case without underscores.
  func contents() throws -> [String: Set<Row>] {
    var contents: [String: Set<Row>] = [:]
    for table in try names(nil) {
      let columns = try names(table)
      let list = columns.map { engine == .sqlite ? "quote(\"\($0)\")" : "quote_nullable(\"\($0)\"::text)" }
      let rows = try values("SELECT \(list.joined(separator: ", ")) FROM \"\(table)\"", columns: columns.count)
      contents[Self.plain(table)] = Set(rows.map { Row(uniqueKeysWithValues: zip(columns.map(Self.plain), $0)) })
    }
    return contents
  }

  /// The texts that a query for one column gives.
  func column(_ sql: String) throws -> [String] { try values(sql, columns: 1).map { $0[0] } }

  /// How many rows a table has.
  func count(_ table: String) throws -> Int {
    Int(try values("SELECT CAST(count(*) AS text) FROM \(table)", columns: 1)[0][0]) ?? -1
  }

  /// A name that is the same on both engines.
  static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }
}
