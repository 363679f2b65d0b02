import SQLite
import Testing

@Test func `a violated constraint names table and column but no value`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database(
      "CREATE TABLE person(name TEXT NOT NULL, bsn TEXT UNIQUE); INSERT INTO person VALUES ('Jansen', '123456782')")
    let unique = failure { try db.run("INSERT INTO person VALUES (?, ?)", [.text("Visser"), .text("123456782")]) }
    #expect(unique?.code == .unique)
    #expect(unique?.code.primary == .constraint)
    #expect(unique?.table == "person")
    #expect(unique?.column == "bsn")
    #expect(unique.map { "\($0)".contains("123456782") } == false)
    #expect(unique?.mayRetry == false)
    let null = failure { try db.run("INSERT INTO person VALUES (?, ?)", [.null, .null]) }
    #expect(null?.code == .notNull)
    #expect(null?.column == "name")
  }
}

@Test func `messages that may quote data are replaced`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database(
      """
      CREATE VIRTUAL TABLE note USING fts5(body); CREATE TABLE t(a);
      CREATE TRIGGER refuse BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'the secret is Jansen'); END;
      INSERT INTO t VALUES (1)
      """)
    let search = failure { try db.query("SELECT * FROM note WHERE note MATCH ?", [.text("Jansen\"")]) { _ in .continue } }
    #expect(search?.code == .error)
    #expect(search.map { "\($0)".contains("Jansen") } == false)
    let raised = failure { try db.run("DELETE FROM t") }
    #expect(raised?.code == .trigger)
    #expect(raised.map { "\($0)".contains("Jansen") } == false)
  }
}

@Test func `a full disk is reported as full and leaves nothing half done`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("PRAGMA max_page_count = 10; CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    let error = failure {
      try db.transaction(.immediate) {
        try db.run("INSERT INTO t VALUES (2)")
        try db.run("INSERT INTO t VALUES (zeroblob(1000000))")
      }
    }
    #expect(error?.isFull == true)
    #expect(error?.code == .full)
    #expect(db.isInTransaction == false)
    #expect(try db.integer("SELECT count(*) FROM t") == 1)
    #expect(try db.text("PRAGMA integrity_check") == "ok")
  }
}

@Test func `a primary code matches its extensions, an extended code only itself`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES (1)")
    do {
      try db.run("INSERT INTO t VALUES (1)")
      Issue.record("a duplicate was accepted")
    } catch ResultCode.notNull {
      Issue.record("matched another code")
    } catch ResultCode.constraint {
    }
    #expect(ResultCode.unique.meaning == "constraint failed")
  }
}
