import Enforcement
import Foundation
import Residue
import Retention
import SQLite
import Stores
import TestSupport
import Testing

/// Full-text tables that hold rows of their own: no statement on them gives back what it changed.
@Suite struct `Full-text tables with rows of their own` {
  static let modules = ["fts5", "fts4", "fts3"]

  /// A word of its own for each row, in the form in which an index has it.
  static func word(_ number: Int) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    var random = SeededRandom(seed: UInt64(number))
    return String((0..<14).map { _ in letters.randomElement(using: &random) ?? "a" }) + "\(number)"
  }

  /// Notes about customers, each third of them old, in several transactions so that the index has many segments.
  private static func script(_ module: String, notes: Int = 90, columns: String = "title, body, customer, d") -> String {
    let listed = module == "fts5" ? columns.replacingOccurrences(of: "customer, d", with: "customer UNINDEXED, d UNINDEXED") : columns
    var text = """
      PRAGMA secure_delete = OFF; PRAGMA synchronous = OFF;
      CREATE TABLE customer (id integer PRIMARY KEY, name text, d text);
      INSERT INTO customer VALUES (1, 'een', '2010-01-01'), (2, 'twee', '2010-01-01'), (3, 'drie', '2030-01-01');
      CREATE VIRTUAL TABLE notes USING \(module)(\(listed));
      CREATE TABLE notes_archive (id integer PRIMARY KEY, d text);

      """
    for number in 1...notes {
      let (day, row) = (number % 3 == 0 ? "2010-01-01" : "2030-01-01", number == 3 ? -5 : number == 6 ? Int.max - 1 : number)
      text += """
        INSERT INTO notes (rowid, title, body, customer, d) VALUES
          (\(row), 'note \(number)', 'about \(word(number)) and more', '\(number % 3 == 0 ? 1 : 3)', '\(day)');

        """
    }
    return text
  }

  private static func sample(clock: String = "d", reduction: MappedTable.Reduction? = nil) -> SamplePolicy {
    var sample = `Rows that name each other`.sample(
      "notes", "customer",
      references: [Reference(table: "notes", columns: ["customer"], target: "customer", targetColumns: ["id"])])
    sample.tables["notes_archive"] = MappedTable(category: .impersonal)
    sample.tables["notes"] = MappedTable(category: Category("x"), clocks: ["d": Clock(column: clock)], reduction: reduction)
    return sample
  }

  private func matches(_ database: TenantDatabase, _ word: String) throws -> Int {
    try database.rows(["rowid"], from: "notes WHERE notes MATCH '\(word)'").count
  }

  @Test(arguments: modules)
  func `are erased by their row ids, with those that they name, and found to be gone`(module: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(Self.script(module))
      let job = try WholeJob(Self.sample(), try database.store())
      job.expectDone()
      #expect(job.changed("notes", .erase) == 30 && job.changed("customer", .erase) == 2)
      #expect(try database.values("id", of: "customer") == ["3"])
      #expect(try database.rows(["rowid"], from: "notes").count == 60 && database.rows(["1"], from: "notes WHERE d < '2020'").isEmpty)
      #expect(try matches(database, Self.word(3)) == 0 && matches(database, Self.word(4)) == 1)
      if module == "fts5" { try database.execute("INSERT INTO notes(notes) VALUES ('integrity-check')") }
    }
  }

  @Test(arguments: modules)
  func `stay as they were when their batch cannot be journaled, and tell which it was`(module: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(Self.script(module))
      let before = try database.rows(["rowid", "title", "body", "customer", "d"], from: "notes ORDER BY rowid")
      let store = try database.store()
      let step = try #require(try store.plan(Self.sample()).steps.first { $0.table.table.name == "notes" })
      let stretches = try store.stretches(of: step)
      struct JournalIsFull: Error {}
      var frozen: FrozenKeys?
      func fail() throws {
        try store.carryOut(step, on: stretches[...]) { keys in
          frozen = keys
          throw JournalIsFull()
        }
      }
      #expect(throws: JournalIsFull.self) { try fail() }
      let keys = try #require(frozen)
      #expect(keys.count == 30)
      #expect(try store.untouched(keys, of: step.table, after: .erase) == 30)
      #expect(try database.rows(["rowid", "title", "body", "customer", "d"], from: "notes ORDER BY rowid") == before)
      #expect(try matches(database, Self.word(3)) == 1)
      // A row that changed since the plan is spared, and one transaction takes exactly the others.
      try database.execute("UPDATE notes SET d = '2030-01-01' WHERE rowid = -5")
      #expect(try store.carryOut(step, stretchesAtOnce: 100).count == 29)
      #expect(try store.untouched(keys, of: step.table, after: .erase) == 1)
    }
  }

  @Test func `are read once for all the rows that they might name`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        Self.script("fts5") + """
          WITH RECURSIVE c(n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM c WHERE n < 4000) INSERT INTO customer SELECT n, 'x', '2010-01-01' FROM c;
          WITH RECURSIVE c(n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM c WHERE n < 4000)
            INSERT INTO notes (rowid, title, body, customer, d) SELECT n, 't', 'b', n, CASE n % 2 WHEN 0 THEN '2010-01-01' ELSE '2030-01-01' END FROM c;
          """)
      var job: WholeJob?
      // Sixteen million looks at a row would take some ten seconds for each statement.
      let time = try ContinuousClock().measure { job = try WholeJob(Self.sample(), try database.store()) }
      job?.expectDone()
      #expect(job?.changed("notes", .erase) == 30 + 1951 && job?.changed("customer", .erase) == 2 + 90 + 1951)
      #expect(job?.findings.plan.missingIndexes.isEmpty == true && time < .seconds(8), "\(time)")
      #expect(try database.rows(["1"], from: "notes WHERE customer NOT IN (SELECT id FROM customer)").isEmpty)
    }
  }

  @Test(arguments: modules)
  func `are reduced and marked like others`(module: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(Self.script(module))
      try database.execute(
        "CREATE TABLE reply (id integer PRIMARY KEY, note text, d text); INSERT INTO reply VALUES (1, 'note 9', '2030-01-01')")
      var sample = Self.sample(reduction: .init(kept: ["title", "customer", "d"], blanks: [:]))
      sample.tables["reply"] = MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")])
      sample.references.append(Reference(table: "reply", columns: ["note"], target: "notes", targetColumns: ["title"]))
      let job = try WholeJob(sample, try database.store())
      job.expectDone()
      #expect(job.changed("notes", .erase) == 29 && job.changed("notes", .reduce) == 1)
      #expect(try database.rows(["body", "customer"], from: "notes WHERE title = 'note 9'") == [["NULL", "'1'"]])
      #expect(try matches(database, Self.word(9)) == 0)
    }
  }

  @Test(arguments: modules)
  func `that name each other go together`(module: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE VIRTUAL TABLE notes USING \(module)(code, answers, d);
        CREATE TABLE customer (id integer PRIMARY KEY, d text); CREATE TABLE notes_archive (id integer PRIMARY KEY, d text);
        INSERT INTO notes VALUES ('a', 'b', '2010-01-01'), ('b', 'a', '2010-01-01'), ('c', 'd', '2010-01-01'), ('d', 'c', '2030-01-01');
        """)
      var sample = Self.sample()
      sample.references = [Reference(table: "notes", columns: ["answers"], target: "notes", targetColumns: ["code"])]
      let job = try WholeJob(sample, try database.store())
      job.expectDone()
      #expect(job.changed("notes", .erase) == 2)
      #expect(try database.values("code", of: "notes") == ["c", "d"])
    }
  }

  @Test(arguments: ["fts5(title, content='')", "fts5(title, content='customer', content_rowid='id')", "fts4(title, content=\"customer\")"])
  func `are told from those that have none, which are refused`(module: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        "CREATE TABLE customer (id integer PRIMARY KEY, title text, d text); CREATE VIRTUAL TABLE notes USING \(module); "
          + "CREATE TABLE notes_archive (id integer PRIMARY KEY, d text)")
      let store = try database.store()
      var sample = Self.sample(clock: "title")
      sample.references = []
      #expect(throws: DecisionError.notErasable(table: "notes", kind: .virtual)) { try store.plan(sample) }
    }
  }

  @Test(arguments: ["vec0(e float[3])", "fts5(title, tokenize=''mine'')"])
  func `that only another program can read are left alone where the map says that they are about nobody`(module: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE TABLE customer (id integer PRIMARY KEY, d text); INSERT INTO customer VALUES (1, '2010-01-01');
        PRAGMA writable_schema = ON;
        INSERT INTO sqlite_schema VALUES ('table', 'notes', 'notes', 0, 'CREATE VIRTUAL TABLE notes USING \(module)');
        """)
      let store = try database.store()
      var sample = SamplePolicy()
      sample.tables = [
        "customer": MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")]), "notes": MappedTable(category: Category("x")),
      ]
      sample.rules = [RetentionRule("r", keep: "P7Y")]
      #expect(throws: DecisionError.notErasable(table: "notes", kind: .unreadable)) { try store.plan(sample) }
      sample.tables["notes"] = nil
      #expect(throws: DecisionError.notErasable(table: "notes", kind: .unreadable)) { try store.plan(sample) }
      sample.tables["notes"] = MappedTable(category: .impersonal)
      let plan = try store.plan(sample)
      #expect(plan.decision.tables.map(\.table.name) == ["customer"])
      #expect(try store.carryOut(plan) == [1])
    }
  }

  @Test(arguments: modules, [ErasureLevel.scrubbed, .rewritten])
  func `leave none of their words in the file after the sequence`(module: String, level: ErasureLevel) throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(Self.script(module, notes: 300))
      let store = try SQLiteStore(
        path: database.location, access: .readWrite, zone: .amsterdam, fullText: ["notes", "customer"], busyTimeout: .seconds(5))
      let plan = try store.plan(Self.sample())
      var rows = ErasedRows()
      for step in plan.steps { rows.append(try store.capture(step, limit: 1000)) }
      // What stands in the notes that stay, and in a table that is only named like an inner one, lives on.
      try database.execute(
        """
        INSERT INTO notes (title, body, customer, d) SELECT title, body, '3', '2030-01-01' FROM notes WHERE rowid = 9;
        INSERT INTO notes_archive VALUES (1, 'about \(Self.word(12)) and more');
        """)
      #expect(try store.carryOut(plan).reduce(0, +) == 102)
      func remaining() throws -> [Int] {
        let file = try #require(FileManager.default.contents(atPath: database.location))
        return (1...300).filter { file.range(of: Data(Self.word($0).utf8)) != nil }
      }
      #expect(try remaining().count > 250, "the words are in the index until it is made anew")
      #expect(try store.cleanse(to: level, within: .unlimited).waiting.isEmpty)
      let found = try store.searchResidue(.rows(rows))
      #expect(found.isClean && found.rowsCovered >= 100 && found.livingOn >= 2, "\(found)")
      let left = try remaining()
      #expect(left.filter { $0 % 3 == 0 } == [9, 12] && left.count > 150, "\(left)")
      #expect(try matches(database, Self.word(4)) == 1 && matches(database, Self.word(9)) == 1 && matches(database, Self.word(15)) == 0)
      #expect(try database.rows(["quick_check"], from: "pragma_quick_check") == [["'ok'"]])
    }
  }
}
