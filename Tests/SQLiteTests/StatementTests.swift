import SQLite
import Testing

private let numbers = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i, 'x' || i FROM n"

@Test func `a statement runs again with other values`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a INTEGER, b VARCHAR(9)); \(numbers)")
    var statement = try db.prepare("SELECT sum(a) FROM t WHERE a BETWEEN :low AND :high")
    for high in [Int64(1), 2, 3] {
      try statement.bind(.integer(1), to: ":low")
      try statement.bind(.integer(high), at: 2)
      guard let row = try statement.next() else { throw NoRow() }
      #expect(try row.integer(0) == high * (high + 1) / 2)
    }
    #expect(failure { try db.run("DELETE FROM t WHERE a = ?", []) }?.code == .range)
    #expect(failure { try db.run("DELETE FROM t", [.null]) }?.code == .range)
    #expect(throws: SQLiteError.self) { try statement.bind(.null, to: ":none") }
    #expect(throws: SQLiteError.self) { try statement.bind(.null, at: 3) }
  }
}

@Test func `a finished statement stays finished until it is asked to begin again`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database()
    var statement = try db.prepare("SELECT 1")
    for _ in 1...2 {
      var rows = 0
      while let row = try statement.next() { rows += row.count }
      #expect(rows == 1)
      while let row = try statement.next() { rows += row.count }
      #expect(rows == 1)
      statement.reset()
    }
  }
}

@Test func `reading stops when told`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a, b); \(numbers)")
    var seen = 0
    try db.query("SELECT a FROM t") { _ in
      seen += 1
      return seen == 10 ? .stop : .continue
    }
    #expect(seen == 10)
    // No lock stays behind.
    try db.execute("DROP TABLE t")
  }
}

@Test func `columns have names and declared types`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a INTEGER, b VARCHAR(9), c)")
    let statement = try db.prepare("SELECT a, b AS name, c, 1 + 1 AS two FROM t")
    #expect(statement.columnNames == ["a", "name", "c", "two"])
    #expect(statement.declaredTypes == ["INTEGER", "VARCHAR(9)", nil, nil])
    #expect(statement.columnCount == 4)
    #expect(statement.isReadOnly == true)
    #expect(try db.prepare("DELETE FROM t").isReadOnly == false)
  }
}

@Test func `changed rows are counted for this statement alone`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database(
      """
      CREATE TABLE t(a INTEGER, b); CREATE TABLE log(a); \(numbers);
      CREATE TRIGGER gone AFTER DELETE ON t BEGIN INSERT INTO log VALUES (old.a); END
      """)
    #expect(try db.run("DELETE FROM t WHERE a <= ?", [.integer(7)]) == 7)
    #expect(db.changes == 7)
    #expect(db.totalChanges == 1014)
    #expect(try db.run("CREATE TABLE u(a)") == 0)
    #expect(try db.run("DELETE FROM t WHERE a < 0") == 0)
    #expect(try db.run("DELETE FROM t WHERE a < 10 RETURNING a") == 2)
  }
}

@Test func `RETURNING gives the rows that went`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a INTEGER, b); \(numbers)")
    var gone: [Int64] = []
    try db.query("DELETE FROM t WHERE a < ? RETURNING a", [.integer(4)]) { row in
      gone.append(try row.integer(0))
      return .continue
    }
    #expect(gone == [1, 2, 3])
  }
}

@Test func `a text without a statement, or with two, is refused`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a)")
    #expect(failure { try db.run("") }?.code == .misuse)
    #expect(failure { try db.run("-- nothing") }?.code == .misuse)
    #expect(failure { try db.run("DELETE FROM t; DELETE FROM t") }?.code == .misuse)
    try db.run("DELETE FROM t; -- a comment may follow")
  }
}

@Test func `a script stops at the statement that fails`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a)")
    let error = failure { try db.execute("INSERT INTO t VALUES (1); SELECT missing FROM t; INSERT INTO t VALUES (2)") }
    #expect(error?.step == .prepare)
    #expect(error?.message == "no such column: missing")
    #expect(try db.integer("SELECT count(*) FROM t") == 1)
  }
}

@Test func `a quoted name that is no column is never a string`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    #expect(failure { try db.run("DELETE FROM t WHERE \"closed\" < '2019-01-01'") }?.message == "no such column: closed")
  }
}

@Test func `any name can be quoted, but not an empty one or one with NUL`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database()
    for name in ["a", "order", "a \"b\" c", "é;--", "\"\u{301}"] {
      try db.run("CREATE TABLE \(quoted(name))(x)")
      #expect(try db.integer("SELECT count(*) FROM sqlite_schema WHERE name = ?", [.text(name)]) == 1)
    }
    #expect(failure { _ = try quoted("") }?.step == .quote)
    #expect(failure { _ = try quoted("a\0b") }?.code == .misuse)
  }
}

@Test func `a deletion tells which rows of the table went, and no others`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database(
      """
      CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE log(x); \(numbers);
      CREATE TABLE below(t INTEGER REFERENCES t ON DELETE CASCADE); INSERT INTO below SELECT a FROM t;
      CREATE TRIGGER note AFTER DELETE ON t BEGIN DELETE FROM log; INSERT INTO log VALUES (old.a); END; PRAGMA foreign_keys = ON
      """)
    #expect(try db.rowIDs(erasedFrom: "t", by: "DELETE FROM t WHERE a % ?1 = 0 AND a > 0", [.integer(300)]) == [300, 600, 900])
    #expect(try db.rowIDs(erasedFrom: "t", by: "DELETE FROM t WHERE a < 0", []) == [])
    #expect(try db.integer("SELECT count(*) FROM below") == 997)
    // Afterwards nobody listens any more.
    #expect(try db.run("DELETE FROM t WHERE a = 1") == 1)
  }
}

@Test func `a deletion that does not tell of every row fails`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a PRIMARY KEY, b) WITHOUT ROWID; \(numbers)")
    #expect(failure { try db.rowIDs(erasedFrom: "t", by: "DELETE FROM t WHERE a < 3", []) }?.code == .error)
  }
}
