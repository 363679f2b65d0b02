import Foundation
import PostgreSQL
import Residue
import Retention
import Stores
import TestSupport
import Testing

/// What erasing leaves in the files of a PostgreSQL server, and that nothing is left in those of the tables after the sequence.
@Suite struct `Residue in the files of a PostgreSQL server` {
  private static let script = """
    CREATE TABLE persoon (id integer PRIMARY KEY, email text, notitie text, uit_dienst date);
    CREATE INDEX persoon_email ON persoon (email);
    CREATE INDEX persoon_woorden ON persoon USING gin (to_tsvector('simple', email));
    INSERT INTO persoon SELECT n, 'geheim-' || n * 7919 % 100003 || '-' || n || '@planted.example',
      CASE WHEN n % 7 = 0 THEN (SELECT string_agg(md5(n::text || k), '') FROM generate_series(1, 300) k) || 'geheim-lang-' || n || '-zwaardvis' END,
      CASE WHEN n % 3 = 0 THEN date '2010-01-01' ELSE date '2030-01-01' END FROM generate_series(1, 3000) n;
    CREATE MATERIALIZED VIEW lijst AS SELECT email FROM persoon;
    CREATE STATISTICS samen (mcv) ON email, uit_dienst FROM persoon;
    ANALYZE;
    """

  private static let sample: SamplePolicy = {
    var sample = SamplePolicy()
    sample.tables = ["persoon": MappedTable(category: Category("personnel"), clocks: ["d": Clock(column: "uit_dienst")])]
    sample.rules = [RetentionRule("r", keep: "P7Y", [.limit])]
    return sample
  }()

  @Test func `is found where it remains, and is gone after the sequence`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(Self.script)
      let store = try database.store()
      let plan = try store.plan(Self.sample)
      let rows = try store.capture(plan.steps[0], limit: 2000)
      #expect(rows.rows.count == 1000)
      #expect(try store.carryOut(plan) == [1000])
      let before = try store.searchResidue(.rows(rows))
      #expect(before.rowsCovered == 1000 && before.controls.seen == before.controls.of)
      for region in [ResidueFindings.Region.deadRows, .index, .derived, .statistics] {
        #expect((before.hits[region] ?? 0) > 0, "\(region)")
      }
      #expect(before.dirtyPages > 0)
      let comment = "only-in-the-log-\(UUID().uuidString)"
      func isInLog() throws -> Bool { try store.searchResidue(.values([Array(comment.utf8)])).hits[.journal] ?? 0 > 0 }
      // All tests share the log, and others clear it too.
      #expect(
        try (1...20).contains { _ in
          // Of a text that replaces an equal one the log has nothing.
          try database.execute("COMMENT ON TABLE persoon IS NULL; COMMENT ON TABLE persoon IS '\(comment)'")
          return try isInLog()
        })
      let done = try store.cleanse(to: .rewritten, within: .unlimited)
      #expect(done.outcomes[.pages] == .done(.rewritten) && done.outcomes[.statistics] == .done(.recomputed))
      #expect(done.outcomes[.derived] == .done(.recomputed) && done.outcomes[.journal] == .done(.overwritten))
      let after = try store.searchResidue(.rows(rows))
      #expect(after.isClean, "\(after)")
      #expect(try !isInLog())
      #expect(try database.rows(["count(*)"], from: "persoon") == [["'2000'"]])
    }
  }

  @Test func `is found in statistics of several columns and of expressions, and leaves those of an emptied table`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(
        """
        CREATE TABLE persoon (id integer PRIMARY KEY, email text, plaats text);
        CREATE STATISTICS samen (mcv) ON email, plaats FROM persoon;
        CREATE STATISTICS klein ON upper(email) FROM persoon;
        CREATE INDEX ON persoon (reverse(email));
        INSERT INTO persoon SELECT n, 'Vaak-' || n % 3 || '@planted.example', 'Zwolle' FROM generate_series(1, 300) n;
        ANALYZE persoon; TRUNCATE persoon; DELETE FROM pg_statistic WHERE starelid = 'persoon'::regclass;
        """)
      try database.execute("VACUUM FULL pg_statistic")
      let store = try database.store()
      for value in ["Vaak-1@planted.example", "VAAK-1@PLANTED.EXAMPLE", "elpmaxe.detnalp@1-kaaV"] {
        #expect(try store.searchResidue(.values([Array(value.utf8)])).hits[.statistics] ?? 0 > 0, "\(value)")
      }
      #expect(try store.cleanse(to: .rewritten, within: .unlimited).outcomes[.statistics] == .done(.recomputed))
      for value in ["Vaak-1@planted.example", "VAAK-1@PLANTED.EXAMPLE", "elpmaxe.detnalp@1-kaaV"] {
        #expect(try store.searchResidue(.values([Array(value.utf8)])).hits[.statistics] == nil, "\(value)")
      }
    }
  }

  @Test func `is found in a database of another encoding, as that writes it`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      let name = "wis_latin_\(UUID().uuidString.prefix(8).lowercased())"
      try database.execute("CREATE DATABASE \(name) ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
      defer { #expect(throws: Never.self) { try database.execute("DROP DATABASE \(name) WITH (FORCE)") } }
      var location = try #require(URLComponents(string: database.location))
      location.path = "/" + name
      let latin = TenantDatabase(engine: .postgreSQL, location: try #require(location.string))
      try latin.execute(
        """
        CREATE EXTENSION citext;
        CREATE TABLE persoon (id integer PRIMARY KEY, email citext, uit_dienst date);
        INSERT INTO persoon SELECT n, 'andré-' || n * 7919 % 100003 || '-geïnd@planted.example', '2010-01-01' FROM generate_series(1, 100) n;
        """)
      let store = try latin.store()
      let plan = try store.plan(Self.sample)
      let rows = try store.capture(plan.steps[0], limit: 2000)
      _ = try store.carryOut(plan)
      let found = try store.searchResidue(.rows(rows))
      #expect(found.rowsCovered == 100 && found.hitCount >= 100, "\(found)")
      // A sign that the encoding lacks cannot be in it.
      let values = [Array("andré-7919-geïnd@planted.example".utf8), Array("andré-€-7919-geïnd@planted.example".utf8)]
      #expect(try store.searchResidue(.values(values)).hitCount > 0)
      #expect(try store.cleanse(to: .rewritten, within: .unlimited).outcomes[.pages] == .done(.rewritten))
      #expect(try store.searchResidue(.rows(rows)).isClean)
    }
  }

  @Test func `of a value that is compressed there is not looked for, and its row is not counted`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(
        """
        CREATE TABLE persoon (id integer PRIMARY KEY, email text, notitie text, uit_dienst date);
        INSERT INTO persoon SELECT n, 'geheim-' || n * 7919 % 100003 || '-' || n || '@planted.example',
          CASE WHEN n <= 3 THEN repeat('zwaardvis-kapstok ' || n, 1000) END, date '2010-01-01' FROM generate_series(1, 10) n;
        """)
      let store = try database.store()
      let step = try #require(try store.plan(Self.sample).steps.first)
      let rows = try store.capture(step, limit: 2000)
      #expect(rows.rows.count == 10 && rows.rows.filter { $0.columns.contains(.unseen) }.count == 3)
      #expect(ErasedRows(bytes: rows.bytes) == rows)
      #expect(try store.searchResidue(.rows(rows)).rowsCovered == 7)
    }
  }

  @Test func `is not copied along for the sake of whoever writes to another database of the server`() throws {
    try TenantDatabase.with(.postgreSQL) { other in
      try TenantDatabase.with(.postgreSQL) { database in
        try database.execute(Self.script)
        let writer = try PostgreSQL.Connection(url: other.location)
        try writer.execute("SET idle_in_transaction_session_timeout = '3s'; BEGIN; CREATE TABLE other (id integer)")
        let store = try database.store()
        let plan = try store.plan(Self.sample)
        let rows = try store.capture(plan.steps[0], limit: 2000)
        #expect(try store.carryOut(plan) == [1000])
        #expect(try store.cleanse(to: .scrubbed, within: ScrubBudget(seconds: 1, bytes: nil)).outcomes[.pages] == .waiting(.snapshot))
        #expect(try store.cleanse(to: .scrubbed, within: .unlimited).outcomes[.pages] == .done(.rewritten))
        let after = try store.searchResidue(.rows(rows))
        #expect(after.isClean, "\(after)")
      }
    }
  }

  @Test func `is told to remain while a snapshot still sees it, and without the rights to look`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(Self.script)
      let store = try database.store()
      try database.execute(
        "BEGIN; INSERT INTO persoon VALUES (0, 'x', NULL, NULL); PREPARE TRANSACTION 'wis-test-\(database.location.hashValue)'")
      let done = try store.cleanse(to: .scrubbed, within: ScrubBudget(seconds: 1, bytes: nil))
      #expect(done.outcomes[.pages] == .waiting(.snapshot))
      try database.execute("ROLLBACK PREPARED 'wis-test-\(database.location.hashValue)'")
      #expect(try store.cleanse(to: .scrubbed, within: ScrubBudget(seconds: nil, bytes: 1000)).outcomes[.pages] == .waiting(.disk))
    }
  }

  @Test func `is found in columns that were dropped, and gone once the table is written anew`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(
        """
        CREATE TABLE persoon (id integer PRIMARY KEY, naam text, geheim text, uit_dienst date, nog numeric);
        INSERT INTO persoon SELECT n, 'naam-' || n, 'geheim-' || n || '@planted.example', date '2030-01-01', 1.5 FROM generate_series(1, 50) n;
        INSERT INTO persoon VALUES (51, NULL, NULL, NULL, 2);
        """)
      let store = try database.store()
      let question = ResidueQuestion.values([Array("geheim-7@planted.example".utf8), Array("naam-naam-naam-9".utf8)])
      #expect(try store.searchResidue(.structure).dirtyPages == 0)
      #expect(try store.searchResidue(question).livingOn == 1)
      try database.execute("ALTER TABLE persoon DROP COLUMN geheim; INSERT INTO persoon VALUES (52, 'later', NULL, 3)")
      let found = try database.store().searchResidue(question)
      #expect(found.hits[.slack] == 1 && found.livingOn == 0 && found.dirtyPages == 1)
      #expect(try database.store().searchResidue(.structure).dirtyPages == 1)
      #expect(try database.store().cleanse(to: .rewritten, within: .unlimited).outcomes[.pages] == .done(.rewritten))
      let after = try database.store().searchResidue(question)
      #expect(after.hits[.slack] == nil && after.dirtyPages == 0)
      #expect(try database.rows(["naam", "nog"], from: "persoon WHERE id = 7") == [["'naam-7'", "'1.5'"]])
    }
  }

  @Test func `is found in large objects that no row names, also where they are compressed`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(
        """
        CREATE TABLE document (id integer PRIMARY KEY, scan oid, uit_dienst date);
        INSERT INTO document SELECT n, lo_from_bytea(0, convert_to(repeat('vulling ', 400) || 'scan-van-' || n || '@planted.example', 'UTF8')), NULL
          FROM generate_series(1, 3) n;
        """)
      let store = try database.store()
      func found(_ number: Int) throws -> ResidueFindings {
        try store.searchResidue(.values([Array("scan-van-\(number)@planted.example".utf8)]))
      }
      #expect(try found(1).hits[.largeObjects] == nil)
      try database.execute("DELETE FROM document WHERE id = 1")
      #expect(try found(1).hits[.largeObjects] == 1 && found(2).hits[.largeObjects] == nil)
      try database.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")
      #expect(try found(1).hits[.largeObjects] == nil)
      #expect(try store.cleanse(to: .rewritten, within: .unlimited).outcomes[.pages] == .done(.rewritten))
      #expect(try database.rows(["pg_relation_size('pg_largeobject')"], from: "(SELECT) AS one") == [["'0'"]])
    }
  }

  @Test func `is found in the server's log and in collected statements, and told where nobody can look`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      let word = "logged-\(UUID().uuidString)"
      let question = ResidueQuestion.values([Array(word.utf8)])
      try database.execute("CREATE TABLE t (id integer PRIMARY KEY)")
      let before = try database.store().searchResidue(question)
      #expect(before.hits[.serverLog] == nil && before.hits[.statements] == nil && before.unsearched == [.statements])
      let application = try PostgreSQL.Connection(url: database.location)
      try application.execute("CREATE EXTENSION pg_stat_statements; SET log_statement = 'all'; SET log_min_messages = 'log'")
      try application.execute("COMMENT ON TABLE t IS '\(word)'")
      let found = try database.store().searchResidue(question)
      #expect(found.hits[.serverLog] ?? 0 > 0 && found.hits[.statements] ?? 0 > 0 && found.unsearched.isEmpty)
    }
  }
}
