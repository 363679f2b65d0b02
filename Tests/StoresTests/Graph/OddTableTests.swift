import Enforcement
import Retention
import Stores
import TestSupport
import Testing

@Suite struct `Odd tables` {
  private func sample(_ table: String = "t", key: [String]? = nil) -> SamplePolicy {
    var sample = `Rows that name each other`.sample()
    sample.tables[table] = MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")], key: key)
    return sample
  }

  @Test(arguments: [false, true])
  func `without a key are erased by SQLite's row ids`(hasTrigger: Bool) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE TABLE t (rowid TEXT, d TEXT); INSERT INTO t VALUES ('a', '2010-01-01'), ('a', '2010-01-01'), ('b', '2025-01-01'), (NULL, NULL);
        """ + (hasTrigger ? "CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT 1; END;" : ""))
      let store = try database.store()
      #expect(try store.schema().table("t")?.rowID == "_rowid_")
      let job = try WholeJob(sample(), store)
      job.expectDone()
      #expect(job.changed("t", .erase) == 2)
      #expect(try database.rows(["rowid"], from: "t").count == 2)
    }
  }

  @Test func `without a key need one from the data map in PostgreSQL`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute("CREATE TABLE t (n text, d text); INSERT INTO t VALUES ('a', '2010-01-01'), ('b', '2025-01-01')")
      let store = try database.store()
      #expect(throws: DecisionError.noKey(table: "t")) { try store.plan(sample()) }
      try WholeJob(sample(key: ["n"]), store).expectDone()
      #expect(try database.values("n", of: "t") == ["b"])
    }
  }

  @Test(arguments: Engine.allCases, ["('a', '2010-01-01'), ('a', '2025-01-01')", "(NULL, '2010-01-01')"])
  func `are not touched by a key that does not tell their rows apart`(engine: Engine, rows: String) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute("CREATE TABLE t (n text, d text); INSERT INTO t VALUES \(rows)")
      let store = try database.store()
      #expect(throws: StoreError.ambiguousKey(table: "t", columns: ["n"])) { try WholeJob(sample(key: ["n"]), store) }
      #expect(try !database.values("d", of: "t").filter { $0 == "2010-01-01" }.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func `whose triggers keep rows are not counted as erased`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        "CREATE TABLE t (id integer PRIMARY KEY, d text); INSERT INTO t VALUES (1, '2010-01-01'), (2, '2010-01-01');"
          + engine.choose(
            "CREATE TRIGGER g BEFORE DELETE ON t WHEN OLD.id = 1 BEGIN SELECT RAISE(IGNORE); END;",
            """
            CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF OLD.id = 1 THEN RETURN NULL; END IF; RETURN OLD; END';
            CREATE TRIGGER g BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION g();
            """))
      let job = try WholeJob(sample(), try database.store())
      #expect(job.changed("t", .erase) == 1)
      #expect(job.verification.hasPassed && Array(job.verification.unhandled.values) == [1])
      #expect(try database.values("id", of: "t") == ["1"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `whose triggers write elsewhere are told apart from what was planned`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        "CREATE TABLE t (id integer PRIMARY KEY, d text); CREATE TABLE archief (id integer PRIMARY KEY, d text);"
          + "INSERT INTO t VALUES (1, '2010-01-01'), (2, '2010-01-01'), (3, '2025-01-01');"
          + engine.choose(
            "CREATE TRIGGER g AFTER DELETE ON t BEGIN INSERT INTO archief VALUES (OLD.id, OLD.d); END;",
            """
            CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO archief VALUES (OLD.id, OLD.d); RETURN NULL; END';
            CREATE TRIGGER g AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION g();
            """))
      let store = try database.store()
      let job = try WholeJob(sample(), store)
      job.expectDone()
      #expect(job.changed("t", .erase) == 2)
      #expect(store.changedByTriggers == ["t": 2])
    }
  }

  @Test(arguments: Engine.allCases)
  func `that are views are refused, also where a trigger would erase through them`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        "CREATE TABLE t (id integer PRIMARY KEY, d text); INSERT INTO t VALUES (1, '2010-01-01'); CREATE VIEW v AS SELECT * FROM t;"
          + engine.choose(
            "CREATE TRIGGER g INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE id = OLD.id; END;",
            """
            CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM t WHERE id = OLD.id; RETURN OLD; END';
            CREATE TRIGGER g INSTEAD OF DELETE ON v FOR EACH ROW EXECUTE FUNCTION g();
            """))
      let store = try database.store()
      #expect(throws: DecisionError.notErasable(table: "v", kind: .view)) { try store.plan(sample("v")) }
      try WholeJob(sample("t"), store).expectDone()
      #expect(try database.values("id", of: "t").isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func `with computed columns are erased and reduced`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        """
        CREATE TABLE t (id integer PRIMARY KEY, d text, naam text, groot text GENERATED ALWAYS AS (upper(naam)) STORED);
        CREATE TABLE k (id integer PRIMARY KEY, t integer REFERENCES t);
        INSERT INTO t (id, d, naam) VALUES (1, '2010-01-01', 'een'), (2, '2010-01-01', 'twee'); INSERT INTO k VALUES (1, 2);
        """)
      var sample = sample()
      sample.tables["t"] = MappedTable(
        category: Category("x"), clocks: ["d": Clock(column: "d")], reduction: .init(kept: ["d"], blanks: [:]))
      let job = try WholeJob(sample, try database.store())
      job.expectDone()
      #expect(job.changed("t", .erase) == 1 && job.changed("t", .reduce) == 1)
      #expect(try database.rows(["id", "naam", "groot"], from: "t").map { Array($0.dropFirst()) } == [["NULL", "NULL"]])
    }
  }

  @Test func `in partitions of partitions are erased through the table above them`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(
        """
        CREATE TABLE t (id integer, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
        CREATE TABLE oud PARTITION OF t FOR VALUES FROM ('2000-01-01') TO ('2020-01-01') PARTITION BY HASH (id);
        CREATE TABLE oud0 PARTITION OF oud FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE "Oud 1" PARTITION OF oud FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE TABLE nieuw PARTITION OF t DEFAULT;
        CREATE TABLE k (id integer PRIMARY KEY, tid integer, td date, FOREIGN KEY (tid, td) REFERENCES t ON DELETE CASCADE);
        INSERT INTO t SELECT i, date '2010-01-01' + i FROM generate_series(1, 200) i; INSERT INTO t VALUES (1, '2025-01-01');
        INSERT INTO k VALUES (1, 7, date '2010-01-01' + 7);
        """)
      let job = try WholeJob(sample(), try database.store())
      job.expectDone()
      #expect(job.changed("t", .erase) == 199)
      #expect(try database.values("id", of: "t") == ["1", "7"])
      #expect(try database.values("id", of: "k") == ["1"])
    }
  }

  @Test func `in a partition that is over go with it by their keys, and stay when nobody could remember them`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(
        """
        CREATE TABLE t (id integer, d date, naam text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
        CREATE TABLE oud PARTITION OF t FOR VALUES FROM ('2000-01-01') TO ('2025-01-01');
        CREATE TABLE nieuw PARTITION OF t FOR VALUES FROM ('2025-01-01') TO ('2100-01-01');
        INSERT INTO t SELECT i, date '2010-01-01' + i, 'n' || i FROM generate_series(1, 200) i;
        """)
      var sample = sample()
      sample.tables["t"] = MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")], dropsPartitions: true)
      let store = try database.store()
      let step = try #require(try store.plan(sample).steps.first)
      let stretches = try store.stretches(of: step)
      #expect(stretches.filter(\.standsAlone).count == 1 && stretches[0].standsAlone && stretches[0].rows == 200)
      struct JournalIsFull: Error {}
      func fail() throws { _ = try store.carryOut(step, on: stretches[..<1], capturing: []) { _ in throw JournalIsFull() } }
      #expect(throws: JournalIsFull.self) { try fail() }
      #expect(try database.values("id", of: "oud").count == 200)
      // A row that is not due keeps the partition: its other rows go like those of any table.
      try database.execute("INSERT INTO t VALUES (1000, '2024-06-01', 'later')")
      var isAsked = false
      _ = try store.carryOut(step, on: stretches[..<1], capturing: []) { _ in isAsked = true }
      #expect(try !isAsked && database.values("id", of: "oud").count == 201)
      #expect(try store.stretches(of: step).allSatisfy { !$0.standsAlone })
      try database.execute("DELETE FROM t WHERE id = 1000")
      var gone: ChangedRows?
      _ = try store.carryOut(step, on: stretches[..<1], capturing: [.column("naam")]) { gone = $0 }
      let rows = try #require(gone)
      #expect(rows.keys.count == 200 && Set(rows.captured.compactMap { $0.last ?? nil }).count == 200)
      #expect(try store.untouched(rows.keys, of: step.table, after: .erase) == 0)
      #expect(store.partitions["t"]?.dropped == 1 && store.partitions["t"]?.kept == 0)
      #expect(try database.values("relname", of: "pg_class WHERE relname = 'oud'").isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func `tell what a missing index would cost`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      let many = engine.choose(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i, '2025-01-01' FROM n",
        "SELECT i, '2025-01-01' FROM generate_series(1, 2000) i")
      try database.execute(
        """
        CREATE TABLE t (id integer PRIMARY KEY, d text); CREATE TABLE k (id integer PRIMARY KEY, d text, t integer REFERENCES t);
        INSERT INTO t SELECT * FROM (\(many.replacing("2025", with: "2010"))) x; INSERT INTO k (id, d) \(many);
        """)
      var sample = sample()
      sample.tables["k"] = MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")])
      let missing = try #require(try database.store().plan(sample).missingIndexes.first)
      #expect(missing.reference.description == "k(t) → t(id)")
      #expect((missing.rows, missing.referring, missing.seconds) == (2000, 2000, 1))
      try database.execute("CREATE INDEX i ON k (t)")
      #expect(try database.store().plan(sample).missingIndexes.isEmpty)
    }
  }
}
