import Enforcement
import Foundation
import PostgreSQL
import Residue
import Retention
import Stores
import TestSupport
import Testing

@Suite struct `Rows that name each other` {
  /// A policy under which every mapped table is kept for two years from its column `d`.
  static func sample(_ tables: String..., references: [Reference] = []) -> SamplePolicy {
    var sample = SamplePolicy()
    for table in tables { sample.tables[table] = MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")]) }
    sample.rules = [RetentionRule("r", keep: "P2Y")]
    sample.references = references
    return sample
  }

  /// Two tables whose keys name each other.
  private func pair(_ engine: Engine, _ action: String, nullable: Bool = true) -> String {
    let empty = nullable ? "" : " NOT NULL"
    let left = "FOREIGN KEY (b) REFERENCES b (id) ON DELETE \(action)"
    let right = "FOREIGN KEY (a) REFERENCES a (id) ON DELETE \(action)"
    return """
      CREATE TABLE a (id integer PRIMARY KEY, d text, b integer\(empty)\(engine.choose(", " + left, "")));
      CREATE TABLE b (id integer PRIMARY KEY, d text, a integer\(empty)\(engine.choose(", " + right, "")));
      INSERT INTO a VALUES (1, '2010-01-01', 1), (2, '2010-01-01', 2), (3, '2010-01-01', 4), (4, '2025-06-01', 4);
      INSERT INTO b VALUES (1, '2010-01-01', 1), (2, '2025-06-01', 2), (3, '2010-01-01', 3), (4, '2010-01-01', 3);
      \(engine.choose("", "ALTER TABLE a ADD \(left); ALTER TABLE b ADD \(right);"))
      """
  }

  @Test(arguments: Engine.allCases, ["no action", "cascade", "set null", "set default", "restrict"])
  func `of two tables go together when nothing that stays names one of them`(engine: Engine, action: String) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(pair(engine, action))
      let job = try WholeJob(Self.sample("a", "b"), try database.store())
      job.expectDone()
      // a4 stays and names b4, which names a3; b2 stays and names a2. Nothing that stays names b3, a1 or b1.
      #expect(try database.values("id || ' ' || b", of: "a") == ["2 2", "3 4", "4 4"])
      #expect(try database.values("id || ' ' || a", of: "b") == ["2 2", "4 3"])
      #expect(job.changed("a", .erase) == 1 && job.changed("b", .erase) == 2)
    }
  }

  @Test(arguments: Engine.allCases)
  func `go with keys that cannot be empty, unless the database looks at once`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(pair(engine, "no action", nullable: false))
      try WholeJob(Self.sample("a", "b"), try database.store()).expectDone()
      #expect(try database.values("id", of: "a") == ["2", "3", "4"])
    }
    try TenantDatabase.with(engine) { database in
      try database.execute(pair(engine, "restrict", nullable: false))
      let store = try database.store()
      do {
        _ = try store.plan(Self.sample("a", "b"))
        Issue.record("a plan that the database would refuse")
      } catch let DecisionError.inseparable(references) {
        #expect(references.map(\.description) == ["a(b) → b(id)", "b(a) → a(id)"])
      }
      #expect(try database.values("id", of: "a").count == 4)
    }
  }

  @Test(arguments: Engine.allCases, ["no action", "cascade", "set null"])
  func `in a chain of 5,000 levels do not take 5,000 rounds`(engine: Engine, action: String) throws {
    try TenantDatabase.with(engine) { database in
      let numbers = engine.choose(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, '2010-01-01', i - 1 FROM n",
        "SELECT i, '2010-01-01', i - 1 FROM generate_series(1, 5000) i")
      try database.execute(
        """
        CREATE TABLE t (id integer PRIMARY KEY, d text, boven integer REFERENCES t ON DELETE \(action));
        INSERT INTO t VALUES (0, '2010-01-01', NULL); INSERT INTO t \(numbers);
        CREATE INDEX t_boven ON t (boven);
        INSERT INTO t VALUES (6000, '2025-01-01', 3);
        """)
      let start = ContinuousClock.now
      let job = try WholeJob(Self.sample("t"), try database.store())
      job.expectDone()
      #expect(job.outcome.locks.batches < 200)
      #expect(ContinuousClock.now - start < .seconds(60))
      #expect(try database.values("id", of: "t") == ["0", "1", "2", "3", "6000"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `and themselves go in one round`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        """
        CREATE TABLE t (id integer PRIMARY KEY, d text, boven integer NOT NULL REFERENCES t ON DELETE RESTRICT);
        INSERT INTO t VALUES (1, '2010-01-01', 1), (2, '2010-01-01', 1), (3, '2010-01-01', 2), (4, '2025-01-01', 4);
        """)
      try WholeJob(Self.sample("t"), try database.store()).expectDone()
      #expect(try database.values("id", of: "t") == ["4"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `are captured with those that go one by one, each once, and told by their keys as well`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(pair(engine, "no action"))
      let store = try database.store()
      let steps = try store.plan(Self.sample("a", "b")).steps
      let captured = try steps.map { try store.capture($0, limit: 1000).rows.count }
      #expect(captured == steps.map(\.rows) && captured.reduce(0, +) == 3)
      let days = try steps.flatMap { try store.capture($0, limit: 1000).rows }.flatMap(texts)
      #expect(Set(days) == [.text(Array("2010-01-01".utf8))])
      for step in steps {
        var keys = PortionedKeys(width: 1)
        try store.forEachKey(of: step.table) { keys.append($0) }
        let all = try keys.all.flatMap { try store.capture(step, rowsWith: $0).rows }
        let due = try store.capture(step, limit: 1000).rows.map(texts)
        #expect(all.count == 4 && Set(due).isSubset(of: all.map(texts)))
      }
    }
  }

  /// What can be told of a captured row on both engines.
  private func texts(_ row: ErasedRow) -> [ErasedValue] { row.columns.filter { if case .text = $0 { true } else { false } } }

  /// Rows that are told by their keys go when nothing else names them, whatever the conditions say that pick the others.
  @Test(arguments: Engine.allCases, ["no action", "cascade", "set null", "restrict"])
  func `and are told by their keys go with nothing else`(engine: Engine, action: String) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(pair(engine, action))
      let store = try database.store()
      let steps = try #require(try store.plan(Self.sample("a", "b")).stepsTakenTogether.first)
      func take(_ keys: [String: [String]]) throws -> [Int] {
        var listed: [[FrozenKeys]] = []
        for step in steps {
          var portions = PortionedKeys(width: 1)
          try store.forEachKey(of: step.table) { key in
            // A key of SQLite has its type before it; small numbers end with their last byte.
            let number = engine == .sqlite ? String(key[0].last ?? 0) : String(decoding: key[0], as: UTF8.self)
            if keys[step.table.table.name, default: []].contains(number) { portions.append(key) }
          }
          listed.append(portions.all)
        }
        var gone = steps.map { _ in 0 }
        let nothing = steps.map { _ in [RowPart]() }
        _ = try store.carryOut(steps, on: Knot(among: listed), reading: steps.map { $0.table.key }, capturing: nothing) { rows, read in
          gone = rows.map(\.keys.count)
          #expect(read.map(\.count) == gone)
        }
        return gone
      }
      // b1 names a1; a4 is not due and names b4, which names a3.
      #expect(try take(["a": ["1"]]) == [0, 0])
      #expect(try take(["a": ["3", "4"], "b": ["4", "3"]]) == [0, 1])
      #expect(try take(["a": ["1"], "b": ["1"]]) == [1, 1])
      #expect(try database.values("id", of: "a") == ["2", "3", "4"] && database.values("id", of: "b") == ["2", "4"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `are left alone when one of them changes after the plan`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(pair(engine, "cascade"))
      let store = try database.store()
      let plan = try store.plan(Self.sample("a", "b"))
      let steps = try #require(plan.stepsTakenTogether.first)
      let knots = try store.knots(of: steps) { _ in true }
      #expect(!knots.isEmpty)
      try database.execute("UPDATE b SET d = '2025-01-01' WHERE id = 1")
      for knot in knots { try store.carryOut(steps, on: knot) { _ in } }
      #expect(try database.values("id", of: "a") == ["1", "2", "3", "4"])
      #expect(try database.values("id", of: "b") == ["1", "2", "4"])
    }
  }

  @Test func `are not taken along by a cascade when another comes in between`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(pair(.postgreSQL, "cascade"))
      let store = try database.store()
      let steps = try #require(try store.plan(Self.sample("a", "b")).stepsTakenTogether.first)
      let knots = try store.knots(of: steps) { _ in true }
      let hasInserted = DispatchSemaphore(value: 0)
      let url = database.location
      DispatchQueue.global().async {
        #expect(throws: Never.self) {
          let application = try PostgreSQL.Connection(url: url)
          try application.execute("BEGIN; INSERT INTO b VALUES (9, '2025-06-01', 1)")
          hasInserted.signal()
          try application.execute("SELECT pg_sleep(0.5); COMMIT")
        }
      }
      hasInserted.wait()
      for knot in knots { try store.carryOut(steps, on: knot) { _ in } }
      #expect(try database.values("id", of: "b").contains("9"))
      #expect(try database.values("id", of: "a").contains("1"))
    }
  }
}
