import Retention
import SQLite

/// A value that the demonstration puts into a column.
protocol Storable {
  var stored: SQLite.Value { get }
}

extension Int: Storable { var stored: SQLite.Value { .integer(Int64(self)) } }
extension Double: Storable { var stored: SQLite.Value { .real(self) } }
extension String: Storable { var stored: SQLite.Value { .text(self) } }
extension CivilDate: Storable { var stored: SQLite.Value { .text(description) } }

/// A new database with the tables of a schema.
final class DemoDatabase {
  private let connection: SQLite.Connection
  private var counters: [String: Int] = [:]

  /// Makes the file and calls `fill` to put rows into it, all in one transaction.
  static func make(at path: String, schema: [UInt8], fill: (DemoDatabase) throws -> Void) throws {
    let database = try DemoDatabase(path: path)
    try database.connection.execute("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON")
    try database.connection.execute(String(decoding: schema, as: UTF8.self))
    try database.connection.transaction(.immediate) { try fill(database) }
  }

  private init(path: String) throws(SQLiteError) {
    connection = try SQLite.Connection(path: path, mode: .create)
  }

  /// Adds a row with a value for each column; nil is NULL.
  func add(_ table: String, _ values: (any Storable)?...) throws(SQLiteError) {
    try insert(table, values)
  }

  /// Adds a row to a table whose first column numbers its rows, and returns that number.
  func addNumbered(_ table: String, _ values: (any Storable)?...) throws(SQLiteError) -> Int {
    let number = counters[table, default: 0] + 1
    counters[table] = number
    try insert(table, [number] + values)
    return number
  }

  private func insert(_ table: String, _ values: [(any Storable)?]) throws(SQLiteError) {
    let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
    _ = try connection.run("INSERT INTO \(table) VALUES (\(marks))", values.map { $0?.stored ?? .null })
  }
}
