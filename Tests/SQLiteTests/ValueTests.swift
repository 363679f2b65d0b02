import SQLite
import Testing

@Test(arguments: [
  Value.null, .integer(.min), .integer(-1), .integer(.max), .real(0.1), .real(-.infinity), .text(""), .text("é 漢 🙂"), .text("a\0b"),
  .rawText([0x4A, 0xFF, 0x00, 0x41]), .blob([]), .blob([0, 255, 0]),
])
func `a value comes back as it went`(_ value: Value) throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a)")
    try db.run("INSERT INTO t VALUES (?)", [value])
    var found: [Value] = []
    try db.query("SELECT a FROM t WHERE a IS ?", [value]) { row in
      found.append(row.value(0))
      return .continue
    }
    #expect(found == [value])
  }
}

@Test func `text that is not UTF-8 is repaired as text and exact as bytes`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database()
    var statement = try db.prepare("SELECT CAST(x'4AFF00' AS TEXT), 7")
    guard let row = try statement.next() else { throw NoRow() }
    #expect(try row.text(0) == "J\u{FFFD}\0")
    let bytes = row.bytes(0)
    #expect(bytes.count == 3 && bytes[0] == 0x4A && bytes[1] == 0xFF && bytes[2] == 0)
    #expect(row.storageClass(0) == .text)
    #expect(row.bytes(1).isEmpty == true)
    #expect(try row.integer(1) == 7)
  }
}

@Test func `NaN is refused because SQLite would store nothing`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a)")
    #expect(failure { try db.run("INSERT INTO t VALUES (?)", [.real(.nan)]) }?.code == .mismatch)
    #expect(try db.integer("SELECT count(*) FROM t") == 0)
  }
}

@Test func `a value of another class is refused without being shown`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("CREATE TABLE t(a, b, c); INSERT INTO t VALUES ('Jansen', 3, NULL)")
    var statement = try db.prepare("SELECT a, b, c FROM t")
    guard let row = try statement.next() else { throw NoRow() }
    let error = #expect(throws: SQLiteError.self) { _ = try row.integer(0) }
    #expect(error?.code == .mismatch)
    #expect(error?.message == "column a holds text, not integer")
    #expect(throws: SQLiteError.self) { _ = try row.text(1) }
    #expect(throws: SQLiteError.self) { _ = try row.integer(2) }
    #expect(try row.double(1) == 3)
    #expect(row.isNull(2) == true)
    #expect(try row.optionalInteger(2) == nil)
    #expect(try row.optionalText(2) == nil)
    #expect(try row.optionalText(0) == "Jansen")
  }
}

@Test func `text of a UTF-16 database comes as UTF-8`() throws {
  try TemporaryFolder.with { folder in
    let db = try folder.database("PRAGMA encoding = 'UTF-16'; CREATE TABLE t(a); INSERT INTO t VALUES ('é🙂')")
    var statement = try db.prepare("SELECT a FROM t")
    guard let row = try statement.next() else { throw NoRow() }
    #expect(row.value(0) == .text("é🙂"))
    #expect(try row.text(0) == "é🙂")
  }
}
