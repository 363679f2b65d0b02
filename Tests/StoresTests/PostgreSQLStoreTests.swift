import Foundation
import PostgreSQL
import Retention
import Stores
import TestSupport
import Testing

@Suite struct `A PostgreSQL store` {
  @Test func `reports a killed connection as lost, and nothing has happened`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(`A change`.script)
      let store = try database.store()
      let plan = try store.plan(`A change`.sample())
      let stretches = try store.stretches(of: plan.steps[0])
      do {
        _ = try store.carryOut(plan.steps[0], on: stretches[...]) { _ in
          try database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()")
        }
        Issue.record("a commit on a killed connection")
      } catch let error as StoreError {
        #expect(!error.mayRetry)
      }
      #expect(try database.values("id", of: "uren").count == 5)
    }
  }

  @Test func `does not let a cascade take a child that came in between`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(`A change`.script + "ALTER TABLE uren ADD FOREIGN KEY (persoon) REFERENCES persoon ON DELETE CASCADE")
      let store = try database.store()
      let plan = try store.plan(`A change`.sample())
      try store.carryOut(plan.steps[0])
      let stretches = try store.stretches(of: plan.steps[1])
      let hasInserted = DispatchSemaphore(value: 0)
      let url = database.location
      DispatchQueue.global().async {
        #expect(throws: Never.self) {
          let application = try PostgreSQL.Connection(url: url)
          try application.execute("BEGIN; INSERT INTO uren VALUES (9, 1, '2025-06-01')")
          hasInserted.signal()
          try application.execute("SELECT pg_sleep(0.5); COMMIT")
        }
      }
      hasInserted.wait()
      // The child is not committed yet: the erasing statement alone would not see it, and then wait for it.
      var erased = -1
      _ = try store.carryOut(plan.steps[1], on: stretches[...]) { erased = $0.count }
      #expect(erased == 0)
      #expect(try database.values("id", of: "uren").contains("9"))
    }
  }

  @Test func `walks partitions, leaves heirs to themselves, and works under a schema of its own`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(
        """
        CREATE SCHEMA "Huur 1"; SET search_path = "Huur 1";
        CREATE TABLE deel (id integer, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
        CREATE TABLE deel1 PARTITION OF deel FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
        CREATE TABLE deel2 PARTITION OF deel DEFAULT;
        INSERT INTO deel SELECT n, date '2010-01-01' + n FROM generate_series(1, 9000) n;
        CREATE TABLE boven (id integer PRIMARY KEY, d date); CREATE TABLE erft () INHERITS (boven);
        INSERT INTO boven VALUES (1, '2010-01-01'); INSERT INTO erft VALUES (2, '2010-01-01');
        """)
      var sample = SamplePolicy()
      for table in ["deel", "boven"] { sample.tables[table] = MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")]) }
      sample.rules = [RetentionRule("r", keep: "P7Y")]
      let store = try database.store(schema: "Huur 1")
      let plan = try store.plan(sample)
      let due = try database.rows(["count(*)"], from: "\"Huur 1\".deel WHERE d < '2019-01-01'")
      #expect(plan.steps.map(\.rows).map(String.init) == ["1", due[0][0].filter(\.isNumber)])
      #expect(try store.carryOut(plan) == plan.steps.map(\.rows))
      #expect(try database.values("id", of: "\"Huur 1\".erft") == ["2"])
      #expect(try store.carryOut(try store.plan(sample)) == [])
    }
  }

  @Test func `reads every typed clock, and refuses one that cannot be read so`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(
        """
        CREATE TABLE t (id integer PRIMARY KEY, a timestamptz, b char(12), c varchar(30), e integer, f double precision, g boolean);
        INSERT INTO t VALUES (1, '2018-12-31 22:59:59.6Z', '2018-12-31', '2018-12-31 23:00', 1546297199, 1546297199.9, true),
          (2, '2018-12-31 23:00:00Z', '2019-01-01', '2019-01-01T00:00', 1546297200, 1546297200, false), (3, 'infinity', '', 'x', NULL, 'NaN', NULL);
        """)
      let store = try database.store()
      let encodings: [(String, Clock.Encoding)] = [
        ("a", .civil), ("a", .utc), ("b", .civil), ("c", .civil), ("e", .epochSeconds), ("f", .epochSeconds),
      ]
      for (column, encoding) in encodings {
        var sample = SamplePolicy()
        sample.tables = ["t": MappedTable(category: Category("x"), clocks: ["d": Clock(column: column, encoding: encoding)])]
        sample.rules = [RetentionRule("r", keep: "P7Y", from: .endOfCalendarYear(clock: nil))]
        let decision = try sample.decision(store.schema())
        let census = try store.census(of: decision)
        #expect(Plan(decision: decision, census: census).totals == [.erase: 1, .undated: 1, .keep: 1, .restrict: 0], "\(column)")
        let due = zip(decision.tables[0].cases, census.tables[0].counts).first { $0.0.disposition == .erase }
        #expect(due?.1.clocks == day("2018-12-31")...day("2018-12-31"), "\(column)")
      }
      var sample = SamplePolicy()
      sample.tables = ["t": MappedTable(category: Category("x"), clocks: ["d": Clock(column: "g")])]
      sample.rules = [RetentionRule("r", keep: "P7Y")]
      #expect(throws: StoreError.unreadableClock(table: "t", column: "g", type: "boolean", encoding: "civil")) { try store.plan(sample) }
    }
  }

  private static let numbers = """
    CREATE TABLE t (id bigint PRIMARY KEY, d date);
    INSERT INTO t SELECT n, CASE WHEN n % 3 = 0 THEN date '2025-01-01' ELSE '2010-01-01' END FROM generate_series(-2000, 2000) n;
    INSERT INTO t VALUES (9223372036854775807, '2010-01-01'), (-9223372036854775808, '2010-01-01');
    """

  private static var sampleOfNumbers: SamplePolicy {
    let sample = SamplePolicy(dated: "t")
    return sample
  }

  @Test func `knows the numbers of all rows it erased`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(Self.numbers)
      let store = try database.store()
      let step = try #require(try store.plan(Self.sampleOfNumbers).steps.first)
      let before = Set(try database.values("id", of: "t WHERE d < '2019-01-01'"))
      let keys = try store.carryOut(step)
      #expect(keys.count == before.count && step.rows == before.count)
      #expect(try store.untouched(keys, of: step.table, after: .erase) == 0)
      let rows = before.map { "(\($0), date '2010-01-01')" }.joined(separator: ", ")
      try database.execute("INSERT INTO t VALUES \(rows)")
      #expect(try store.untouched(keys, of: step.table, after: .erase) == before.count)
    }
  }

  @Test func `spares a row that is changed while the batch waits for it, and knows which ones went`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(Self.numbers)
      let store = try database.store()
      let step = try #require(try store.plan(Self.sampleOfNumbers).steps.first)
      let hasChanged = DispatchSemaphore(value: 0)
      let url = database.location
      DispatchQueue.global().async {
        #expect(throws: Never.self) {
          let application = try PostgreSQL.Connection(url: url)
          try application.execute("BEGIN; UPDATE t SET d = '2025-06-01' WHERE id = 1; UPDATE t SET id = 5000 WHERE id = 2")
          hasChanged.signal()
          try application.execute("SELECT pg_sleep(0.5); COMMIT")
        }
      }
      hasChanged.wait()
      // Both changes are not committed yet: a list made now still has the rows 1 and 2.
      var keys = FrozenKeys(width: 1)
      try store.carryOut(step, on: try store.stretches(of: step)[...]) { keys = $0 }
      #expect(keys.count == step.rows - 1)
      #expect(try database.values("id", of: "t WHERE d = '2025-06-01'") == ["1"])
      #expect(try database.values("id", of: "t WHERE d < '2019-01-01'") == [])
      try database.execute("INSERT INTO t VALUES (2, '2010-01-01'), (5000, '2010-01-01')")
      // 5000 went, 2 and 1 did not.
      #expect(try store.untouched(keys, of: step.table, after: .erase) == 1)
    }
  }

  @Test(arguments: ["DO INSTEAD DELETE FROM u WHERE u.id = OLD.id", "DO INSTEAD NOTHING"])
  func `refuses a table on which a rule makes something else of erasing`(rule: String) throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(Self.numbers + "CREATE TABLE u AS SELECT * FROM t; CREATE RULE weg AS ON DELETE TO t \(rule)")
      var sample = Self.sampleOfNumbers
      sample.tables["u"] = MappedTable(category: Category("none"))
      let store = try database.store()
      let step = try #require(try store.plan(sample).steps.first { $0.table.table.name == "t" })
      #expect(throws: StoreError.self) { try store.carryOut(step) }
      #expect(try database.values("id", of: "t").count == 4003)
      #expect(try database.values("id", of: "u").count == 4003)
    }
  }
}
