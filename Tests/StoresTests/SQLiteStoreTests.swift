import Foundation
import Retention
import SQLite
import Stores
import TestSupport
import Testing

@Suite struct `A SQLite store` {
  private func files(_ database: TenantDatabase) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: URL(fileURLWithPath: database.location).deletingLastPathComponent().path).sorted()
  }

  @Test(arguments: ["delete", "truncate", "persist", "wal"])
  func `works in every journal mode`(mode: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute("PRAGMA journal_mode = \(mode);" + `A change`.script)
      let store = try database.store()
      #expect(try store.carryOut(try store.plan(`A change`.sample())) == [3, 1])
      #expect(try database.values("id", of: "uren") == ["4", "5"])
    }
  }

  @Test func `that was opened to read leaves no file behind`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute("PRAGMA journal_mode = wal;" + `A change`.script)
      let before = try Data(contentsOf: URL(fileURLWithPath: database.location))
      do {
        let store = try database.store(readOnly: true)
        _ = try store.plan(`A change`.sample())
      }
      #expect(try files(database) == ["tenant.db"])
      #expect(try Data(contentsOf: URL(fileURLWithPath: database.location)) == before)
      #expect(throws: StoreError.self) {
        try SQLiteStore(path: database.location + ".weg", access: .readOnly, zone: .amsterdam)
      }
      #expect(try files(database) == ["tenant.db"])
    }
  }

  @Test func `says busy when another holds the lock, and nothing has happened`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(`A change`.script)
      let store = try database.store(busyTimeout: .milliseconds(50))
      let plan = try store.plan(`A change`.sample())
      let other = try SQLite.Connection(path: database.location, mode: .readWrite)
      try other.execute("BEGIN IMMEDIATE")
      do {
        try store.carryOut(plan.steps[0])
        Issue.record("the lock was not respected")
      } catch let error as StoreError {
        #expect(error.mayRetry)
      }
      try other.execute("COMMIT")
      #expect(try store.carryOut(plan) == [3, 1])
    }
  }

  @Test func `keeps apart keys of every type, text that is not UTF-8 included`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE TABLE t (k PRIMARY KEY NOT NULL, d TEXT);
        INSERT INTO t VALUES (1, '2010-01-01'), ('1', '2025-01-01'), (1.5, '2010-01-01'), (x'31', '2010-01-01'),
          (CAST(x'FF00FE' AS TEXT), '2010-01-01'), (CAST(x'FF' AS TEXT), '2025-01-01'), ('', '2010-01-01'), (x'', '2010-01-01');
        """)
      let sample = SamplePolicy(dated: "t")
      let store = try database.store()
      let step = try #require(try store.plan(sample).steps.first)
      let keys = try store.carryOut(step)
      #expect(keys.count == 6)
      #expect(try store.untouched(keys, of: step.table, after: .erase) == 0)
      try database.execute("INSERT INTO t VALUES (CAST(x'FF00FE' AS TEXT), '2025-01-01'), (x'31', NULL)")
      #expect(try store.untouched(keys, of: step.table, after: .erase) == 2)
      #expect(try database.rows(["hex(k)"], from: "t WHERE d = '2025-01-01'").count == 3)
    }
  }

  @Test func `looks rows up by their row ids and counts an indexed clock by its values`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, d TEXT, x TEXT); CREATE INDEX i ON t (d);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
        INSERT INTO t SELECT i, CASE i % 7 WHEN 0 THEN '2018-02-30' WHEN 1 THEN NULL WHEN 2 THEN '2025-01-01' ELSE '2010-01-0' || (i % 9 + 1) END, 'x' FROM n;
        """)
      let sample = SamplePolicy(dated: "t")
      let store = try database.store()
      let plan = try store.plan(sample)
      #expect(plan.totals[.erase] == 57_143)
      #expect(plan.totals[.undated] == 28_571)
      let start = ContinuousClock.now
      #expect(try store.carryOut(plan, stretchesAtOnce: 20) == [57_143])
      let took = ContinuousClock.now - start
      // Reading the index from its start for every batch would take minutes.
      #expect(took < .seconds(20))
    }
  }

  @Test(arguments: 0..<8)
  func `cuts rows into stretches wherever their row ids lie`(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    // Spread, close together, at both ends of all numbers, and crowds far from each other.
    let places: [[Int64]] = [
      (0..<3000).map { _ in Int64.random(in: .min ... .max, using: &random) }, Array(1...3000), [.min, .min + 1, -1, 0, 1, .max - 1, .max],
      Array(-700 ... -1) + Array(5_000_000_000_000...5_000_000_001_400), [7],
    ]
    for place in places {
      let ids = Set(place)
      let due = ids.filter { _ in place.count == 1 || Int.random(in: 0..<4, using: &random) > 0 }
      try TenantDatabase.with(.sqlite) { database in
        let rows = ids.map { "(\($0), '\(due.contains($0) ? "2010-01-01" : "2025-01-01")')" }.joined(separator: ", ")
        try database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, d TEXT); INSERT INTO t VALUES \(rows); CREATE INDEX t_d ON t (d)")
        let sample = SamplePolicy(dated: "t")
        let store = try database.store()
        let step = try #require(try store.plan(sample).steps.first)
        let stretches = try store.stretches(of: step)
        for (one, next) in zip(stretches, stretches.dropFirst()) { #expect(one.positions.upperBound < next.positions.lowerBound) }
        for stretch in stretches {
          let inside = due.count { stretch.positions.contains($0) }
          #expect(stretch.rows == inside && inside <= 500)
        }
        #expect(stretches.reduce(0) { $0 + ($1.rows ?? 0) } == due.count)
        #expect(try store.carryOut(step).count == due.count)
        #expect(try database.values("d", of: "t").allSatisfy { $0 == "2025-01-01" })
      }
    }
  }

  @Test(arguments: ["", "CREATE INDEX t_d ON t (d)"])
  func `reads few others between rows that lie far apart`(index: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, d TEXT); \(index);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
        INSERT INTO t SELECT i, iif(i % 12345 = 0 OR i > 299000, '2010-01-01', '2025-01-01') FROM n;
        """)
      let sample = SamplePolicy(dated: "t")
      let store = try database.store()
      let step = try #require(try store.plan(sample).steps.first)
      let stretches = try store.stretches(of: step)
      #expect(stretches.allSatisfy { $0.positions.upperBound - $0.positions.lowerBound <= 20_100 })
      #expect(stretches.reduce(0) { $0 + ($1.rows ?? 0) } == step.rows)
      #expect(try store.carryOut(step, stretchesAtOnce: 100).count == step.rows)
      #expect(try database.values("d", of: "t GROUP BY d") == ["2025-01-01"])
      #expect(try database.rows(["count(*)"], from: "t") == [["\(300_000 - step.rows)"]])
    }
  }
}
