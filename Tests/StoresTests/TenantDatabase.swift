import Foundation
import PostgreSQL
import Retention
import SQLite
import Stores
import TestSupport
import Testing

/// The engines that every store test runs on.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, postgreSQL
  var testDescription: String { rawValue }

  /// The text that this engine needs.
  func choose(_ sqlite: String, _ postgreSQL: String) -> String { self == .sqlite ? sqlite : postgreSQL }
}

/// A new, empty database of one test, dropped afterwards.
struct TenantDatabase {
  let engine: Engine
  /// A file's path, or a server's URL.
  let location: String

  /// Runs `body` with a database. Fails, never skips, when no PostgreSQL server is named.
  static func with(_ engine: Engine, _ body: (TenantDatabase) throws -> Void) throws {
    let name = "wis_" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    switch engine {
    case .sqlite:
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
      let path = folder.appendingPathComponent("tenant.db").path
      try SQLite.Connection(path: path, mode: .create).execute("CREATE TABLE made(x); DROP TABLE made")
      try body(TenantDatabase(engine: .sqlite, location: path))
    case .postgreSQL:
      let server = try #require(
        ProcessInfo.processInfo.environment["WIS_TEST_POSTGRES"],
        "run Tests/postgresql-cluster start DIR and export WIS_TEST_POSTGRES with the URL it prints")
      var components = try #require(URLComponents(string: server))
      let administrator = try PostgreSQL.Connection(url: server)
      try administrator.run("CREATE DATABASE \(name)")
      defer { #expect(throws: Never.self) { try administrator.run("DROP DATABASE \(name) WITH (FORCE)") } }
      components.path = "/" + name
      try body(TenantDatabase(engine: .postgreSQL, location: try #require(components.string)))
    }
  }

  /// Runs a script as the application would.
  func execute(_ script: String) throws {
    switch engine {
    case .sqlite:
      try SQLite.Connection(path: location, mode: .readWrite, busyTimeout: .seconds(5)).execute(script)
    case .postgreSQL:
      try PostgreSQL.Connection(url: location).execute(script)
    }
  }

  /// The rows of a query as the application would see them, every value as a literal that tells its type.
  func rows(_ columns: [String], from source: String) throws -> [[String]] {
    var found: [[String]] = []
    switch engine {
    case .sqlite:
      let list = columns.map { "quote(\($0))" }.joined(separator: ", ")
      let database = try SQLite.Connection(path: location, mode: .readWrite)
      try database.query("SELECT \(list) FROM \(source)") { row in
        found.append(try columns.indices.map { try row.text($0) })
        return .continue
      }
    case .postgreSQL:
      let list = columns.map { "quote_nullable(\($0)::text)" }.joined(separator: ", ")
      let database = try PostgreSQL.Connection(url: location)
      try database.query("SELECT \(list) FROM \(source)") { row in
        found.append(try columns.indices.map { try row.text($0) })
        return .continue
      }
    }
    return found
  }

  /// The values of one column, in order of their text, without quotes.
  func values(_ column: String, of table: String) throws -> [String] {
    try rows([column], from: table).map { $0[0].replacingOccurrences(of: "'", with: "") }.sorted()
  }

  /// Opens the store under test.
  func store(readOnly: Bool = false, schema: String? = nil, busyTimeout: Duration = .seconds(5)) throws -> any TenantStore {
    switch engine {
    case .sqlite:
      try SQLiteStore(path: location, access: readOnly ? .readOnly : .readWrite, zone: .amsterdam, busyTimeout: busyTimeout)
    case .postgreSQL:
      try PostgreSQLStore(url: location, schema: schema, access: readOnly ? .readOnly : .readWrite, zone: .amsterdam)
    }
  }
}

/// A name as both engines quote it.
func quoted(_ name: String) -> String { "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
