import Residue
import SQLite

/// A connection for work on the bytes of its file.
final class SQLiteFileSession {
  let database: SQLite.Connection
  private let path: String

  init(_ path: String, busyTimeout: Duration) throws(SQLiteError) {
    self.path = path
    database = try SQLite.Connection(path: path, mode: .readWrite, busyTimeout: busyTimeout)
    // A spilled cache would wait for readers in the middle of a statement (https://www.sqlite.org/pragma.html#pragma_cache_spill).
    try database.execute("PRAGMA secure_delete = ON; PRAGMA temp_store = FILE; PRAGMA cache_spill = OFF")
  }

  /// Whether the database has a write-ahead log.
  var isLogged: Bool {
    get throws(SQLiteError) { try database.text("PRAGMA journal_mode") == "wal" }
  }

  /// Copies all of the write-ahead log into the database and cuts it; false when readers still need it.
  func emptyLog() throws(SQLiteError) -> Bool { try database.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0 }

  /// Whether the write-ahead log holds nothing, so that the file alone is the database.
  func isLogEmpty() throws(SQLiteError) -> Bool {
    guard let log = try BesideFile(path: path + "-wal") else { return true }
    return try log.size() == 0
  }

  /// A walk over the file, which must be at rest.
  func walk() throws -> SQLiteWalk {
    try SQLiteWalk(fileSize: database.fileSize()) { position, bytes in try self.database.readFile(at: position, into: &bytes) }
  }

  /// Tells other connections that the pages they have are old (https://www.sqlite.org/fileformat2.html#file_change_counter).
  func raiseChangeCounter() throws(SQLiteError) {
    var header = [UInt8](repeating: 0, count: SQLiteFileHeader.size)
    try database.readFile(at: 0, into: &header)
    let counter = header[24..<28].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } &+ 1
    // The number at 92 says for which value of the counter the count of pages holds: equal before, equal after.
    let isValid = header[24..<28].elementsEqual(header[92..<96])
    for (index, shift) in [24, 16, 8, 0].enumerated() {
      header[24 + index] = UInt8(truncatingIfNeeded: counter >> UInt32(shift))
      if isValid { header[92 + index] = header[24 + index] }
    }
    try database.writeFile(Array(header[24..<96]), at: 24)
  }
}

extension SQLite.Connection {
  /// The texts in the first column of every row.
  borrowing func names(_ sql: String) throws(SQLiteError) -> [String] {
    var names: [String] = []
    var statement = try prepare(sql)
    while let row = try statement.next() { names.append(try row.text(0)) }
    return names
  }
}

extension [UInt8] {
  /// Whether some of the bytes are all zero.
  func isZero(in range: Range<Int>) -> Bool { self[range].allSatisfy { $0 == 0 } }
}
