import Retention
import Stores
import TestSupport
import Testing

/// Rows of a table with an index on its clock, and of another that has none.
@Suite struct `Rows that are erased along the index on their clock` {
  struct Layout: CustomTestStringConvertible {
    let testDescription: String
    /// The clock of the row `i`.
    let clock: String
    var encoding = Clock.Encoding.civil
    var definition = "id INTEGER PRIMARY KEY, d"
    let goesAlong: Bool
  }

  static let layouts = [
    Layout(testDescription: "in order of time", clock: "date('2009-01-01', '+' || (i / 8) || ' days')", goesAlong: true),
    Layout(testDescription: "in order of time, backwards", clock: "date('2019-06-01', '-' || (i / 8) || ' days')", goesAlong: true),
    Layout(
      testDescription: "with values that are no days",
      clock: """
        CASE WHEN i % 97 = 0 THEN '2010-02-30' WHEN i % 101 = 0 THEN NULL WHEN i % 103 = 0 THEN 5 WHEN i % 107 = 0 THEN x'00' \
        WHEN i % 109 = 0 THEN '1899-12-31' WHEN i % 113 = 0 THEN '2010-06-15x' ELSE date('2009-01-01', '+' || (i / 8) || ' days') END
        """, definition: "id INTEGER PRIMARY KEY, d TEXT", goesAlong: true),
    Layout(testDescription: "many of each day", clock: "date('2009-01-01', '+' || (i / 2000) || ' days')", goesAlong: true),
    Layout(testDescription: "too many of one day", clock: "date('2009-01-01', '+' || (i / 5000) || ' days')", goesAlong: false),
    Layout(testDescription: "spread", clock: "date('2009-01-01', '+' || (i * 7919 % 3800) || ' days')", goesAlong: false),
    Layout(
      testDescription: "days with a time",
      clock: "strftime('%Y-%m-%dT%H:%M:%SZ', '2009-01-01', '+' || (i * 3) || ' hours')", encoding: .utc, goesAlong: true),
    Layout(
      testDescription: "numbers that are the same in two types",
      clock: "CASE i % 2 WHEN 0 THEN 1230768000 + i / 1200 * 86400 ELSE 1230768000.0 + i / 1200 * 86400 END", encoding: .epochSeconds,
      goesAlong: true),
    Layout(
      testDescription: "with a key that is no number", clock: "date('2009-01-01', '+' || (i / 8) || ' days')",
      definition: "id TEXT PRIMARY KEY NOT NULL, d TEXT", goesAlong: true),
    Layout(
      testDescription: "with an index that sorts otherwise", clock: "date('2009-01-01', '+' || (i / 8) || ' days')",
      definition: "id INTEGER PRIMARY KEY, d TEXT COLLATE NOCASE", goesAlong: false),
  ]

  @Test(arguments: layouts)
  func `are those that are erased without it`(layout: Layout) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE TABLE t (\(layout.definition)); CREATE INDEX t_d ON t (d); CREATE TABLE u (\(layout.definition));
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO t SELECT i, \(layout.clock) FROM n;
        INSERT INTO u SELECT * FROM t;
        """)
      var sample = SamplePolicy()
      let table = MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d", encoding: layout.encoding)])
      sample.tables = ["t": table, "u": table]
      sample.rules = [RetentionRule("r", keep: "P7Y")]
      let store = try database.store()
      let plan = try store.plan(sample)
      let step = try #require(plan.steps.first { $0.table.table.name == "t" })
      #expect(step.rows > 20_000)
      // Row ids are counted where they are cut.
      #expect(try store.stretches(of: step).allSatisfy { $0.rows == nil } == layout.goesAlong)
      let changed = try store.carryOut(plan, stretchesAtOnce: 7)
      #expect(changed == plan.steps.map(\.rows))
      #expect(try database.rows(["id"], from: "t ORDER BY id") == database.rows(["id"], from: "u ORDER BY id"))
      #expect(try database.values("integrity_check", of: "pragma_integrity_check") == ["ok"])
    }
  }

  @Test func `are spared when they changed, and come with the next look when they moved`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, d TEXT); CREATE INDEX t_d ON t (d);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
        INSERT INTO t SELECT i, date('2009-01-01', '+' || (i / 10) || ' days') FROM n;
        """)
      let sample = SamplePolicy(dated: "t")
      let store = try database.store()
      let plan = try store.plan(sample)
      let step = plan.steps[0]
      let stretches = try store.stretches(of: step)
      // 100 are kept after all, and 100 go to where the way has been already.
      var count = 0
      try store.carryOut(step, on: stretches[..<10]) { count += $0.count }
      try database.execute(
        "UPDATE t SET d = '2025-01-01' WHERE id BETWEEN 20000 AND 20099; UPDATE t SET d = '2009-01-01' WHERE id BETWEEN 22000 AND 22099")
      try store.carryOut(step, on: stretches[10...]) { count += $0.count }
      #expect(count == step.rows - 200)
      #expect(try database.rows(["count(*)"], from: "t WHERE d < '2018'") == [["100"]])
      #expect(try store.carryOut(step).count == 100)
      #expect(try database.rows(["count(*)"], from: "t WHERE d = '2025-01-01'") == [["100"]])
    }
  }
}

@Suite struct `Rows that are spread over a table and an index` {
  @Test(arguments: ["id INTEGER PRIMARY KEY, d TEXT", "id TEXT PRIMARY KEY NOT NULL, d TEXT"])
  func `are erased by row ids, section by section of the index`(definition: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE TABLE t (\(definition)); CREATE INDEX t_d ON t (d);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
        INSERT INTO t SELECT i, CASE WHEN i % 1000 = 7 THEN 'onbekend' WHEN i % 1000 = 8 THEN '2010-02-30'
          ELSE date('2009-01-01', '+' || (i * 7919 % 5000) || ' days') END FROM n;
        """)
      let sample = SamplePolicy(dated: "t")
      let store = try database.store()
      let step = try store.plan(sample).steps[0]
      let stretches = try store.stretches(of: step)
      #expect(stretches.reduce(0) { $0 + ($1.rows ?? 0) } == step.rows)
      // Each section begins at the start of the table again.
      #expect(zip(stretches, stretches.dropFirst()).count { $1.positions.lowerBound < $0.positions.lowerBound } > 0)
      // Batches reach from one section into the next.
      let keys = try store.carryOut(step, stretchesAtOnce: 23)
      #expect(keys.count == step.rows)
      #expect(try store.untouched(keys, of: step.table, after: .erase) == 0)
      #expect(try store.plan(sample).totals[.erase, default: 0] == 0)
      #expect(try database.rows(["count(*)"], from: "t") == [["\(200_000 - step.rows)"]])
      #expect(try database.rows(["count(*)"], from: "t WHERE d IN ('onbekend', '2010-02-30')") == [["400"]])
      #expect(try database.values("integrity_check", of: "pragma_integrity_check") == ["ok"])
    }
  }
}
