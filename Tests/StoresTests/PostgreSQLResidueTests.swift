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

  /// Three rows with values that are compressed: one in the row, one in a few chunks beside it, and one in chunks on many pages; each has
  /// its secret at the end. The row after them keeps their pages from being cut off, and is not large enough to be moved over all of them.
  private static func compressed(by method: String) -> String {
    func rows(_ numbers: String) -> String {
      """
      INSERT INTO persoon SELECT n, 'geheim-' || n * 7919 % 100003 || '-' || n || '@planted.example',
        (SELECT string_agg(CASE WHEN n = 1 THEN 'zwaardvis' ELSE md5(n::text || k) END || repeat(' kapstok', 4), '')
          FROM generate_series(1, CASE n WHEN 1 THEN 70 WHEN 2 THEN 300 ELSE 3000 END) k) || 'ingepakt-' || n || '-zwaardvis@planted.example',
        CASE WHEN n <= 3 THEN date '2010-01-01' ELSE date '2030-01-01' END
        FROM generate_series(\(numbers)) n ORDER BY n DESC;
      """
    }
    return """
      CREATE TABLE persoon (id integer PRIMARY KEY, email text, notitie text COMPRESSION \(method), uit_dienst date);
      CREATE INDEX ON persoon (notitie) WHERE id = 1;
      \(rows("1, 3")) \(rows("4, 4"))
      """
  }

  @Test(arguments: ["pglz", "lz4"])
  func `is found in compressed values, in the row and beside it, wherever their bytes are left`(method: String) throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(Self.compressed(by: method))
      #expect(
        try database.rows(["id", "pg_column_compression(notitie)"], from: "persoon WHERE id <= 3 ORDER BY id")
          == (1...3).map { ["'\($0)'", "'\(method)'"] })
      let store = try database.store()
      let question = ResidueQuestion.values((1...3).map { Array("ingepakt-\($0)-zwaardvis@planted.example".utf8) })
      let living = try store.searchResidue(question)
      #expect(living.livingOn == 3 && living.hitCount == 0 && !living.unsearched.contains(.scattered), "\(living)")
      try database.execute("DELETE FROM persoon WHERE id <= 3")
      let dead = try store.searchResidue(question).hits
      // LZ4 leaves some texts as they were: then they are found twice.
      #expect(dead[.deadRows] ?? 0 >= 3 && dead[.index] ?? 0 > 0, "\(dead)")
      try database.execute("VACUUM persoon")
      let left = try store.searchResidue(question).hits
      #expect(left[.slack] ?? 0 >= 3 && left[.deadRows] == nil, "\(left)")
      #expect(try store.cleanse(to: .rewritten, within: .unlimited).outcomes[.pages] == .done(.rewritten))
      let after = try store.searchResidue(question)
      #expect(after.hits.keys.allSatisfy { $0 == .journal } && after.livingOn == 0 && after.dirtyPages == 0, "\(after)")
    }
  }

  @Test func `is found in compressed values that the log still has`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute("CREATE TABLE t (id integer PRIMARY KEY, notitie text COMPRESSION lz4)")
      let store = try database.store()
      let word = UUID().uuidString
      func isInLog(_ number: Int) throws -> Bool {
        try store.searchResidue(.values([Array("\(word)-\(number)".utf8)])).hits[.journal] ?? 0 > 0
      }
      for number in [1, 300] {
        // All tests share the log, and others clear it too.
        #expect(
          try (1...20).contains { _ in
            try database.execute(
              """
              DELETE FROM t; INSERT INTO t SELECT \(number), string_agg(md5(k::text) || repeat(' kapstok', 400 / \(number)), '') || '\(word)-' \
              || \(number) FROM generate_series(1, \(number)) k; DELETE FROM t
              """)
            return try isInLog(number)
          })
      }
    }
  }

  @Test func `is looked for in every captured row, also those with compressed values`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(Self.compressed(by: "pglz"))
      let store = try database.store()
      let plan = try store.plan(Self.sample)
      let rows = try store.capture(plan.steps[0], limit: 2000)
      #expect(rows.rows.count == 3 && ErasedRows(bytes: rows.bytes) == rows)
      #expect(try store.carryOut(plan) == [3])
      let before = try store.searchResidue(.rows(rows))
      // The addresses, and the beginnings of two notes: that of the third tells nothing.
      #expect(before.rowsCovered == 3 && before.hits[.deadRows] ?? 0 >= 5, "\(before)")
      _ = try store.cleanse(to: .rewritten, within: .unlimited)
      #expect(try store.searchResidue(.rows(rows)).isClean)
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
        CREATE TABLE persoon (id integer PRIMARY KEY, naam text, geheim text, uit_dienst date, nog numeric, scan text);
        ALTER TABLE persoon ALTER COLUMN scan SET STORAGE EXTERNAL;
        INSERT INTO persoon SELECT n, 'naam-' || n, 'geheim-' || n || '@planted.example', date '2030-01-01', 1.5,
          CASE WHEN n < 3 THEN repeat('kapstok ', 1000) || 'gescand-' || n || '@planted.example' END FROM generate_series(1, 50) n;
        INSERT INTO persoon VALUES (51, NULL, NULL, NULL, 2);
        """)
      let store = try database.store()
      let question = ResidueQuestion.values([Array("geheim-7@planted.example".utf8), Array("naam-naam-naam-9".utf8)])
      let large = ResidueQuestion.values([Array("gescand-1@planted.example".utf8)])
      #expect(try store.searchResidue(large).livingOn == 1)
      #expect(try store.searchResidue(.structure).dirtyPages == 0)
      #expect(try store.searchResidue(question).livingOn == 1)
      try database.execute("ALTER TABLE persoon DROP COLUMN geheim; INSERT INTO persoon VALUES (52, 'later', NULL, 3)")
      #expect(try database.store().searchResidue(large).livingOn == 1)
      let found = try database.store().searchResidue(question)
      #expect(found.hits[.slack] == 1 && found.livingOn == 0 && found.dirtyPages == 1)
      #expect(try database.store().searchResidue(.structure).dirtyPages == 1)
      try database.execute("ALTER TABLE persoon DROP COLUMN scan")
      let beside = try database.store().searchResidue(large)
      #expect(beside.hits[.slack] == 1 && beside.livingOn == 0, "\(beside)")
      #expect(try database.store().cleanse(to: .rewritten, within: .unlimited).outcomes[.pages] == .done(.rewritten))
      for question in [question, large] {
        let after = try database.store().searchResidue(question)
        #expect(after.hits[.slack] == nil && after.dirtyPages == 0)
      }
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
