import Evidence
import Foundation
import SQLite

/// The marks of rows that were returned: keyed hashes of 64 bits, sorted, in a file beside the key of the run that destroys the rows. Both
/// go with the run's certificate. A file that was not completed counts as none.
final class ReturnedMarks {
  private let database: SQLite.Connection
  private let path: String

  /// Opens a file of marks; nil when there is none.
  init?(at path: String) throws(AgentError) {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    self.path = path
    do {
      database = try SQLite.Connection(path: path, mode: .readWrite)
      guard try database.integer("PRAGMA user_version") == 1 else { return nil }
    } catch {
      throw .marks(path: path, error)
    }
  }

  /// Writes the marks that `fill` adds. All are on the disk when it returns; whatever their number, memory holds few at a time.
  static func write(to path: String, _ fill: (_ add: (UInt64) throws -> Void) throws -> Void) throws {
    try destroy(path)
    try DurableFile.create([], at: path, mode: 0o600)
    do {
      let database = try SQLite.Connection(path: path, mode: .readWrite)
      try database.execute("PRAGMA temp_store = FILE; PRAGMA synchronous = EXTRA")
      try database.transaction(.immediate) {
        try database.execute("CREATE TEMP TABLE found (mark INTEGER); CREATE TABLE marks (mark INTEGER PRIMARY KEY)")
        var waiting: [SQLite.Value] = []
        func keep() throws {
          guard !waiting.isEmpty else { return }
          let places = (1...waiting.count).map { "(?\($0))" }.joined(separator: ", ")
          try database.run("INSERT INTO found VALUES \(places)", waiting)
          waiting.removeAll(keepingCapacity: true)
        }
        try fill { mark in
          waiting.append(.integer(Int64(bitPattern: mark)))
          if waiting.count == 500 { try keep() }
        }
        try keep()
        // In order, so that each page is written once.
        try database.execute("INSERT INTO marks SELECT DISTINCT mark FROM found ORDER BY mark; PRAGMA user_version = 1")
      }
    } catch let error as SQLiteError {
      throw AgentError.marks(path: path, error)
    }
  }

  /// Whether a mark is one of them.
  func holds(_ mark: UInt64) throws(AgentError) -> Bool {
    do {
      return try database.integer("SELECT EXISTS (SELECT 1 FROM marks WHERE mark = ?1)", [.integer(Int64(bitPattern: mark))]) == 1
    } catch {
      throw .marks(path: path, error)
    }
  }

  /// Removes a file of marks, with what SQLite may have left beside it.
  static func destroy(_ path: String) throws { for path in [path, path + "-journal"] { try KeyFile.destroy(path) } }
}
