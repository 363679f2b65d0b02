import PostgreSQL
import Testing

@Test func `a statement reads back what another wrote`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    try pg.execute("CREATE TABLE a(b bigint, c text); INSERT INTO a SELECT n, 'x' || n FROM generate_series(1, 1000) n")
    var sum: Int64 = 0
    try pg.query("SELECT b, c FROM a WHERE b <= $1", [.integer(10)]) { row in
      sum += try row.integer(0)
      return .continue
    }
    #expect(sum == 55)
    let deleted = try pg.transaction { try pg.run("DELETE FROM a WHERE b > $1", [.integer(10)]) }
    #expect(deleted == 990)
  }
}
