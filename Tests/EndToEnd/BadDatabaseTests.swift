import Foundation
import PostgreSQL
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

  @Test func `a table that another session has locked is told, and a later run goes on`() throws {
    try Sample.with(.postgreSQL) { sample in
      try sample.node.approvePlans()
      let other = try PostgreSQL.Connection(url: sample.database.location)
      try other.run("BEGIN")
      try other.run("LOCK TABLE hours IN ACCESS EXCLUSIVE MODE")
      let refused = try sample.node.wis("run")
      try other.run("ROLLBACK")
      #expect(refused.exit == 1 && refused.complaints.count == 1, "\(refused)")
      #expect(refused.errors.contains("another program holds a lock"), "\(refused)")
      #expect(try sample.node.wis("run").exit == 0)
      try sample.expectDone()
    }
  }

  @Test func `bytes that are no text, in a database without an encoding, are told before anything is erased`() throws {
    try Sample.with(.postgreSQL) { sample in
      let name = try sample.database.name()
      let server = try PostgreSQL.Connection(url: sample.database.administration())
      try server.run("DROP DATABASE \(name) WITH (FORCE)")
      try server.run("CREATE DATABASE \(name) ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
      try sample.database.execute(
        Sample.script.replacingOccurrences(of: "hours (id integer PRIMARY KEY", with: "hours (id text PRIMARY KEY"))
      try sample.database.execute("UPDATE hours SET id = convert_from('\\xe941', 'SQL_ASCII') WHERE id = '1'")
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 1 && run.complaints.count == 1 && run.errors.contains("bytes that are no text in UTF-8"), "\(run)")
      #expect(try sample.database.count("hours") == 5 && sample.database.count("person") == 3)
    }
  }

  @Test func `a row without a key is told before anything is erased, and goes when it has one`() throws {
    let script = Sample.script.replacingOccurrences(of: "hours (id integer PRIMARY KEY", with: "hours (id text PRIMARY KEY")
    try Sample.with(script: script + "INSERT INTO hours VALUES (NULL, 1, '2014-01-01', 'x');") { sample in
      try sample.node.approvePlans()
      let refused = try sample.node.wis("run")
      #expect(refused.exit == 1 && refused.errors.contains("table hours: a row that falls due has NULL"), "\(refused)")
      #expect(refused.errors.contains("correct that row"))
      #expect(try sample.database.count("hours") == 6)
      try sample.database.execute("UPDATE hours SET id = 'n' WHERE id IS NULL")
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      #expect(try sample.database.count("hours") == 2 && sample.database.count("person") == 2)
    }
  }

  @Test func `rights that a run would miss are told by the doctor`() throws {
    try Sample.with(.postgreSQL) { sample in
      #expect(try sample.node.wis("doctor").exit == 0)
      let role = "wis_e2e_" + UUID().uuidString.prefix(8).lowercased()
      try sample.database.execute(
        """
        CREATE ROLE \(role) LOGIN PASSWORD 'right-horse';
        GRANT SELECT ON person, hours TO \(role);
        GRANT DELETE ON hours TO \(role);
        ALTER TABLE hours ENABLE ROW LEVEL SECURITY;
        """)
      defer {
        #expect(throws: Never.self) { try sample.database.execute("DROP OWNED BY \(role); DROP ROLE \(role)") }
      }
      var components = try #require(URLComponents(string: sample.database.location))
      components.queryItems =
        (components.queryItems ?? []).filter { $0.name != "user" } + [
          URLQueryItem(name: "user", value: role), URLQueryItem(name: "password", value: "right-horse"),
        ]
      try sample.node.configure([TestNode.tenant("sample", store: try #require(components.string))])
      let doctor = try sample.node.wis("doctor")
      #expect(doctor.exit == 2, "\(doctor)")
      #expect(doctor.output.contains("hours (BYPASSRLS), person (the right to DELETE, the right to UPDATE)"), "\(doctor)")
    }
  }

  @Test func `a controller without a number, for whom nothing can be certified, is told by the doctor`() throws {
    try Sample.with { sample in
      let tenant = TestNode.tenant("sample", sample.database).replacingOccurrences(of: ", kvk: \"87654321\"", with: "")
      try sample.node.configure([tenant])
      let doctor = try sample.node.wis("doctor")
      #expect(doctor.exit == 2 && doctor.output.contains("Example Shop B.V. has no 'kvk:'"), "\(doctor)")
    }
  }

  /// The hours go first, the person whom the trigger keeps is never reached.
  @Test(arguments: Database.Engine.allCases, [["--table", "person"], ["--table", "hours"], []])
  func `a trigger that refuses is told without what it says, and a hold lets the run end with what it did`(
    engine: Database.Engine, hold: [String]
  ) throws {
    let refusing =
      engine == .sqlite
      ? "CREATE TRIGGER kept BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'Anna Eerste must stay'); END;"
      : """
      CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% must stay', OLD.name; END $$;
      CREATE TRIGGER kept BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION kept();
      """
    try Sample.with(engine, script: Sample.script + refusing) { sample in
      try sample.node.approvePlans()
      let refused = try sample.node.wis("run")
      #expect(refused.exit == 1 && refused.complaints.filter { $0.hasPrefix("error: ") }.count == 1, "\(refused)")
      #expect(refused.errors.contains("table person: a trigger or rule of the database refuses the change (of kept)"), "\(refused)")
      #expect(!refused.errors.contains("Anna"))
      #expect(try sample.database.count("hours") == 2 && sample.database.count("person") == 3)
      let held = ["hold", "add", "sample", "--reason", "it must stay", "--config", sample.node.config] + hold
      #expect(try Wis.run(held, in: sample.node.folder).exit == 0)
      let isPersonHeld = hold != ["--table", "hours"]
      if !isPersonHeld { try sample.database.execute("DROP TRIGGER kept\(engine == .sqlite ? "" : " ON person")") }
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      #expect(try sample.database.count("hours") == 2 && sample.database.count("person") == (isPersonHeld ? 3 : 2))
      let certificates = try sample.node.certificates("sample")
      try #require(!certificates.isEmpty, "\(run)")
      #expect(tells(try sample.node.counts(certificates[0])["hours"]?.erased, 3))
      #expect(try sample.node.wis("certificate", "verify", certificates[0]).exit == 0)
    }
  }

  @Test(arguments: ["REPLACE", "IGNORE"])
  func `a constraint that resolves conflicts by itself takes no row along, and no value is left`(conflict: String) throws {
    let script = Sample.script.replacingOccurrences(of: "email text", with: "email text NOT NULL UNIQUE ON CONFLICT \(conflict)")
    let map = Sample.map.replacingOccurrences(
      of: "reduce-to: [name, left_on]", with: "reduce-to: [name, left_on]\n      blank: {email: \"-\"}")
    try Sample.with(script: script + "INSERT INTO person VALUES (9, NULL, 'Kept', '-', NULL);", map: map) { sample in
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 1 && run.errors.contains("UNIQUE constraint failed: person.email"), "\(run)")
      #expect(try sample.database.count("person WHERE id IN (2, 9)") == 2)
      try sample.database.execute("UPDATE person SET email = 'kept@example.org' WHERE id = 9")
      let second = try sample.node.wis("run")
      #expect(second.exit == 0, "\(second)")
      #expect(try sample.database.count("person WHERE id = 2 AND email = '-'") == 1)
    }
  }

  @Test func `rows that a trigger puts back fail the verification, which says what to do`() throws {
    let again =
      "CREATE TRIGGER again AFTER DELETE ON hours WHEN OLD.id = 1 BEGIN INSERT INTO hours VALUES (1, 2, '2014-01-05', 'again'); END;"
    try Sample.with(script: Sample.script + again) { sample in
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 4, "\(run)")
      #expect(run.errors.contains("verification failed: hours: 1 of 3 rows, looked up by their keys, are as they were or there again"))
      try sample.database.execute("DROP TRIGGER again; DELETE FROM hours WHERE id = 1")
      let second = try sample.node.wis("run")
      #expect(second.exit == 0, "\(second)")
      try sample.expectDone()
    }
  }

  @Test func `a run that was interrupted under rules that are gone asks for them, and ends when they are back`() throws {
    let refusing = "CREATE TRIGGER kept BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'no'); END;"
    try Sample.with(script: Sample.script + refusing) { sample in
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 1)
      let impersonal = Sample.map.components(separatedBy: "  hours:")[0] + "  hours: {category: none}\n"
      try sample.node.policy("maps/sample", impersonal)
      try sample.expectRefusal(["run", "--quiet"], exit: 2, saying: "rules that are gone", "put agreement and data map back")
      try sample.node.policy("maps/sample", Sample.map)
      try sample.database.execute("DROP TRIGGER kept")
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
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
