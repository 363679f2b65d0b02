import Foundation
import SQLite
import Testing

/// Databases that are damaged, missing, locked, or other than the data map says.
@Suite struct `A database that is not as it should be` {
  @Test func `a corrupt database is refused`() throws {
    let many = "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
    let script = Sample.script + many + "INSERT INTO hours SELECT i, 3, '2014-01-01', 'corrupt' FROM n;"
    try Sample.with(script: script) { sample in
      var bytes = try Data(contentsOf: URL(fileURLWithPath: sample.database.location))
      for index in 4096..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
      try bytes.write(to: URL(fileURLWithPath: sample.database.location))
      try sample.expectRefusal(["scan"], exit: 2, saying: "damaged")
      try sample.expectRefusal(["run"], exit: 2, saying: "damaged")
    }
  }

  @Test func `a text file is no database`() throws {
    try Sample.with { sample in
      try sample.node.write(String(repeating: "This is a letter, not a database.\n", count: 100), to: sample.database.location)
      try sample.expectRefusal(["scan"], exit: 2, saying: "not a SQLite database")
      try sample.expectRefusal(["run"], exit: 2, saying: "not a SQLite database")
    }
  }

  @Test func `a database that is missing stays missing`() throws {
    try Sample.with { sample in
      try FileManager.default.removeItem(atPath: sample.database.location)
      try sample.expectRefusal(["run"], exit: 2, saying: "path")
      #expect(!FileManager.default.fileExists(atPath: sample.database.location))
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a schema that differs from the map is refused`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + "ALTER TABLE hours RENAME COLUMN worked TO day;") { sample in
      try sample.expectRefusal(["run"], exit: 2, saying: "hours.worked", "map")
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `rows without a readable date stay, and the scan says which column and what to do`(engine: Database.Engine) throws {
    let map = Sample.map.replacingOccurrences(of: "{column: left_on, when-null: ongoing}", with: "left_on")
    try Sample.with(engine, map: map) { sample in
      let scan = try sample.node.wis("scan")
      #expect(scan.exit == 1, "\(scan)")
      #expect(scan.output.contains("1 rows of person are undated: no day can be read from person.left_on; "), "\(scan)")
      #expect(scan.output.contains("'as:'") && scan.output.contains("'when-null:'"), "\(scan)")
    }
  }

  @Test func `a table that cannot be read is no part of a return, which says so and is not complete`() throws {
    let odd = """
      CREATE VIEW gone AS SELECT * FROM dropped;
      PRAGMA writable_schema = ON;
      INSERT INTO sqlite_schema VALUES ('table', 'notes', 'notes', 0, 'CREATE VIRTUAL TABLE notes USING of_the_application(t)');
      PRAGMA writable_schema = RESET;
      """
    try Sample.with(script: Sample.script + odd, map: Sample.map + "  notes: {category: none}\n") { sample in
      #expect(try sample.node.wis("scan").exit == 0)
      let package = try Package.export(sample, exit: 1)
      #expect(try package.rows().keys.sorted() == ["hours", "person"])
      let leftOut = try package.json("data/evidence/export.json")["leftOut"].list
      #expect(leftOut.map { [$0["table"].text, $0["reason"].text] } == [["notes", "unreadable"], ["gone", "view"]])
      #expect(try String(contentsOfFile: package.folder + "/LEESMIJ.html", encoding: .utf8).contains("er is niets van gelezen"))
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a table that nobody classified is told, and the others are handled`(engine: Database.Engine) throws {
    try Sample.with(
      engine, script: Sample.script + "CREATE TABLE secret (id integer PRIMARY KEY, phone text); ALTER TABLE hours ADD COLUMN mood text;"
    ) { sample in
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 1, "\(run)")
      #expect(run.errors.contains("nobody classified"), "\(run)")
      try sample.expectDone()
      let certificate = try #require(try sample.node.certificates("sample").first)
      let shown = try sample.node.wis("certificate", "show", certificate, "--json").json()
      #expect(shown["completeness"].text == "partial")
      let uncovered = shown["scope"]["excluded"].list.filter { $0["reason"].text == "uncovered" }
      #expect(uncovered.map { "\($0["table"].text ?? "") \($0["column"].text ?? "–")" } == ["hours mood", "secret –"], "\(shown)")
      #expect(tells(uncovered[1]["records"], 0) && tells(uncovered[0]["records"], 2))
      let text = try sample.node.wis("certificate", "show", certificate, "--lang", "en").output
      #expect(
        text.contains("secret: 0, classified by nobody") && text.contains("hours: <10, column mood was classified by nobody"), "\(text)")
      #expect(try sample.node.wis("certificate", "verify", certificate).exit == 0)
      let again = try sample.node.wis("run")
      #expect(again.exit == 1, "\(again)")
    }
  }

  @Test func `a table without a key is refused in PostgreSQL, and has row ids in SQLite`() throws {
    let script = Sample.script.replacingOccurrences(of: "hours (id integer PRIMARY KEY,", with: "hours (id integer,")
    try Sample.with(.postgreSQL, script: script) { try $0.expectRefusal(["run"], exit: 2, saying: "hours", "key") }
    // A column that is no key says nothing of itself: it has to be classified.
    let map = Sample.map.replacingOccurrences(of: "      worked: hours\n", with: "      id: hours\n      worked: hours\n")
    try Sample.with(.sqlite, script: script, map: map) { sample in
      try sample.node.approvePlans()
      let outcome = try sample.node.wis("run")
      #expect(outcome.exit == 0, "\(outcome)")
      try sample.expectDone()
    }
  }

  @Test func `tables that refer to each other in a circle are handled`() throws {
    let script = Sample.script.replacingOccurrences(of: "left_on date)", with: "left_on date, last integer REFERENCES hours (id))")
      .replacingOccurrences(of: "INSERT INTO person VALUES", with: "INSERT INTO person (id, bsn, name, email, left_on) VALUES")
    try Sample.with(script: script) { sample in
      // The first person and the first hours name each other; what is recent keeps its own.
      try sample.database.execute("UPDATE person SET last = 2 WHERE id = 1; UPDATE person SET last = 4 WHERE id = 2")
      let map = Sample.map.replacingOccurrences(of: "left_on: contact", with: "left_on: contact\n      last: contact")
      try sample.node.policy("maps/sample", map)
      try sample.node.approvePlans()
      let outcome = try sample.node.wis("run")
      #expect(outcome.exit == 0, "\(outcome)")
      try sample.expectDone()
    }
  }

  @Test func `a server that cannot be reached, or refuses the password, is told`() throws {
    try Sample.with(.postgreSQL) { sample in
      func url(_ name: String, _ value: String) throws -> String {
        var components = try #require(URLComponents(string: sample.database.location))
        components.queryItems = (components.queryItems ?? []).filter { $0.name != name } + [URLQueryItem(name: name, value: value)]
        return try #require(components.string)
      }
      try sample.node.configure([TestNode.tenant("sample", store: try url("host", "/nonexistent/socket"))])
      try sample.expectRefusal(["run"], exit: 1, saying: "tenant sample")
      let role = "wis_e2e_" + UUID().uuidString.prefix(8).lowercased()
      try sample.database.execute("CREATE ROLE \(role) LOGIN PASSWORD 'right-horse'")
      defer { #expect(throws: Never.self) { try sample.database.execute("DROP ROLE \(role)") } }
      try sample.node.configure([TestNode.tenant("sample", store: try url("user", role) + "&password=wrong-horse")])
      try sample.expectRefusal(["run"], exit: 1, saying: "password")
      #expect(try !sample.node.wis("run").errors.contains("wrong-horse"))
    }
  }

  @Test func `a locked database is told, and a later run goes on`() throws {
    try Sample.with { sample in
      try sample.node.approvePlans()
      let before = try sample.database.contents()
      let other = try SQLite.Connection(path: sample.database.location, mode: .readWrite)
      try other.execute("BEGIN EXCLUSIVE")
      // Reading the file here would end this process's own lock on it.
      let refused = try sample.node.wis("run")
      try other.execute("ROLLBACK")
      #expect(refused.exit == 1 && refused.complaints.count == 1 && refused.errors.hasPrefix("error: "), "\(refused)")
      #expect(refused.errors.contains("locked by another program"), "\(refused)")
      #expect(try sample.database.contents() == before)
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      try sample.expectDone()
    }
  }
}
