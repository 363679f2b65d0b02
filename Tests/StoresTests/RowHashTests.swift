import Retention
import Stores
import TestSupport
import Testing

/// The hash by which a row is recognised that was returned: the one that the deleting statement gives back is the one that the database
/// gave before, whatever way the row goes, and that of no other row.
@Suite struct `The hash of a row that goes` {
  /// Tables by what is odd about them, each called `t` with a clock `d`, of which all rows but those of 2025 are due.
  private static func tables(_ engine: Engine) -> [(name: String, script: String)] {
    let many = (1...130).map { "c\($0) text" }.joined(separator: ", ")
    let common = [
      (
        "plain",
        """
        CREATE TABLE t (id integer PRIMARY KEY, d text, n numeric, x text);
        INSERT INTO t VALUES (1, '2010-01-01', 1.50, NULL), (2, '2010-01-01', 1.5, ''), (3, '2025-01-01', 0, 'x');
        """
      ),
      (
        "wide",
        """
        CREATE TABLE t (id integer PRIMARY KEY, d text, \(many));
        INSERT INTO t (id, d, c130) VALUES (1, '2010-01-01', 'a'), (2, '2010-01-01', 'b');
        """
      ),
      (
        "computed",
        """
        CREATE TABLE t (id integer PRIMARY KEY, d text, a text, b text GENERATED ALWAYS AS (upper(a)) STORED);
        INSERT INTO t (id, d, a) VALUES (1, '2010-01-01', 'a'), (2, '2010-01-01', 'b');
        """
      ),
      (
        "circle",
        """
        CREATE TABLE t (id integer PRIMARY KEY, d text, boss integer REFERENCES t);
        INSERT INTO t VALUES (1, '2010-01-01', NULL);
        INSERT INTO t VALUES (2, '2010-01-01', 1), (3, '2010-01-01', 3);
        """
      ),
      (
        "composite",
        """
        CREATE TABLE t ("a b" text, d text, x text, PRIMARY KEY (d, "a b"));
        INSERT INTO t VALUES ('é', '2010-01-01', 'q'), ('"', '2010-01-01', 'q');
        """
      ),
    ]
    let own =
      switch engine {
      case .sqlite:
        [
          (
            "keyless",
            """
            CREATE TABLE t (rowid text, d text);
            INSERT INTO t VALUES ('a', '2010-01-01'), ('a', '2010-01-01'), ('b', '2010-01-01');
            """
          ),
          (
            "without row ids",
            """
            CREATE TABLE t (id text PRIMARY KEY, d text, x) WITHOUT ROWID;
            INSERT INTO t VALUES ('a', '2010-01-01', 1), ('b', '2010-01-01', '1');
            """
          ),
          (
            "large",
            """
            CREATE TABLE t (id integer PRIMARY KEY, d text, x blob);
            INSERT INTO t VALUES (1, '2010-01-01', zeroblob(3000000)), (2, '2010-01-01', zeroblob(3000001));
            """
          ),
        ]
      case .postgreSQL:
        [
          (
            "partitions",
            """
            CREATE TABLE t (id integer, d date, x text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
            CREATE TABLE o PARTITION OF t FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
            CREATE TABLE n PARTITION OF t DEFAULT;
            INSERT INTO t VALUES (1, '2010-01-01', 'a'), (2, '2010-01-02', 'b'), (3, '2025-01-01', 'c');
            """
          ),
          (
            "odd types",
            """
            CREATE TABLE t (id integer PRIMARY KEY, d date, j json, a int[], i interval, f float8);
            INSERT INTO t VALUES (1, '2010-01-01', '{"a": 1}', '{1,2}', '1 day', -0.0), (2, '2010-01-01', '{"a":1}', '{{1},{2}}', '24 hours', 0);
            """
          ),
          (
            "large",
            """
            CREATE TABLE t (id integer PRIMARY KEY, d text, x bytea);
            INSERT INTO t SELECT i, '2010-01-01', convert_to(repeat('x', 3000000 + i), 'UTF8') FROM generate_series(1, 2) i;
            """
          ),
        ]
      }
    return common + own
  }

  @Test(arguments: Engine.allCases, [false, true])
  func `is the one it had before`(engine: Engine, dropsPartitions: Bool) throws {
    for (name, script) in Self.tables(engine) {
      try TenantDatabase.with(engine) { database in
        try database.execute(script)
        var sample = `Rows that name each other`.sample()
        sample.tables["t"] = MappedTable(
          category: Category("x"), clocks: ["d": Clock(column: "d")], dropsPartitions: dropsPartitions && name == "partitions")
        let store = try database.store()
        let plan = try store.plan(sample)
        let step = try #require(plan.steps.first, "\(name)")
        let layout = try #require(try store.layout(of: step.table.table))
        let part = RowPart.hash(layout)
        func hashes() throws -> [String] {
          var found: [String] = []
          try store.forEachText(of: part, in: step.table, where: step.due) { found.append(String(decoding: $0, as: UTF8.self)) }
          return found.sorted()
        }
        let before = try hashes()
        #expect(before.count == step.rows && Set(before).count == step.rows, "\(name): \(before)")
        // By keys, read before; then by the statement itself, in every way, each rolled back.
        struct Enough: Error {}
        for keys in try store.keys(of: step) {
          var read: [String] = []
          func byKeys() throws {
            _ = try store.carryOut(step, onRowsWith: keys, reading: [part], capturing: [part]) { changed, rows in
              read = rows.compactMap { $0.values[0].map { String(decoding: store.text(of: $0), as: UTF8.self) } }
              #expect(Set(changed.captured.compactMap { $0[0] }) == Set(read), "\(name)")
              throw Enough()
            }
          }
          #expect(throws: Enough.self) { try byKeys() }
          #expect(!read.isEmpty && Set(read).isSubset(of: before), "\(name)")
        }
        var gone: [String] = []
        func note(_ rows: [ChangedRows]) { gone += rows.flatMap(\.captured).compactMap { $0[0] } }
        for knot in step.circle == nil ? [] : try store.knots(of: [step], begin: { _ in true }) {
          _ = try store.carryOut([step], on: knot, reading: [[]], capturing: [[part]]) { rows, _ in note(rows) }
        }
        for stretch in try store.stretches(of: step) { _ = try store.carryOut(step, on: [stretch], capturing: [part]) { note([$0]) } }
        #expect(gone.sorted() == before, "\(name)")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `is another one for a row that was changed, by however little`(engine: Engine) throws {
    for (change, column) in [("NULL", "x"), ("' '", "x"), ("1.500", "n"), ("'2010-01-02'", "d"), ("4", "id")] {
      try TenantDatabase.with(engine) { database in
        try database.execute(Self.tables(engine)[0].script)
        var sample = `Rows that name each other`.sample()
        sample.tables["t"] = MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")])
        let store = try database.store()
        let step = try #require(try store.plan(sample).steps.first)
        let part = RowPart.hash(try #require(try store.layout(of: step.table.table)))
        var before: Set<String> = []
        try store.forEachText(of: part, in: step.table, where: step.due) { before.insert(String(decoding: $0, as: UTF8.self)) }
        try database.execute("UPDATE t SET \(column) = \(change) WHERE id = 2")
        var gone: [String] = []
        for stretch in try store.stretches(of: step) {
          _ = try store.carryOut(step, on: [stretch], capturing: [part]) { gone += $0.captured.compactMap { $0[0] } }
        }
        // SQLite keeps 1.5 and 1.500 as the same number.
        let isSame = engine == .sqlite && column == "n"
        #expect(gone.count == 2 && Set(gone).subtracting(before).count == (isSame ? 0 : 1), "\(column): \(gone) \(before)")
      }
    }
  }
}
