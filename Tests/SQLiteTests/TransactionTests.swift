import SQLite
import Testing

private struct Stopped: Error {}

@Test(arguments: ["delete", "truncate", "persist", "memory", "wal", "off"])
func `what is committed stays, in every journal mode`(_ mode: String) throws {
  try TemporaryFolder.with { folder in
    do {
      let db = try folder.database()
      #expect(try db.text("PRAGMA journal_mode = \(mode)") == mode)
      try db.execute("CREATE TABLE t(a)")
      let count = try db.transaction(.immediate) { try db.run("INSERT INTO t VALUES (1), (2)") }
      #expect(count == 2)
      #expect(db.isInTransaction == false)
    }
    let reader = try Connection(path: folder.file(), mode: .readOnly)
    #expect(try reader.integer("SELECT count(*) FROM t") == 2)
  }
}

@Test(arguments: [TransactionKind.deferred, .immediate, .exclusive])
func `an error rolls back and stays the error`(_ kind: TransactionKind) throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a)")
    let stopped = thrown {
      try db.transaction(kind) {
        try db.run("INSERT INTO t VALUES (1)")
        throw Stopped()
      }
    }
    #expect(stopped is Stopped)
    #expect(db.isInTransaction == false)
    #expect(try db.integer("SELECT count(*) FROM t") == 0)
  }
}

@Test func `a transaction left without a commit is rolled back`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a)")
    do {
      let transaction = try db.begin(.deferred)
      try db.run("INSERT INTO t VALUES (1)")
      #expect(db.isInTransaction == true)
      _ = consume transaction
    }
    #expect(try db.integer("SELECT count(*) FROM t") == 0)
  }
}

@Test func `a transaction inside another is refused`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a)")
    try db.transaction(.deferred) {
      let second = failure { try db.transaction(.deferred) {} }
      #expect(second?.code == .misuse)
      try db.run("INSERT INTO t VALUES (1)")
    }
    #expect(try db.integer("SELECT count(*) FROM t") == 1)
  }
}

@Test func `a commit that a constraint refuses rolls back`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database(
      "PRAGMA foreign_keys = ON; CREATE TABLE p(a PRIMARY KEY); CREATE TABLE c(a REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
    let error = failure { try db.transaction(.immediate) { try db.run("INSERT INTO c VALUES (1)") } }
    #expect(error?.code == .foreignKey)
    #expect(db.isInTransaction == false)
    #expect(try db.integer("SELECT count(*) FROM c") == 0)
  }
}

@Test func `a snapshot keeps what it saw while another writes`() throws {
  try TemporaryFolder.with { folder in
    let writer = try folder.database("PRAGMA journal_mode = wal; CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    let reader = try Connection(path: folder.file(), mode: .readOnly)
    try reader.transaction(.snapshot) {
      try writer.run("INSERT INTO t VALUES (2)")
      #expect(try reader.integer("SELECT count(*) FROM t") == 1)
    }
    #expect(try reader.integer("SELECT count(*) FROM t") == 2)
  }
}

@Test func `a snapshot that wants to write after another wrote must begin anew`() throws {
  try TemporaryFolder.with { folder in
    let writer = try folder.database("PRAGMA journal_mode = wal; CREATE TABLE t(a)")
    let late = try Connection(path: folder.file(), mode: .readWrite)
    let error = failure {
      try late.transaction(.snapshot) {
        try writer.run("INSERT INTO t VALUES (1)")
        try late.run("INSERT INTO t VALUES (2)")
      }
    }
    #expect(error?.code == .busySnapshot)
    #expect(error?.mayRetry == true)
  }
}

@Test func `a second writer is busy`() throws {
  try TemporaryFolder.with { folder in
    let first = try folder.database("CREATE TABLE t(a)")
    let second = try Connection(path: folder.file(), mode: .readWrite, busyTimeout: .milliseconds(50))
    try first.transaction(.immediate) {
      let busy = failure { _ = try second.begin(.immediate) }
      #expect(busy?.isBusy == true)
      let rows = try second.integer("SELECT count(*) FROM t")
      #expect(rows == 0)
    }
    try second.transaction(.immediate) { try second.run("INSERT INTO t VALUES (1)") }
  }
}
