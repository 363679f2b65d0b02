import Foundation
import SQLite
import Testing

@Suite struct `The file under a connection` {
  @Test func `is read and written without losing the connection's locks`() throws {
    try TemporaryFolder.with { folder in
      let writer = try folder.database("CREATE TABLE t(x); INSERT INTO t VALUES ('needle')")
      try writer.transaction(.exclusive) {
        var bytes = [UInt8](repeating: 0, count: try writer.fileSize())
        try writer.readFile(at: 0, into: &bytes)
        #expect(Data(bytes).range(of: Data("needle".utf8)) != nil)
        try writer.writeFile([1], at: 4095)
        try writer.synchronizeFile()
        #expect(failure { try Connection(path: folder.file(), mode: .readWrite).execute("SELECT 1") }?.isBusy == true)
      }
    }
  }

  @Test func `cannot be read behind its end`() throws {
    try TemporaryFolder.with { folder in
      let database = try folder.database("CREATE TABLE t(x)")
      var bytes = [UInt8](repeating: 0, count: 10)
      #expect(failure { try database.readFile(at: 1 << 20, into: &bytes) }?.code.primary == .inputOutput)
    }
  }

  @Test func `is left as it was by a statement that takes too long`() throws {
    try TemporaryFolder.with { folder in
      let database = try folder.database("CREATE TABLE t(x)")
      database.limitTime(to: .milliseconds(20))
      let endless = "INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c"
      #expect(failure { try database.execute(endless) }?.code == .interrupt)
      database.limitTime(to: nil)
      #expect(try database.integer("SELECT count(*) FROM t") == 0)
    }
  }

  @Test func `has files beside it that can be overwritten`() throws {
    try TemporaryFolder.with { folder in
      let path = folder.file("t.db-journal")
      #expect(try BesideFile(path: path) == nil)
      try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: path))
      guard let file = try BesideFile(path: path, forWriting: true) else { throw NoRow() }
      #expect(try file.size() == 100_000)
      #expect(try file.read(10, at: 99_995) == [7, 7, 7, 7, 7])
      try file.overwrite()
      #expect(try file.size() == 0)
    }
  }
}
