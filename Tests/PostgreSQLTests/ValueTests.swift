import PostgreSQL
import Testing

@Test func `values come back as they went`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    let result = try pg.fetch(
      "SELECT $1, $2, $3, $4::text, $5, $6, $7::text[], $8::date, $9::text",
      [
        .integer(.min), .double(0.1), .bool(true), .text("é 🙂 'quoted'"), .bytes([0, 255, 10]), .integer(.max),
        .textArray(["a", "b\"\\,{}", "", nil, "NULL", "é"]), .text("2019-01-31"), .null,
      ])
    #expect(result.count == 1)
    #expect(try result[0].integer(0) == .min)
    #expect(try result[0].double(1) == 0.1)
    #expect(try result[0].bool(2) == true)
    #expect(try result[0].text(3) == "é 🙂 'quoted'")
    #expect(try result[0].bytes(4) == [0, 255, 10])
    #expect(try result[0].integer(5) == .max)
    #expect(try result[0].textArray(6) == ["a", "b\"\\,{}", "", nil, "NULL", "é"])
    #expect(try result[0].text(7) == "2019-01-31")
    #expect(result[0].isNull(8) == true)
    #expect(try result[0].optionalText(8) == nil)
    #expect(try result[0].optionalInteger(8) == nil)
    #expect(result.columnNames.count == 9)
  }
}

@Test(arguments: [Double.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3])
func `floating point numbers lose nothing`(_ number: Double) throws {
  try TestDatabase.with { database in
    let result = try database.connect().fetch("SELECT $1::float8", [.double(number)])
    let found = try result[0].double(0)
    #expect(found.isNaN && number.isNaN || found.bitPattern == number.bitPattern)
  }
}

@Test func `an array parameter selects by its elements`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    let sql = "SELECT count(*) FROM generate_series(1, 9) n WHERE n = ANY ($1::bigint[])"
    #expect(try pg.integer(sql, [.textArray(["3", "5", "12"])]) == 2)
    let empty = try pg.fetch("SELECT '{}'::text[], ARRAY[1, 2], ARRAY[ARRAY[1]]")
    #expect(try empty[0].textArray(0) == [])
    #expect(try empty[0].textArray(1) == ["1", "2"])
    #expect(failure { _ = try empty[0].textArray(2) }?.kind == .mismatch)
  }
}

@Test func `a value of another form is refused without being shown`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    let result = try pg.fetch("SELECT 'Jansen' AS name, NULL AS none, 12345678901234567890 AS big, ''::text")
    let error = failure { _ = try result[0].integer(0) }
    #expect(error?.kind == .mismatch)
    #expect(error?.message == "column name holds no integer")
    for column in 1...3 {
      #expect(failure { _ = try result[0].integer(column) }?.kind == .mismatch)
    }
    #expect(failure { _ = try result[0].bytes(0) }?.kind == .mismatch)
    #expect(failure { _ = try result[0].bool(0) }?.kind == .mismatch)
    #expect(failure { _ = try result[0].double(0) }?.kind == .mismatch)
    #expect(failure { _ = try result[0].text(1) }?.kind == .mismatch)
  }
}

@Test func `text with NUL is refused because it would be cut off`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    #expect(failure { try pg.run("SELECT $1", [.text("a\0b")]) }?.kind == .unsendable)
    #expect(failure { try pg.run("SELECT $1::text[]", [.textArray(["a\0b"])]) }?.kind == .unsendable)
    #expect(failure { try pg.run("SELECT 1 \0") }?.kind == .unsendable)
    #expect(try pg.integer("SELECT 1") == 1)
  }
}

@Test func `any name can be quoted`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect()
    try pg.execute("CREATE SCHEMA \(quoted("my \"schema\""))")
    for name in ["a", "order", "a \"b\" c", "é;--", "\"\u{301}"] {
      try pg.execute("CREATE TABLE \(quoted("my \"schema\"", name))(x int)")
      #expect(try pg.integer("SELECT count(*) FROM pg_class WHERE relname = $1", [.text(name)]) >= 1)
    }
    #expect(failure { _ = try quoted("") }?.kind == .unsendable)
    #expect(failure { _ = try quoted("a", "b\0") }?.kind == .unsendable)
  }
}
