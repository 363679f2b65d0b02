import PostgreSQL
import Testing

@Test func `a unique violation names the constraint but never the value`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    try pg.execute("CREATE TABLE person(bsn text CONSTRAINT one_bsn UNIQUE, name text NOT NULL)")
    try pg.run("INSERT INTO person VALUES ($1, 'Jansen')", [.text("123456782")])
    let error = failure { try pg.run("INSERT INTO person VALUES ($1, 'Visser')", [.text("123456782")]) }
    #expect(error?.kind == .server)
    #expect(error?.code == .uniqueViolation)
    #expect(error?.schema == "public")
    #expect(error?.table == "person")
    #expect(error?.constraint == "one_bsn")
    #expect(error?.statement == "INSERT INTO person VALUES ($1, 'Visser')")
    #expect(error.map { String(reflecting: $0).contains("123456782") } == false)
    #expect(failure { try pg.run("INSERT INTO person VALUES ('1', NULL)") }?.column == "name")
  }
}

@Test(arguments: [
  ("SELECT $1::text::bigint", "invalid_text_representation"),
  ("SELECT $1::text::date", "invalid_datetime_format"),
  ("SELECT pg_temp.refuse($1)", "raise_exception"),
  ("SELECT pg_temp.refuse_as($1)", "undefined_table"),
])
func `messages that may quote data are replaced by the condition`(_ sql: String, _ condition: String) throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    try pg.execute(
      """
      CREATE FUNCTION pg_temp.refuse(x text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE 'secret %', x; END$$;
      CREATE FUNCTION pg_temp.refuse_as(x text) RETURNS text LANGUAGE plpgsql AS
        $$BEGIN RAISE 'secret %', x USING ERRCODE = '42P01', DETAIL = x, HINT = x; END$$;
      """)
    let error = failure { try pg.run(sql, [.text("Jansen")]) }
    #expect(error?.message == condition)
    #expect(error.map { String(reflecting: $0).contains("Jansen") } == false)
  }
}

@Test func `messages about our own SQL are kept`() throws {
  try TestDatabase.with { database in
    let error = failure { try database.connect().run("SELECT a FROM missing") }
    #expect(error?.code == .undefinedTable)
    #expect(error?.message == "relation \"missing\" does not exist")
    do {
      try database.connect().run("SELECT a FROM missing")
    } catch SQLState.undefinedTable {
    }
  }
}

@Test func `a statement that runs too long is stopped by its timeout`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect { $0.statementTimeout = .milliseconds(50) }
    let error = failure { try pg.run("SELECT pg_sleep(60)") }
    #expect(error?.code == .queryCanceled)
    #expect(error?.isConnectionLost == false)
    #expect(try pg.integer("SELECT 1") == 1)
  }
}

@Test func `a connection ended by the server is lost, in a query, in a stream and afterwards`() throws {
  try TestDatabase.with { database in
    let other = try database.connect()
    let pg = try database.connect()
    let inQuery = failure { try pg.run("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)") }
    #expect(inQuery?.isConnectionLost == true)
    #expect(inQuery?.code == .adminShutdown)
    #expect(inQuery?.mayRetry == true)
    #expect(failure { try pg.run("SELECT 1") }?.isConnectionLost == true)
    #expect(pg.isLost == true)

    let streaming = try database.connect()
    let inStream = failure {
      try streaming.query("SELECT generate_series(1, 1000000000)") { row in
        if try row.integer(0) == 1 { try other.run("SELECT pg_terminate_backend($1::int)", [.integer(Int64(streaming.processID))]) }
        return .continue
      }
    }
    #expect(inStream?.isConnectionLost == true)

    let idle = try database.connect()
    let inTransaction = failure {
      try idle.transaction {
        try other.run("SELECT pg_terminate_backend($1::int, 5000)", [.integer(Int64(idle.processID))])
        try idle.run("SELECT 1")
      }
    }
    #expect(inTransaction?.isConnectionLost == true)
  }
}

@Test func `a running query can be cancelled`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    #expect(pg.canceller().cancel() == true)
    #expect(try pg.integer("SELECT 1") == 1)
  }
}
