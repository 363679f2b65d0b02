import Foundation
import Residue
import SQLite
import TestSupport
import Testing

@Suite struct `A walk over a SQLite file` {
  /// The shapes of files that differ in where their bytes are.
  static let shapes = [
    "PRAGMA page_size = 512", "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16le'", "PRAGMA page_size = 4096",
    "PRAGMA page_size = 4096; PRAGMA auto_vacuum = FULL", "PRAGMA page_size = 512; PRAGMA auto_vacuum = INCREMENTAL",
    "PRAGMA page_size = 65536; PRAGMA encoding = 'UTF-16be'", "PRAGMA page_size = 8192; PRAGMA auto_vacuum = FULL",
  ]

  /// Rows of all sizes, in tables of all kinds, after much was deleted without being wiped.
  private func fill(_ path: String, _ shape: String, seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let database = try SQLite.Connection(path: path, mode: .create)
    try database.execute(
      """
      \(shape); PRAGMA secure_delete = OFF; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;
      CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT, b BLOB);
      CREATE INDEX a_t ON a (t);
      CREATE TABLE w (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;
      CREATE TABLE "a table with \(String(repeating: "a long ", count: 200)) name" (x DEFAULT 'é');
      CREATE VIEW v AS SELECT t FROM a;
      CREATE TRIGGER r AFTER DELETE ON a WHEN 0 BEGIN SELECT 1; END;
      CREATE VIRTUAL TABLE f USING fts5 (t);
      BEGIN
      """)
    var insertion = try database.prepare("INSERT INTO a (t, b) VALUES (?1, ?2)")
    var second = try database.prepare("INSERT OR IGNORE INTO w VALUES (?1, ?2)")
    for number in 0..<160 {
      let size = [3, 30, 300, 3000, 30000].randomElement(using: &random) ?? 0
      let text = "person \(number) " + String(repeating: "x", count: Int.random(in: 0...size, using: &random))
      try insertion.run([.text(text), .blob(Array(repeating: 7, count: Int.random(in: 0...size, using: &random)))])
      try second.run([.text(text), .text("é\(number)")])
    }
    try database.execute(
      "INSERT INTO f SELECT t FROM a; COMMIT; DELETE FROM a WHERE id % 3 = \(seed % 3); DELETE FROM w WHERE length(v) = 3")
    if seed % 2 == 0 { try database.execute("UPDATE a SET b = NULL WHERE id % 5 = 0; DELETE FROM f WHERE rowid % 2 = 0") }
  }

  /// Everything that the database tells, in one text.
  private func contents(_ path: String) throws -> [String] {
    let database = try SQLite.Connection(path: path, mode: .readWrite)
    #expect(try database.text("PRAGMA integrity_check") == "ok")
    var lines: [String] = []
    for query in [
      "SELECT id || quote(t) || quote(b) FROM a ORDER BY t, id", "SELECT k || v FROM w", "SELECT rowid || t FROM f WHERE f MATCH 'person'",
    ] {
      try database.query(query) { row in
        lines.append(try row.text(0))
        return .continue
      }
    }
    return lines
  }

  @Test(arguments: shapes, 1...2)
  func `accounts for every byte, and what belongs to nothing can be emptied`(shape: String, seed: Int) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/t.db"
      try fill(path, shape, seed: seed)
      let before = try contents(path)
      var file = [UInt8](try #require(FileManager.default.contents(atPath: path)))
      let original = file
      var walk = try SQLiteWalk(fileSize: file.count) { position, bytes in bytes = Array(original[position..<position + bytes.count]) }
      var pages = 0
      var emptied = 0
      try walk.visit { page, bytes in
        pages += 1
        #expect(Array(original[page.position..<page.position + bytes.count]) == bytes)
        for range in page.slack {
          for index in range where bytes[index] != 0 {
            file[page.position + index] = 0
            emptied += 1
          }
        }
      }
      #expect(pages * walk.header.pageSize == file.count)
      #expect(emptied > 0)
      #expect(walk.trees.contains { $0.name == "a_t" && $0.content == .rows })
      #expect(walk.trees.contains { $0.name == "f_data" && $0.content == .derived })
      try Data(file).write(to: URL(fileURLWithPath: path))
      #expect(try contents(path) == before)
    }
  }

  @Test(arguments: shapes)
  func `lets SQLite live with any part of what belongs to nothing emptied`(shape: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/t.db"
      try fill(path, shape, seed: 2)
      let before = try contents(path)
      let original = [UInt8](try #require(FileManager.default.contents(atPath: path)))
      var writes: [Range<Int>] = []
      var walk = try SQLiteWalk(fileSize: original.count) { position, bytes in bytes = Array(original[position..<position + bytes.count]) }
      try walk.visit { page, _ in writes += page.slack.map { page.position + $0.lowerBound..<page.position + $0.upperBound } }
      var random = SeededRandom(seed: 3)
      for _ in 0..<5 {
        // A kill between two writes, and one in the middle of a write.
        let last = Int.random(in: writes.indices, using: &random)
        let rest = writes[last].prefix(Int.random(in: 0...writes[last].count, using: &random))
        var file = original
        for range in writes[..<last] + [rest.startIndex..<rest.endIndex] { for index in range { file[index] = 0 } }
        try Data(file).write(to: URL(fileURLWithPath: path))
        #expect(try contents(path) == before)
      }
    }
  }

  @Test func `refuses what is no database, is encrypted, or is damaged`() throws {
    func walk(_ bytes: [UInt8]) throws {
      var walk = try SQLiteWalk(fileSize: bytes.count) { position, into in into = Array(bytes[position..<position + into.count]) }
      try walk.visit { _, _ in }
    }
    try withTemporaryFolder { folder in
      let path = "\(folder)/t.db"
      try fill(path, Self.shapes[0], seed: 1)
      let file = [UInt8](try #require(FileManager.default.contents(atPath: path)))
      #expect(throws: SQLiteFileError.notSQLite) { try walk(Array(repeating: 0, count: 4096)) }
      #expect(throws: SQLiteFileError.notSQLite) { try walk(Array(file[512...])) }
      #expect(throws: SQLiteFileError.notSQLite) { try walk([1, 2, 3]) }
      #expect(throws: SQLiteFileError.self) { try walk(Array(file[..<(file.count / 2)])) }
      // Damage anywhere is an error or leaves the walk as it was; never a crash.
      var random = SeededRandom(seed: 7)
      for _ in 0..<300 {
        var broken = file
        for _ in 0..<8 {
          let page = Int.random(in: 0..<file.count / 512, using: &random) * 512
          broken[page + Int.random(in: 0..<12, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        _ = try? walk(broken)
      }
    }
  }
}

/// Runs `body` with a folder that is removed afterwards.
private func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wis-residue-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
  try body(folder.path)
}
