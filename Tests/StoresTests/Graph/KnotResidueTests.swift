import Enforcement
import Residue
import Retention
import Stores
import TestSupport
import Testing

/// What is left in a database's files of rows that went in one transaction with others.
@Suite struct `Rows that go together` {
  /// A word that is in one row only.
  private static func word(_ row: String) -> String {
    "geheim-\(row)-\(row.utf8.reduce(7) { $0 &* 7919 &+ Int($1) % 999_983 })@planted.example"
  }

  /// Rows of two tables that name each other, rows of one table that do, and addresses that go with the last who lives there. Of each
  /// kind some stay: `kept` names them.
  private static let rows = ["a1", "a2", "a3", "b1", "b2", "b3", "c1", "c2", "c3", "c4", "woont1", "woont2", "woont3", "adres1", "adres2"]
  private static let kept = ["a3", "b3", "c3", "c4", "woont3", "adres2"]

  /// Wis wipes what it deletes in a SQLite file. What an application did earlier remains: here it once had all in another table.
  private static let copies =
    "CREATE TABLE kopie AS " + ["a", "b", "c", "adres", "woont"].map { "SELECT t FROM \($0)" }.joined(separator: " UNION ALL ")
    + "; DROP TABLE kopie;"

  private static func script(_ engine: Engine) -> String {
    func texts(_ table: String, _ rows: [(Int, String)]) -> String {
      rows.map { "INSERT INTO \(table) VALUES (\($0), '\(word("\(table)\($0)"))', \($1));" }.joined(separator: "\n")
    }
    let (old, new) = ("'2010-01-01'", "'2025-06-01'")
    return """
      \(engine.choose("PRAGMA secure_delete = OFF;", ""))
      CREATE TABLE a (id integer PRIMARY KEY, t text, d text, b integer); CREATE TABLE b (id integer PRIMARY KEY, t text, d text, a integer);
      CREATE TABLE c (id integer PRIMARY KEY, t text, d text, c integer);
      CREATE TABLE adres (id integer PRIMARY KEY, t text, d text);
      CREATE TABLE woont (id integer PRIMARY KEY, t text, d text, adres integer);
      \(texts("a", [(1, "\(old), 1"), (2, "\(old), 2"), (3, "\(new), 3")]))
      \(texts("b", [(1, "\(old), 2"), (2, "\(old), 1"), (3, "\(old), 3")]))
      \(texts("c", [(1, "\(old), 2"), (2, "\(old), 1"), (3, "\(old), 4"), (4, "\(new), 3")]))
      \(texts("adres", [(1, "NULL"), (2, "NULL")]))
      \(texts("woont", [(1, "\(old), 1"), (2, "\(old), 1"), (3, "\(new), 2")]))
      \(texts("woont", [(4, "\(old), 2")]))
      \(engine.choose(copies, ""))
      """
  }

  @Test(arguments: Engine.allCases)
  func `are found in the files where they remain, each of them, and in none after the sequence`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(Self.script(engine))
      var sample = `Rows that name each other`.sample(
        "a", "b", "c", "woont",
        references: [("a", "b"), ("b", "a"), ("c", "c"), ("woont", "adres")].map {
          Reference(table: $0, columns: [$1], target: $1, targetColumns: ["id"])
        })
      sample.tables["adres"] = MappedTable(category: Category("x"), livesWith: ["woont"])
      let store = try database.store()
      // The plan has each of them as one that goes in a knot.
      let steps = try store.plan(sample).steps
      let knots = steps.filter { $0.circle != nil }.reduce(0) { $0 + $1.rows }
      #expect(knots >= 7)
      let job = try WholeJob(sample, store)
      job.expectDone()
      let gone = (Self.rows + ["woont4"]).filter { !Self.kept.contains($0) }
      #expect(job.outcome.changed.values.reduce(0, +) == gone.count)
      // What was captured is exactly what went, whether one by one or together.
      let texts = job.captured.rows.flatMap(\.columns).compactMap {
        if case .text(let text) = $0 { String(decoding: text, as: UTF8.self) } else { nil }
      }
      #expect(texts.filter { $0.hasPrefix("geheim") }.sorted() == gone.map(Self.word).sorted())
      func hits(_ row: String) throws -> Int { try store.searchResidue(.values([Array(Self.word(row).utf8)])).hitCount }
      for row in gone { #expect(try hits(row) > 0, "\(row)") }
      let before = try store.searchResidue(.rows(job.captured))
      #expect(before.rowsCovered == gone.count && before.hitCount >= gone.count, "\(before)")
      _ = try store.cleanse(to: engine == .sqlite ? .scrubbed : .rewritten, within: .unlimited)
      let after = try store.searchResidue(.rows(job.captured))
      #expect(after.isClean && after.rowsCovered == gone.count, "\(after)")
      for row in gone { #expect(try hits(row) == 0, "\(row)") }
      for row in Self.kept { #expect(try store.searchResidue(.values([Array(Self.word(row).utf8)])).livingOn == 1, "\(row)") }
    }
  }
}
