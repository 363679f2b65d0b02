import PostgreSQL
import Testing

private struct Stopped: Error {}

@Test func `a hundred thousand rows arrive in order`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    var expected: Int64 = 0
    try pg.query("SELECT n, 'x' || n FROM generate_series(1, 100000) n") { row in
      expected += 1
      guard try row.integer(0) == expected else { throw Stopped() }
      return .continue
    }
    #expect(expected == 100_000)
  }
}

@Test func `the connection serves on after a stream that stopped or threw`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    let endless = "SELECT generate_series(1, 1000000000)"
    try pg.query(endless) { _ in .stop }
    #expect(try pg.integer("SELECT 1") == 1)
    let stopped = thrown { try pg.query(endless) { _ in throw Stopped() } }
    #expect(stopped is Stopped)
    #expect(try pg.integer("SELECT 2") == 2)
    do {
      var rows = try pg.stream(endless)
      guard let row = try rows.next() else { throw Stopped() }
      #expect(try row.integer(0) == 1)
    }
    #expect(try pg.integer("SELECT 3") == 3)
  }
}

@Test func `a stream that stops inside a transaction does not fail it`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    try pg.execute("CREATE TABLE t(a int)")
    try pg.transaction {
      try pg.run("INSERT INTO t VALUES (1)")
      try pg.query("SELECT n FROM generate_series(1, 200000) n") { _ in .stop }
      try pg.run("INSERT INTO t VALUES (2)")
    }
    #expect(try pg.integer("SELECT count(*) FROM t") == 2)
  }
}

@Test func `another query during a stream is refused, not mixed in`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    var rows = 0
    try pg.query("SELECT n FROM generate_series(1, 10) n") { _ in
      rows += 1
      let second = failure { try pg.run("SELECT 1") }
      #expect(second?.kind == .misuse)
      return .continue
    }
    #expect(rows == 10)
  }
}

@Test func `a failure in the midst of a stream is thrown and the connection serves on`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    var rows = 0
    let error = failure {
      try pg.query("SELECT 1000 / (5000 - n) FROM generate_series(1, 9000) n") { _ in
        rows += 1
        return .continue
      }
    }
    #expect(error?.code?.condition == "division_by_zero")
    #expect(rows > 0)
    #expect(try pg.integer("SELECT 1") == 1)
  }
}

@Test func `a prepared statement runs again with other values`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    try pg.execute("CREATE TABLE t(a int, b text)")
    do {
      let insert = try pg.prepare("INSERT INTO t VALUES ($1, $2)")
      for number in Int64(1)...100 { #expect(try insert.run([.integer(number), .text("x")]) == 1) }
      let read = try pg.prepare("SELECT a FROM t WHERE a > $1 ORDER BY a")
      #expect(try read.fetch([.integer(90)]).count == 10)
      var rows = try read.stream([.integer(98)])
      var found: [Int64] = []
      while let row = try rows.next() { found.append(try row.integer(0)) }
      #expect(found == [99, 100])
      #expect(read.sql.hasPrefix("SELECT") == true)
    }
    #expect(try pg.integer("SELECT count(*) FROM pg_prepared_statements") == 0)
    #expect(failure { _ = try pg.prepare("SELECT FROM FROM") }?.code?.rawValue == "42601")
  }
}

@Test(arguments: ["COPY (SELECT n FROM generate_series(1, 1000) n) TO STDOUT", "CREATE TEMP TABLE t(a int); COPY t FROM STDIN"])
func `COPY is refused and the connection serves on`(_ sql: String) throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    #expect(failure { try pg.execute(sql) }?.kind == .misuse)
    #expect(try pg.integer("SELECT 1") == 1)
  }
}
