import Retention
import Stores
import TestSupport
import Testing

@Suite struct `A change` {
  /// Hours of people, all due, with a child table for those that are not.
  static let script = """
    CREATE TABLE persoon (id integer PRIMARY KEY, naam text, uit_dienst text);
    CREATE TABLE uren (id integer PRIMARY KEY, persoon integer, datum text);
    INSERT INTO persoon VALUES (1, 'een', '2010-01-01'), (2, 'twee', '2010-01-01'), (3, 'drie', '2030-01-01');
    INSERT INTO uren VALUES (1, 1, '2010-01-01'), (2, 1, '2012-01-01'), (3, 2, '2010-01-01'), (4, 2, '2025-01-01'), (5, 3, NULL);
    """

  static func sample(reducesTo: [String]? = nil) -> SamplePolicy {
    var sample = SamplePolicy()
    sample.tables = [
      "persoon": MappedTable(
        category: Category("personnel"), clocks: ["d": Clock(column: "uit_dienst")],
        reduction: reducesTo.map { .init(kept: $0, blanks: [:]) }),
      "uren": MappedTable(category: Category("hours"), clocks: ["d": Clock(column: "datum")]),
    ]
    sample.references = [Reference(table: "uren", columns: ["persoon"], target: "persoon", targetColumns: ["id"])]
    sample.rules = [RetentionRule("r", keep: "P7Y", [.limit, .duty])]
    return sample
  }

  private func with(
    _ engine: Engine, _ sample: SamplePolicy = sample(), _ body: (TenantDatabase, any TenantStore, Plan) throws -> Void
  ) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(Self.script)
      let store = try database.store()
      try body(database, store, try store.plan(sample))
    }
  }

  @Test(arguments: Engine.allCases)
  func `of rows that stay never becomes an erasure when the data map says no more what is set in them`(engine: Engine) throws {
    try with(engine) { database, store, plan in
      let hours = plan.steps[0]
      let found = RestoredCount(table: "uren", category: hours.category, action: .reduce, rows: 3)
      let origin = RestoredOrigin(certificate: "VN-1", request: nil)
      let again = try Plan.restored([found], from: origin, decision: plan.decision, census: try store.census(of: plan.decision))
      let step = try #require(again.steps.first)
      func change() throws { try store.carryOut(step, on: try store.stretches(of: hours)[...]) { _ in } }
      #expect(throws: StoreError.nothingToSet(table: "uren", action: .reduce)) { try change() }
      for action in [Step.Action.reduce, .restrict] {
        func look() throws { _ = try store.untouched(FrozenKeys(width: 1), of: step.table, after: action) }
        #expect(throws: StoreError.nothingToSet(table: "uren", action: action)) { try look() }
      }
      #expect(try database.values("id", of: "uren").count == 5)
    }
  }

  @Test(arguments: Engine.allCases)
  func `erases what falls due, children first, and knows its keys`(engine: Engine) throws {
    try with(engine) { database, store, plan in
      #expect(plan.steps.map { "\($0.action) \($0.table.table.name) \($0.rows)" } == ["erase uren 3", "erase persoon 1"])
      let keys = try store.carryOut(plan.steps[0])
      #expect(keys.count == 3)
      #expect(try store.untouched(keys, of: plan.steps[0].table, after: .erase) == 0)
      try store.carryOut(plan.steps[1])
      #expect(try database.values("id", of: "uren") == ["4", "5"])
      #expect(try database.values("id", of: "persoon") == ["2", "3"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `reduces a row that others need, once`(engine: Engine) throws {
    try with(engine, Self.sample(reducesTo: [])) { database, store, plan in
      #expect(try store.carryOut(plan) == [3, 1, 1])
      #expect(try database.values("coalesce(naam, '-') || id", of: "persoon") == ["-2", "drie3"])
      let again = try store.plan(Self.sample(reducesTo: []))
      #expect(again.steps.isEmpty)
      #expect(again.exclusions.contains { $0.table == "persoon" && $0.case.reasons.contains(.alreadyReduced) })
    }
  }

  @Test(arguments: Engine.allCases)
  func `spares a row that changed, or got a child, after the stretches were cut`(engine: Engine) throws {
    try with(engine) { database, store, plan in
      let hours = try store.stretches(of: plan.steps[0])
      try database.execute("UPDATE uren SET datum = '2025-01-01' WHERE id = 1")
      for index in hours.indices { try store.carryOut(plan.steps[0], on: hours[index...index]) { _ in } }
      #expect(try database.values("id", of: "uren") == ["1", "4", "5"])
      try database.execute("DELETE FROM uren WHERE id = 1")
      let people = try store.stretches(of: plan.steps[1])
      try database.execute("INSERT INTO uren VALUES (9, 1, NULL)")
      for index in people.indices { try store.carryOut(plan.steps[1], on: people[index...index]) { _ in } }
      #expect(try database.values("id", of: "persoon") == ["1", "2", "3"])
    }
  }

  private struct Stop: Error {}

  @Test(arguments: Engine.allCases)
  func `leaves everything as it was when it is stopped before its commit`(engine: Engine) throws {
    try with(engine) { database, store, plan in
      var seen = FrozenKeys(width: 1)
      let stretches = try store.stretches(of: plan.steps[0])
      #expect(throws: Stop.self) {
        try store.carryOut(plan.steps[0], on: stretches[...]) { keys in
          seen = keys
          throw Stop()
        }
      }
      #expect(try database.values("id", of: "uren").count == 5)
      #expect(try store.untouched(seen, of: plan.steps[0].table, after: .erase) == 3)
      #expect(try store.carryOut(plan) == [3, 1])
    }
  }

  @Test(arguments: Engine.allCases)
  func `is refused by a store that was opened to read`(engine: Engine) throws {
    try with(engine) { database, _, plan in
      let reader = try database.store(readOnly: true)
      #expect(throws: StoreError.self) { try reader.carryOut(plan.steps[0]) }
      #expect(try database.values("id", of: "uren").count == 5)
    }
  }

  @Test(arguments: Engine.allCases)
  func `works with keys of several columns, of text, and in tables without row ids`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        """
        CREATE TABLE t (a text NOT NULL, "b b" integer NOT NULL, d text, PRIMARY KEY (a, "b b"))\(engine.choose(" WITHOUT ROWID", ""));
        INSERT INTO t VALUES ('é''"\\{},', 1, '2010-01-01'), ('', 2, '2010-01-01'), ('NULL', 3, '2010-01-01'), ('blijft', 4, '2025-01-01');
        """)
      let sample = SamplePolicy(dated: "t")
      let store = try database.store()
      let step = try #require(try store.plan(sample).steps.first)
      let stretches = try store.stretches(of: step)
      var keys = FrozenKeys(width: 2)
      #expect(throws: Stop.self) {
        try store.carryOut(step, on: stretches[...]) { frozen in
          keys = try #require(FrozenKeys(bytes: frozen.bytes, width: 2))
          throw Stop()
        }
      }
      #expect(keys.count == 3)
      #expect(try store.untouched(keys, of: step.table, after: .erase) == 3)
      try store.carryOut(step)
      #expect(try store.untouched(keys, of: step.table, after: .erase) == 0)
      #expect(try database.values("a", of: "t") == ["blijft"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `is refused for a row whose key is NULL`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute("CREATE TABLE t (k text, d text); INSERT INTO t VALUES (NULL, '2010-01-01')")
      var sample = SamplePolicy()
      sample.tables = ["t": MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")], key: ["k"])]
      sample.rules = [RetentionRule("r", keep: "P7Y")]
      let store = try database.store()
      let step = try #require(try store.plan(sample).steps.first)
      #expect(throws: StoreError.unnameableRow(table: "t")) { try store.carryOut(step) }
      #expect(try database.values("d", of: "t").count == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func `takes the rows of one tenant from shared tables, and needs what another tenant's rows name`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        Self.script + """
          ALTER TABLE persoon ADD COLUMN huurder integer; UPDATE persoon SET huurder = CASE id WHEN 2 THEN 8 ELSE 7 END;
          INSERT INTO persoon VALUES (6, 'zes', '2010-01-01', NULL);
          """)
      var sample = Self.sample()
      sample.tenantColumn = .init(column: "huurder", value: .integer(7))
      sample.tables["uren"] = MappedTable(category: Category("hours"), clocks: ["d": Clock(column: "datum")], belongsTo: "persoon")
      let store = try database.store()
      #expect(try store.carryOut(try store.plan(sample)) == [2, 1])
      #expect(try database.values("id", of: "uren") == ["3", "4", "5"])
      #expect(try database.values("id", of: "persoon") == ["2", "3", "6"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `shows a clock that has not begun as ongoing`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(Self.script)
      var sample = Self.sample()
      sample.tables["uren"] = MappedTable(category: Category("hours"), clocks: ["d": Clock(column: "datum", whenNull: .ongoing)])
      let store = try database.store()
      let table = try #require(try sample.decision(store.schema()).table("uren"))
      #expect(try store.examine(table, key: ["5"])?.readings.values.first == .ongoing)
      #expect(try store.examine(table, key: ["1"])?.readings.values.first == .day(day("2010-01-01")))
      #expect(try store.examine(table, key: ["77"]) == nil)
      #expect(throws: StoreError.wrongKey(table: "uren", columns: ["id"])) { try store.examine(table, key: []) }
    }
  }
}
