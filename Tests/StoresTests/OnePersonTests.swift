import Enforcement
import PostgreSQL
import Retention
import SQLite
import TestSupport
import Testing

@testable import Stores

/// A request about one person in tables that hold many.
@Suite struct `One person's rows` {
  /// Customers, orders that show documents, lines of the orders, and photographs that live with customers and documents. Payments
  /// belong to a customer and name an order.
  private static let tables = """
    CREATE TABLE foto (id integer PRIMARY KEY, beeld text);
    CREATE TABLE klant (id integer PRIMARY KEY, naam text, foto integer REFERENCES foto);
    CREATE TABLE document (id integer PRIMARY KEY, inhoud text, foto integer REFERENCES foto);
    CREATE TABLE bestelling (id integer PRIMARY KEY, klant integer NOT NULL REFERENCES klant, document integer REFERENCES document);
    CREATE TABLE regel (id integer PRIMARY KEY, bestelling integer NOT NULL REFERENCES bestelling);
    CREATE TABLE betaling (id integer PRIMARY KEY, klant integer NOT NULL REFERENCES klant, bestelling integer REFERENCES bestelling);
    CREATE INDEX klant_foto ON klant (foto); CREATE INDEX document_foto ON document (foto);
    CREATE INDEX bestelling_klant ON bestelling (klant); CREATE INDEX bestelling_document ON bestelling (document);
    CREATE INDEX regel_bestelling ON regel (bestelling); CREATE INDEX betaling_klant ON betaling (klant);
    CREATE INDEX betaling_bestelling ON betaling (bestelling);

    """

  private static func script(_ engine: Engine, people: Int) -> String {
    func numbers(_ count: Int) -> String {
      engine.choose(
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count)) SELECT i FROM n)",
        "(SELECT i FROM generate_series(1, \(count)) i) n")
    }
    return tables + """
      INSERT INTO foto SELECT i, 'beeld ' || i FROM \(numbers(people * 3));
      INSERT INTO klant SELECT i, 'naam ' || i, i FROM \(numbers(people));
      INSERT INTO document SELECT i, 'inhoud ' || i, i + \(people) FROM \(numbers(people * 2));
      INSERT INTO bestelling SELECT i, 1 + i % \(people), CASE i % 10 WHEN 0 THEN i - 1 ELSE i END FROM \(numbers(people * 2));
      INSERT INTO regel SELECT i, 1 + i % \(people * 2) FROM \(numbers(people * 4));
      INSERT INTO betaling SELECT i, 1 + i % \(people), i FROM \(numbers(people * 2))
      """ + engine.choose("", "; ANALYZE")
  }

  private static let sample: SamplePolicy = {
    var sample = SamplePolicy()
    let x = Category("x")
    sample.subject = DataMap.Subject(table: "klant", key: "id", identifiers: [:])
    sample.tables = [
      "klant": MappedTable(category: x), "bestelling": MappedTable(category: x, belongsTo: "klant"),
      "regel": MappedTable(category: x, belongsTo: "bestelling"), "betaling": MappedTable(category: x, belongsTo: "klant"),
      "document": MappedTable(category: x, livesWith: ["bestelling"]),
      "foto": MappedTable(category: x, livesWith: ["klant", "document"]),
    ]
    sample.rules = [RetentionRule("r")]
    sample.onRequest = [
      RequestRule(
        name: "e", clause: "2", action: .erase, from: .controller, form: nil, lifts: [], nature: nil, within: nil, law: nil, about: nil,
        isAfterContract: false, asksBack: false, fee: nil)
    ]
    return sample
  }()

  private func instruction(for person: Int64) throws -> Instruction {
    let receipt = Receipt(moment: Instant(seconds: 0), day: day("2025-12-31"))
    let request = Request(
      id: "R-1", asker: .controller, role: "r", wanted: .erase, about: .subject, receipt: receipt, written: receipt, answer: nil)
    let ruling = Ruling(on: request, under: Self.sample.policy, today: day("2026-01-01"))
    return try #require(ruling.instruction(of: request, subject: .integer(person)))
  }

  private func expectNoWalk(_ sql: String, _ constants: [Constant], _ database: TenantDatabase) throws {
    var lines: [String] = []
    switch database.engine {
    case .sqlite:
      let connection = try SQLite.Connection(path: database.location, mode: .readWrite)
      try connection.query("EXPLAIN QUERY PLAN " + sql, constants.map(SQLite.Value.init)) { row in
        lines.append(try row.text(3))
        return .continue
      }
      // What the statement itself has gathered may be read from end to end.
      #expect(!lines.contains { $0.hasPrefix("SCAN t") }, "\(lines.joined(separator: "\n"))\n\(sql)")
    case .postgreSQL:
      let connection = try PostgreSQL.Connection(url: database.location)
      try connection.query("EXPLAIN " + sql, constants.map(PostgreSQL.Value.init)) { row in
        lines.append(try row.text(0))
        return .continue
      }
      #expect(!lines.contains { $0.contains("Seq Scan") }, "\(lines.joined(separator: "\n"))\n\(sql)")
    }
    #expect(!lines.isEmpty)
  }

  private func expectNoWalk(_ plan: Plan, _ dialect: some Dialect, _ database: TenantDatabase) throws {
    for table in plan.decision.tables {
      let counting = try CaseSQL(counting: table, dialect).counting
      try expectNoWalk(counting.sql, counting.constants, database)
    }
    for step in plan.steps {
      for isInTransaction in [true, false] {
        var renderer = ConditionRenderer(dialect: dialect)
        let knotted = try renderer.knotted(step, isInTransaction: isInTransaction, asText: "")
        try expectNoWalk(knotted, renderer.constants, database)
      }
      var renderer = ConditionRenderer(dialect: dialect)
      let condition = try renderer.sql(step.condition, on: step.table.table.name)
      let name = try dialect.name(of: step.table.table.name)
      try expectNoWalk("SELECT 1 FROM \(name) AS t0 WHERE \(condition)", renderer.constants, database)
    }
  }

  @Test(arguments: Engine.allCases)
  func `are found and taken by keys, and no table is walked through`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(Self.script(engine, people: 10_000))
      let store = try database.store()
      let job = try WholeJob(Self.sample, store, instruction: try instruction(for: 78))
      job.expectDone()
      let erased = job.outcome.changed.reduce(into: [:]) { $0[$1.key.table, default: 0] += $1.value }
      // Orders 77 and 10077, four lines, two payments; each order's own document, that document's photograph, and the person's own.
      #expect(erased == ["klant": 1, "bestelling": 2, "regel": 4, "betaling": 2, "document": 2, "foto": 3])
      #expect(job.outcome.locks.batches == 1, "all in one transaction")
      if let store = store as? SQLiteStore { try expectNoWalk(job.findings.plan, store.dialect, database) }
      if let store = store as? PostgreSQLStore { try expectNoWalk(job.findings.plan, store.dialect, database) }
    }
  }

  @Test(arguments: Engine.allCases)
  func `that others share stay until the last of them goes`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(Self.script(engine, people: 40))
      // Orders 9 and 10 show one document: those of customers 10 and 11.
      let store = try database.store()
      let first = try WholeJob(Self.sample, store, instruction: try instruction(for: 10))
      first.expectDone()
      #expect(try database.values("id", of: "document").contains("9"))
      #expect(try database.values("id", of: "foto").contains("49"))
      let second = try WholeJob(Self.sample, store, instruction: try instruction(for: 11))
      second.expectDone()
      #expect(try !database.values("id", of: "document").contains("9"))
      #expect(try !database.values("id", of: "foto").contains("49"))
    }
  }

  @Test(arguments: Engine.allCases)
  func `go all or not at all`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(Self.script(engine, people: 40))
      try database.execute(
        engine.choose(
          "CREATE TRIGGER no BEFORE DELETE ON klant BEGIN SELECT RAISE(ABORT, 'no'); END",
          """
          CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
          CREATE TRIGGER no BEFORE DELETE ON klant FOR EACH ROW EXECUTE FUNCTION no()
          """))
      let store = try database.store()
      let instruction = try instruction(for: 5)
      let journal = MemoryJournal()
      func run() throws { _ = try WholeJob(Self.sample, store, instruction: instruction, journal: journal) }
      #expect(throws: (any Error).self) { try run() }
      #expect(try database.values("id", of: "bestelling").count == 80 && database.values("id", of: "regel").count == 160)
      #expect(try journal.journal.open().isEmpty, "what never happened is not waited for")
      try database.execute(engine.choose("DROP TRIGGER no", "DROP TRIGGER no ON klant"))
      try WholeJob(Self.sample, store, instruction: instruction, journal: journal).expectDone()
      #expect(try database.values("id", of: "klant").count == 39 && database.values("id", of: "regel").count == 156)
    }
  }

  /// Rows that name each other at random: each with the rows that it names.
  private struct Sketch {
    struct Row: Hashable {
      let table: String
      let id: Int
    }

    var named: [Row: [(column: String, row: Row)]] = [:]
    private(set) var rows: [Row] = []

    init(seed: UInt64) {
      var random = SeededRandom(seed: seed)
      add("foto", 4, [], &random)
      add("klant", 3, [("foto", false)], &random)
      add("document", 5, [("foto", false)], &random)
      add("bestelling", 7, [("klant", true), ("document", false)], &random)
      add("regel", 6, [("bestelling", true)], &random)
      add("betaling", 5, [("klant", true), ("bestelling", false)], &random)
    }

    private mutating func add(_ table: String, _ count: Int, _ columns: [(name: String, isNeeded: Bool)], _ random: inout SeededRandom) {
      let known = rows
      for id in 1...count {
        let row = Row(table: table, id: id)
        rows.append(row)
        for column in columns where column.isNeeded || Int.random(in: 0..<4, using: &random) > 0 {
          guard let other = known.filter({ $0.table == column.name }).randomElement(using: &random) else { continue }
          named[row, default: []].append((column.name, other))
        }
      }
    }

    var script: String {
      rows.map { row in
        let columns = named[row] ?? []
        let names = ["id"] + columns.map(\.column)
        let values = [row.id] + columns.map(\.row.id)
        return "INSERT INTO \(row.table) (\(names.joined(separator: ", "))) VALUES (\(values.map(String.init).joined(separator: ", ")));"
      }.joined()
    }

    /// The rows that are one person's, less those that any row which stays names.
    func going(with person: Int) -> Set<Row> {
      func naming(_ row: Row, _ tables: [String]) -> [Row] {
        rows.filter { tables.contains($0.table) && named[$0, default: []].contains { $0.row == row } }
      }
      var going: Set<Row> = [Row(table: "klant", id: person)]
      for table in ["bestelling", "betaling", "regel"] {
        let owner = table == "regel" ? "bestelling" : "klant"
        for row in rows where row.table == table {
          if named[row, default: []].contains(where: { $0.column == owner && going.contains($0.row) }) { going.insert(row) }
        }
      }
      for (table, owners) in [("document", ["bestelling"]), ("foto", ["klant", "document"])] {
        for row in rows where row.table == table && naming(row, owners).contains(where: going.contains) { going.insert(row) }
      }
      while let held = going.first(where: { row in
        rows.contains { other in
          !going.contains(other) && named[other, default: []].contains { $0.row == row }
        }
      }) { going.remove(held) }
      return going
    }
  }

  @Test(arguments: Engine.allCases, 1...25)
  func `go but for those that others need, however rows name each other`(engine: Engine, seed: Int) throws {
    let sketch = Sketch(seed: UInt64(seed))
    let going = sketch.going(with: 2)
    try TenantDatabase.with(engine) { database in
      try database.execute(Self.tables + sketch.script)
      let job = try WholeJob(Self.sample, try database.store(), instruction: try instruction(for: 2))
      job.expectDone()
      for table in ["foto", "klant", "document", "bestelling", "regel", "betaling"] {
        let left = sketch.rows.filter { $0.table == table && !going.contains($0) }.map { String($0.id) }
        #expect(try database.values("id", of: table).sorted() == left.sorted(), "\(table)")
      }
      #expect(job.outcome.changed.values.reduce(0, +) == going.count)
    }
  }
}
