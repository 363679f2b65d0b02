import Foundation
import SQLite

/// A folder for one test, removed afterwards.
struct TemporaryFolder {
  let path: String

  static func with(_ body: (TemporaryFolder) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "/wis-sqlite-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(TemporaryFolder(path: path))
  }

  func file(_ name: String = "test.db") -> String { path + "/" + name }

  /// A new database in the folder, after running `script` in it.
  func database(_ script: String = "") throws -> Connection {
    let connection = try Connection(path: file(), mode: .create)
    try connection.execute(script)
    return connection
  }
}

/// A query of a test that gave no row.
struct NoRow: Error {}
