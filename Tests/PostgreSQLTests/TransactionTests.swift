import PostgreSQL
import Testing

private struct Stopped: Error {}

@Test func `an error rolls back and stays the error`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    try pg.execute("CREATE TABLE t(a int PRIMARY KEY)")
    let stopped = thrown {
      try pg.transaction {
        try pg.run("INSERT INTO t VALUES (1)")
        throw Stopped()
      }
    }
    #expect(stopped is Stopped)
    let failed = failure {
      try pg.transaction {
        try pg.run("INSERT INTO t VALUES (1)")
        try pg.run("INSERT INTO t VALUES (1)")
      }
    }
    #expect(failed?.code == .uniqueViolation)
    #expect(pg.isInTransaction == false)
    #expect(try pg.integer("SELECT count(*) FROM t") == 0)
  }
}

@Test func `the commit of a failed transaction is an error, not a silent rollback`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    try pg.execute("CREATE TABLE t(a int)")
    let error = failure {
      try pg.transaction {
        try pg.run("INSERT INTO t VALUES (1)")
        let division = failure { try pg.run("SELECT 1 / 0") }
        #expect(division?.code?.condition == "division_by_zero")
      }
    }
    #expect(error?.code == .inFailedTransaction)
    #expect(try pg.integer("SELECT count(*) FROM t") == 0)
  }
}

@Test func `a transaction left without a commit is rolled back, one inside another refused`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    try pg.execute("CREATE TABLE t(a int)")
    do {
      let transaction = try pg.begin()
      try pg.run("INSERT INTO t VALUES (1)")
      let second = failure { try pg.transaction {} }
      #expect(second?.kind == .misuse)
      _ = consume transaction
    }
    #expect(try pg.integer("SELECT count(*) FROM t") == 0)
  }
}

@Test func `a transaction has the isolation and rights it was given`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    let other = try database.connect()
    try pg.execute("CREATE TABLE t(a int)")
    try pg.transaction(.repeatableRead, isReadOnly: true) {
      let before = try pg.integer("SELECT count(*) FROM t")
      try other.run("INSERT INTO t VALUES (1)")
      let after = try pg.integer("SELECT count(*) FROM t")
      #expect(before == after)
    }
    try pg.transaction(.serializable, isReadOnly: true, isDeferrable: true) {
      let setting = try pg.text("SHOW transaction_deferrable")
      #expect(setting == "on")
    }
    let refused = failure { try pg.transaction(isReadOnly: true) { try pg.run("DELETE FROM t") } }
    #expect(refused?.code == .readOnlyTransaction)
  }
}

@Test func `a transaction that another one overtook may be tried again`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    let other = try database.connect()
    try pg.execute("CREATE TABLE t(a int); INSERT INTO t VALUES (1)")
    let error = failure {
      try pg.transaction(.repeatableRead) {
        _ = try pg.integer("SELECT count(*) FROM t")
        try other.run("UPDATE t SET a = 2")
        try pg.run("UPDATE t SET a = 3")
      }
    }
    #expect(error?.code == .serializationFailure)
    #expect(error?.mayRetry == true)
  }
}

@Test func `a lock held by another is given up on after the lock timeout`() throws {
  try TestDatabase.with { database in
    let owner = try database.connect()
    let pg = try database.connect { $0.lockTimeout = .milliseconds(50) }
    try owner.execute("CREATE TABLE t(a int)")
    try owner.transaction {
      try owner.execute("LOCK t")
      let error = failure { try pg.run("DELETE FROM t") }
      #expect(error?.isLockTimeout == true)
      #expect(error?.mayRetry == true)
    }
  }
}
