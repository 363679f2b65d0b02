import Agent
import Foundation
import PostgreSQL
import Retention
import SQLite
import Testing

/// What was erased on request does not come back with a restored backup; what is new under the same key stays.
@Suite struct `A restored backup` {
  /// The same tenant after the agreement was changed, so that no rule would erase by itself what was erased before.
  private static let longer = Sample.agreement.replacingOccurrences(of: "P2Y", with: "P90Y")

  /// Erases what falls due with tombstones, in this process.
  private static func run(_ node: TestNode, in days: Int = 0, remembers: Bool = false) throws -> TenantReport {
    let moment = Int(Date().timeIntervalSince1970) + days * 86_400
    let opened = try Node(config: node.config) { Instant(seconds: moment) }
    let run = try NodeRun(node: opened, environment: [:], remembersRows: remembers) { _ in }
    return try #require(try run.run(try opened.tenants([])).first)
  }

  /// Runs `body` with a tenant whose due rows went and are remembered, under an agreement that would keep them now.
  private static func erased(
    _ engine: Database.Engine, script: String? = nil, map: String = Sample.map, _ body: (Sample) throws -> Void
  ) throws {
    try Sample.with(engine, script: script ?? Sample.script, map: map) { sample in
      let entry = TestNode.tenant("sample", sample.database) + "    backups: [{name: nightly, kept-for: P30D}]\n"
      try sample.node.configure([entry], brakes: "{rows: 100000000, percent: 100, clock-ahead-days: 3650}")
      try sample.node.approvePlans()
      guard case .done(rows: 5) = try run(sample.node, remembers: true).result else {
        Issue.record("the rows did not go")
        return
      }
      if script == nil { try sample.expectDone() }
      try sample.node.policy("agreements/sample", longer)
      try body(sample)
    }
  }

  /// What the backup brings back, as it was.
  private static func restore(_ sample: Sample) throws {
    try sample.database.execute(
      """
      INSERT INTO person VALUES (1, '900000001', 'Anna Eerste', 'anna@example.org', '2015-03-31');
      UPDATE person SET bsn = '900000002', email = 'bert@example.org' WHERE id = 2;
      INSERT INTO hours VALUES (1, 1, '2014-01-05', 'one'), (2, 1, '2014-01-06', 'two'), (3, 2, '2014-01-07', NULL);
      """)
  }

  @Test(arguments: Database.Engine.allCases)
  func `does not bring erased rows back`(engine: Database.Engine) throws {
    try Self.erased(engine) { sample in
      let node = sample.node
      let first = try #require(try node.certificates("sample").first)
      #expect(try Self.run(node).restored == RestoredReport())
      try Self.restore(sample)
      let outcome = try node.wis("run")
      #expect(outcome.exit == 0 && outcome.errors.contains("5 rows that a restored backup had brought back are gone again"), "\(outcome)")
      try sample.expectDone()
      let certificates = try node.certificates("sample")
      try #require(certificates.count == 2)
      let second = try node.wis("certificate", "show", certificates[1], "--json").json()
      #expect(second["follows"].text == first && second["basis"]["kind"].text == "restore")
      #expect(second["basis"]["rules"][0]["rule"].text == "two-years")
      let verified = try node.wis("certificate", "verify", certificates[1])
      #expect(verified.exit == 0 && verified.output.contains("ok     follows \(first)"), "\(verified)")
      #expect(try node.wis("run").output == "sample: nothing due\n")
      // And it does not a second time, on the same day.
      try Self.restore(sample)
      #expect(try node.wis("run").exit == 0)
      try sample.expectDone()
      #expect(try node.certificates("sample").count == 3)
      #expect(try node.wis("log", "verify").exit == 0)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `is told from a legitimate return`(engine: Database.Engine) throws {
    try Self.erased(engine) { sample in
      // Somebody new under the number of the one who went, with hours that read as the old ones.
      try sample.database.execute(
        """
        INSERT INTO person VALUES (1, '900000009', 'Dora Vierde', NULL, NULL);
        INSERT INTO hours VALUES (1, 1, '2014-01-05', 'one');
        """)
      let outcome = try sample.node.wis("run", "--json")
      let restored = try outcome.json()["tenants"][0]["restored"]
      #expect(outcome.exit == 0 && restored["erased"].integer == 0 && restored["returned"].integer == 2, "\(outcome)")
      #expect(try sample.database.count("person WHERE id = 1") == 1)
      #expect(try sample.database.count("hours WHERE id = 1") == 1)
    }
  }

  @Test func `with rows that others name now takes what it can, and says so`() throws {
    try Self.erased(.sqlite) { sample in
      try Self.restore(sample)
      try sample.database.execute("INSERT INTO hours VALUES (9, 1, CURRENT_DATE, 'new')")
      let outcome = try sample.node.wis("run")
      #expect(outcome.exit == 1 && outcome.errors.contains("1 rows that a restored backup brought back are still there"), "\(outcome)")
      #expect(try sample.database.count("person WHERE id = 1") == 1)
      #expect(try sample.database.count("hours WHERE id IN (1, 2, 3)") == 0)
      try sample.database.execute("DELETE FROM hours WHERE id = 9")
      #expect(try sample.node.wis("run").exit == 0)
      try sample.expectDone()
    }
  }

  @Test func `is left alone under a hold`() throws {
    try Self.erased(.sqlite) { sample in
      #expect(try sample.node.wis("hold", "add", "sample", "--reason", "audit").exit == 0)
      try Self.restore(sample)
      let outcome = try sample.node.wis("run")
      #expect(outcome.exit == 1 && outcome.errors.contains("hold"), "\(outcome)")
      #expect(try sample.database.count("hours WHERE id IN (1, 2, 3)") == 3)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `is left alone where a hold on one person covers it, and nowhere else`(engine: Database.Engine) throws {
    try Self.erased(engine) { sample in
      let node = sample.node
      try Self.restore(sample)
      let held = try node.wis("hold", "add", "sample", "--subject", "email=bert@example.org", "--reason", "court case", "--json")
      #expect(held.exit == 0, "\(held)")
      for _ in 0..<2 {
        let outcome = try node.wis("run")
        #expect(outcome.exit == 1 && outcome.errors.contains("1 rows that a restored backup brought back are still there"), "\(outcome)")
        #expect(try sample.database.count("person WHERE id = 1") == 0 && sample.database.count("hours WHERE id IN (1, 2, 3)") == 0)
        #expect(try sample.database.count("person WHERE id = 2 AND email IS NOT NULL") == 1)
      }
      #expect(try node.wis("hold", "release", "H-1", "--reason", "case closed").exit == 0)
      #expect(try node.wis("run").exit == 0)
      try sample.expectDone()
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `never takes along a row that was not in it, where rows of a table name each other`(engine: Database.Engine) throws {
    let script =
      Sample.script + """
        ALTER TABLE person ADD COLUMN mentor integer REFERENCES person (id);
        CREATE INDEX person_mentor ON person (mentor);
        INSERT INTO person VALUES (6, '900000006', 'Free Zesde', NULL, NULL, NULL);
        """
    let map = Sample.map.replacingOccurrences(of: "      left_on: contact\n", with: "      left_on: contact\n      mentor: contact\n")
    try Self.erased(engine, script: script, map: map) { sample in
      try sample.database.execute(
        """
        INSERT INTO person VALUES (1, '900000001', 'Anna Eerste', 'anna@example.org', '2015-03-31', NULL);
        INSERT INTO hours VALUES (9, 1, CURRENT_DATE, 'new');
        """)
      let outcome = try sample.node.wis("run")
      #expect(outcome.exit == 1 && outcome.errors.contains("1 rows that a restored backup brought back are still there"), "\(outcome)")
      #expect(try sample.database.count("person WHERE id IN (1, 6)") == 2)
    }
  }

  @Test func `of everything falls due again by itself where policy erased it`() throws {
    try Sample.with { sample in
      let backup = "\(sample.node.folder)/backup.db"
      try SQLite.Connection(path: sample.database.location, mode: .readWrite).run("VACUUM INTO ?1", [.text(backup)])
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      try FileManager.default.removeItem(atPath: sample.database.location)
      try FileManager.default.copyItem(atPath: backup, toPath: sample.database.location)
      let again = try sample.node.wis("run")
      #expect(again.exit == 0 && again.output.contains("5 rows done"), "\(again)")
      try sample.expectDone()
    }
  }

  @Test func `is not looked for where the memory of erased rows is missing, and nothing else is done`() throws {
    try Self.erased(.sqlite) { sample in
      let node = sample.node
      try sample.node.policy("agreements/sample", Sample.agreement)
      try Self.restore(sample)
      let keys = "\(node.home)/keys"
      let key = "\(keys)/tombstones-sample.key"
      func expectClosed(_ word: String, exit: Int32 = 1, _ location: SourceLocation = #_sourceLocation) throws {
        let outcome = try node.wis("run")
        #expect(
          outcome.exit == exit && outcome.complaints.count == 1 && outcome.errors.contains(word), "\(outcome)", sourceLocation: location)
        #expect(try sample.database.count("hours WHERE id IN (1, 2, 3)") == 3, sourceLocation: location)
      }
      try FileManager.default.moveItem(atPath: key, toPath: "\(key).away")
      try expectClosed("is gone; restore it")
      try node.write("short", to: key)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
      try expectClosed("32", exit: 2)
      try FileManager.default.removeItem(atPath: key)
      try FileManager.default.moveItem(atPath: "\(key).away", toPath: key)
      let state = try SQLite.Connection(path: "\(node.home)/state.db", mode: .readWrite)
      try state.execute("CREATE TABLE away AS SELECT * FROM tombstones; DELETE FROM tombstones")
      try expectClosed("the state store is older than")
      try state.execute("INSERT INTO tombstones SELECT * FROM away; DROP TABLE away")
      #expect(try node.wis("run").exit == 0)
      try sample.expectDone()
    }
  }

  @Test func `can no longer come when the last copy has expired, and then nothing is remembered`() throws {
    try Self.erased(.sqlite) { sample in
      let keys = "\(sample.node.home)/keys"
      func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: keys).filter { $0.hasPrefix("tombstones") }.sorted()
      }
      #expect(try Self.run(sample.node, in: 30).copyProblems.isEmpty)
      #expect(try files() == ["tombstones-sample.key", "tombstones-sample.mark"])
      #expect(try Self.run(sample.node, in: 32).copyProblems.isEmpty)
      #expect(try files().isEmpty)
      let state = try SQLite.Connection(path: "\(sample.node.home)/state.db", mode: .readWrite)
      #expect(try state.integer("SELECT count(*) FROM tombstones") == 0)
      #expect(try Self.run(sample.node, in: 33).restored == RestoredReport())
    }
  }

  @Test func `leaves no personal data in what is remembered`() throws {
    try Self.erased(.sqlite) { sample in
      let state = try SQLite.Connection(path: "\(sample.node.home)/state.db", mode: .readWrite)
      try state.execute("PRAGMA wal_checkpoint(TRUNCATE)")
      let bytes = try #require(FileManager.default.contents(atPath: "\(sample.node.home)/state.db"))
      for personal in ["900000001", "Anna", "anna@example.org", "bert@example.org"] {
        #expect(bytes.range(of: Data(personal.utf8)) == nil, "\(personal)")
      }
      #expect(try state.integer("SELECT count(DISTINCT row_mark) FROM tombstones") == 5)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `is undone once however often the agent is killed`(engine: Database.Engine) throws {
    let people = 600
    let numbers =
      engine == .sqlite
      ? "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(people)) SELECT i FROM n)"
      : "(SELECT i FROM generate_series(1, \(people)) AS i)"
    let rows = """
      INSERT INTO person SELECT i, '9', 'somebody', 'x@example.org', '2015-03-31' FROM \(numbers) AS n;
      INSERT INTO hours SELECT i, i, '2014-01-05', 'work' FROM \(numbers) AS n;
      """
    let tables = Sample.script.split(separator: "INSERT INTO person").first ?? ""
    try Sample.with(engine, script: tables + rows) { sample in
      let node = sample.node
      let entry = TestNode.tenant("sample", sample.database) + "    backups: [{name: nightly, kept-for: P30D}]\n"
      try node.configure([entry])
      try node.approvePlans()
      _ = try Self.run(node, remembers: true)
      #expect(try sample.database.count("hours") == 0)
      try node.policy("agreements/sample", Self.longer)
      try sample.database.execute(rows)
      for step in 1...6 {
        let running = try node.start("run")
        let began = Date()
        while Date().timeIntervalSince(began) < 5, running.errors.split(separator: "\n").count <= step {
          if running.errors.contains("gone again") { break }
          Thread.sleep(forTimeInterval: 0.001)
        }
        running.kill()
        _ = running.wait()
        #expect(try sample.database.count("hours WHERE person NOT IN (SELECT id FROM person)") == 0)
      }
      #expect(try node.wis("run").exit == 0)
      #expect(try sample.database.count("hours") == 0 && sample.database.count("person") == 0)
      // What each part did is certified, and together it is what came back.
      let certificates = try node.certificates("sample").dropFirst()
      let erased = try certificates.map { try node.counts($0)["hours"]?.erased.integer ?? 0 }.reduce(0, +)
      #expect(erased == people)
      for certificate in certificates { #expect(try node.wis("certificate", "verify", certificate).exit == 0) }
    }
  }

  @Test(arguments: [("sqlite", ""), ("postgreSQL", "-Fc"), ("postgreSQL", "-Fd"), ("postgreSQL", "-Fp"), ("postgreSQL", "-Ft")])
  func `can be inspected for what was erased`(engine: String, form: String) throws {
    let engine = try #require(Database.Engine(rawValue: engine))
    try Sample.with(engine) { sample in
      let node = sample.node
      let copy = "\(node.folder)/copy"
      switch engine {
      case .sqlite: try SQLite.Connection(path: sample.database.location, mode: .readWrite).run("VACUUM INTO ?1", [.text(copy)])
      case .postgreSQL: try Self.dump(sample.database.location, form, to: copy)
      }
      let entry = TestNode.tenant("sample", sample.database) + "    backups: [{name: nightly, kept-for: P30D}]\n"
      try node.configure([entry])
      #expect(try node.wis("backup", "inspect", "sample", copy).output.contains("nothing to look for"))
      try node.approvePlans()
      _ = try Self.run(node, remembers: true)
      let found = try node.wis("backup", "inspect", "sample", copy, "--json")
      let tables = try found.json()["tables"]
      #expect(found.exit == 1, "\(found)")
      #expect(tables.list.map { "\($0["table"].text ?? "") \($0["equal"].integer ?? -1)" } == ["hours 3", "person 2"], "\(found)")
      // After the erasure nothing of it is in a new copy.
      let later = "\(node.folder)/later"
      switch engine {
      case .sqlite: try SQLite.Connection(path: sample.database.location, mode: .readWrite).run("VACUUM INTO ?1", [.text(later)])
      case .postgreSQL: try Self.dump(sample.database.location, form, to: later)
      }
      let clean = try node.wis("backup", "inspect", "sample", later, "--json")
      #expect(try clean.json()["tables"].list.map(\.["equal"].integer) == [0, 0], "\(clean)")
      try node.write("not a copy", to: "\(node.folder)/text")
      let none = try node.wis("backup", "inspect", "sample", "\(node.folder)/text")
      #expect(none.exit == 2 && none.complaints.count == 1, "\(none)")
    }
  }

  private static func dump(_ url: String, _ form: String, to path: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["pg_dump", form, "-f", path, url]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
