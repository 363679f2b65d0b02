import Foundation
import PostgreSQL
import SQLite
import Testing

/// What is promised beyond the rows: that nothing of them remains in the database's own files.
@Suite struct `An erasure that leaves nothing behind` {
  private static func agreement(_ level: String) -> String {
    Sample.agreement.replacingOccurrences(of: "categories:", with: "level: \(level)\ncategories:")
  }

  /// People whose addresses can be looked for, in a log that all tests share as well.
  private static func script(_ word: String = "planted") -> String {
    Sample.script + """
      INSERT INTO person SELECT n, NULL, 'Person ' || n, '\(word)-' || n || '-' || (n * 7919) || '@example.org', '2015-01-01' FROM
        (WITH RECURSIVE c(n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM c WHERE n < 400) SELECT n FROM c) AS numbers;

      """
  }

  private func check(_ outcome: Wis.Outcome, _ exit: Int32) { #expect(outcome.exit == exit, "\(outcome)") }

  @Test(arguments: Database.Engine.allCases, ["rewritten", "scrubbed"])
  func `is promised, done, certified and can be checked again`(engine: Database.Engine, level: String) throws {
    let word = "planted-\(engine)-\(level)"
    try Sample.with(engine, script: Self.script(word), agreement: Self.agreement(level)) { sample in
      let node = sample.node
      let values = "\(node.folder)/values.txt"
      try node.write((100...400).map { "\(word)-\($0)-\($0 * 7919)@example.org\n" }.joined(), to: values)
      let before = try node.wis("verify-erasure", "sample", "--values", values, "--json").json()["tenants"][0]["residue"]
      #expect(before["livingOn"].integer == 301 && before["hits"]["rows"].integer == nil)
      #expect(try node.wis("plan", "--json").json()["tenants"][0]["plan"]["level"].text == level)
      try node.approvePlans()
      check(try node.wis("run"), 0)
      let id = try #require(try node.certificates("sample").first)
      let certificate = try node.wis("certificate", "show", id, "--json").json()
      let methods = certificate["methods"].list
      func status(_ place: String) -> String? { methods.first { $0["place"].text == place }?["status"].text }
      #expect(status("pages") == "done")
      #expect(status("journal") == "done")
      let checks = certificate["verification"].list.filter { $0["kind"].text == "residue" }
      #expect(checks.count == 2 && checks.allSatisfy { $0["result"].text == "passed" && $0["hits"].integer == 0 })
      check(try node.wis("certificate", "verify", id), 0)
      check(try node.wis("verify-erasure", "sample"), 0)
      check(try node.wis("verify-erasure", "sample", "--values", values), 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(node.home)/run-keys").isEmpty)
      // What the application itself deletes afterwards is found.
      try sample.database.execute(
        (engine == .sqlite ? "PRAGMA secure_delete = OFF;" : "")
          + "INSERT INTO person VALUES (900, NULL, 'x', '\(word)-100-791900@example.org', NULL)")
      try sample.database.execute((engine == .sqlite ? "PRAGMA secure_delete = OFF;" : "") + "DELETE FROM person WHERE id = 900")
      let planted = try node.wis("verify-erasure", "sample", "--values", values)
      check(planted, 4)
      #expect(planted.output.contains("values in"))
      check(try node.wis("verify-erasure", "sample"), 4)
    }
  }

  @Test func `is no success when none of the values could be looked for`() throws {
    try Sample.with(.sqlite, script: "PRAGMA secure_delete = ON;" + Sample.script) { sample in
      let values = "\(sample.node.folder)/values.txt"
      try sample.node.write("Anna\nBert\n", to: values)
      let short = try sample.node.wis("verify-erasure", "sample", "--values", values)
      check(short, 1)
      #expect(short.output.contains("for 0 of 2 values") && short.output.contains("not looked for: 2 values"), "\(short)")
      try sample.node.write("Anna\nwilhelmina.van.oranje-nassau@example.org\n", to: values)
      let searched = try sample.node.wis("verify-erasure", "sample", "--values", values)
      check(searched, 0)
      #expect(searched.output.contains("for 1 of 2 values") && searched.output.contains("not looked for: 1 values"), "\(searched)")
    }
  }

  @Test func `is tried again by the next run when something was in the way, and certified once it is done`() throws {
    try Sample.with(.sqlite, script: "PRAGMA journal_mode = WAL;" + Self.script(), agreement: Self.agreement("scrubbed")) { sample in
      let node = sample.node
      try node.approvePlans()
      let reader = try SQLite.Connection(path: sample.database.location, mode: .readWrite)
      let reading = try reader.begin(.snapshot)
      _ = try reader.integer("SELECT count(*) FROM person")
      let blocked = try node.wis("run")
      #expect(blocked.exit != 0 && blocked.errors.contains("another connection reads"), "\(blocked)")
      let first = try #require(try node.certificates("sample").first)
      func pages(_ id: String) throws -> String? {
        let methods = try node.wis("certificate", "show", id, "--json").json()["methods"].list
        return methods.first { $0["place"].text == "pages" }?["status"].text
      }
      #expect(try pages(first) == "pending")
      #expect(try node.certificates("sample") == [first])
      let still = try node.wis("run")
      #expect(still.exit != 0 && still.errors.contains("another connection reads"), "\(still)")
      let status = try node.wis("status")
      #expect(status.exit == 1 && status.output.contains("left: sample: the database's own files may hold what \(first)"), "\(status)")
      #expect(try node.wis("status", "--json").json()["tenants"][0]["copies"]["leftResidue"].list.map(\.text) == [first])
      try reading.commit()
      check(try node.wis("run"), 0)
      let ids = try node.certificates("sample")
      let second = try #require(ids.last)
      #expect(ids == [first, second])
      let certificate = try node.wis("certificate", "show", second, "--json").json()
      #expect(certificate["follows"].text == first)
      #expect(try pages(second) == "done")
      let checks = certificate["verification"].list.filter { $0["kind"].text == "residue" }
      #expect(checks.count == 2 && checks.allSatisfy { $0["result"].text == "passed" }, "\(checks)")
      check(try node.wis("certificate", "verify", second), 0)
      check(try node.wis("log", "verify"), 0)
      check(try node.wis("status"), 0)
      check(try node.wis("run"), 0)
      #expect(try node.certificates("sample") == ids, "it is completed once")
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(node.home)/run-keys").isEmpty)
    }
  }

  @Test(arguments: ["logical", "scrubbed"])
  func `tells where a server keeps what passed through it, beside the tables`(level: String) throws {
    try Sample.with(.postgreSQL, script: Self.script(), agreement: Self.agreement(level)) { sample in
      let slot = "wis_test_\(try sample.database.name())"
      try sample.database.execute(
        """
        CREATE EXTENSION pg_stat_statements;
        SELECT pg_create_physical_replication_slot('\(slot)');
        COMMENT ON TABLE hours IS 'as told to planted-100-791900@example.org';
        COMMENT ON TABLE hours IS NULL;
        """)
      defer { #expect(throws: Never.self) { try sample.database.execute("SELECT pg_drop_replication_slot('\(slot)')") } }
      func collected() throws -> Int {
        let mine = "dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
        return try sample.database.count("pg_stat_statements WHERE query LIKE '%to planted-100-%' AND \(mine)")
      }
      #expect(try collected() > 0)
      try sample.node.approvePlans()
      check(try sample.node.wis("run"), 0)
      let id = try #require(try sample.node.certificates("sample").first)
      let methods = try sample.node.wis("certificate", "show", id, "--json").json()["methods"].list
      func told(_ location: String) -> String? {
        let row = methods.first { $0["location"].text == location }
        return row.map { row in ["place", "technique", "status"].map { row[$0].text ?? "" }.joined(separator: " ") }
      }
      #expect(told("standby servers and slots") == "replicas replicate unknown")
      #expect(told("pg_stat_statements") == (level == "scrubbed" ? "logs delete done" : "logs none unknown"))
      #expect(told("PostgreSQL log") == nil && told("WAL archive") == nil, "the server of the tests has none")
      #expect(try (collected() == 0) == (level == "scrubbed"))
      check(try sample.node.wis("certificate", "verify", id), 0)
    }
  }

  /// At every level: what can still be read in a materialized view was not erased.
  @Test func `leaves nothing in materialized views, or says so and tries again`() throws {
    let script =
      Sample.script + """
        CREATE VIEW seen AS SELECT email FROM person;
        CREATE MATERIALIZED VIEW addresses AS SELECT email FROM seen;
        CREATE SCHEMA report;
        CREATE MATERIALIZED VIEW report.twice AS SELECT email FROM addresses;
        """
    try Sample.with(.postgreSQL, script: script, map: Sample.map + "  addresses: {category: none}\n  report.twice: {category: none}\n") {
      sample in
      let node = sample.node
      func remaining() throws -> Int {
        try sample.database.count("addresses WHERE email = 'anna@example.org'")
          + sample.database.count("report.twice WHERE email = 'anna@example.org'")
      }
      #expect(try remaining() == 2)
      try node.approvePlans()
      let reader = try PostgreSQL.Connection(url: sample.database.location)
      try reader.execute("BEGIN; SELECT count(*) FROM report.twice")
      let blocked = try node.wis("run")
      #expect(blocked.exit == 1 && blocked.errors.contains("materialized views"), "\(blocked)")
      #expect(try sample.database.count("person WHERE email = 'anna@example.org'") == 0)
      let first = try #require(try node.certificates("sample").first)
      func views(_ id: String) throws -> String? {
        let methods = try node.wis("certificate", "show", id, "--json").json()["methods"].list
        return methods.first { $0["place"].text == "derived" }.map { "\($0["technique"].text ?? "") \($0["status"].text ?? "")" }
      }
      #expect(try views(first) == "none pending")
      try reader.execute("COMMIT")
      check(try node.wis("run"), 0)
      #expect(try remaining() == 0)
      let second = try #require(try node.certificates("sample").last)
      #expect(try views(second) == "recompute done" && second != first)
      check(try node.wis("certificate", "verify", second), 0)
    }
  }

  @Test func `is refused where it is not understood, or promises less than the agreement`() throws {
    try Sample.with(.sqlite, agreement: Self.agreement("scrubbed")) { sample in
      let entry = TestNode.tenant("sample", sample.database)
      for (line, word) in [
        ("level: logical", "scrubbed"), ("level: shredded", "rewritten"), ("scrub: {time: 10m}", "PT10M"), ("scrub: {disk: 2GB}", "2GiB"),
        ("scrub: {}", "time"),
      ] {
        try sample.node.configure([entry + "    \(line)\n"])
        try sample.expectRefusal(["scan"], exit: 2, saying: word)
      }
    }
  }
}
