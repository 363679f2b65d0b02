import Foundation
import Residue
import Retention
import SQLite
import Stores
import TestSupport
import Testing

/// What erasing leaves in a SQLite file, and that nothing is left after the sequence.
@Suite struct `Residue in a SQLite file` {
  /// The ways in which an application keeps a journal.
  static let journals = ["DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL"]
  /// The shapes of a file.
  static let shapes = [
    "", "PRAGMA page_size = 512; PRAGMA auto_vacuum = FULL", "PRAGMA page_size = 65536; PRAGMA encoding = 'UTF-16le'",
    "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16be'; PRAGMA auto_vacuum = INCREMENTAL",
  ]

  static func secret(_ number: Int) -> String { "geheim-\(number * 7919 % 100_003)-\(number)@planted.example" }

  /// An application's database: people, their hours in a table without row ids, notes that fill many pages, a search index, and
  /// samples of the planner; much was inserted in the middle, so that pages were split.
  static func fill(_ path: String, shape: String, journal: String, people: Int = 300) throws -> SQLite.Connection {
    let application = try SQLite.Connection(path: path, mode: .create, busyTimeout: .seconds(5))
    try application.execute(
      """
      \(shape); PRAGMA journal_mode = \(journal); PRAGMA secure_delete = OFF; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0;
      CREATE TABLE persoon (id integer PRIMARY KEY, email text, notitie text, uit_dienst text);
      CREATE INDEX persoon_email ON persoon (email);
      CREATE TABLE uren (sleutel text PRIMARY KEY, datum text) WITHOUT ROWID;
      CREATE VIRTUAL TABLE zoek USING fts5 (woord, tokenize = "unicode61 tokenchars '-@.'");
      """)
    try insert(people, application)
    try application.execute("ANALYZE")
    return application
  }

  private static func insert(_ people: Int, _ application: borrowing SQLite.Connection) throws {
    var random = SeededRandom(seed: 11)
    try application.execute("BEGIN")
    var person = try application.prepare("INSERT INTO persoon VALUES (?1, ?2, ?3, ?4)")
    var hours = try application.prepare("INSERT INTO uren VALUES (?1, ?2)")
    var words = try application.prepare("INSERT INTO zoek (rowid, woord) VALUES (?1, ?2)")
    for number in Array(1...people).shuffled(using: &random) {
      let day: SQLite.Value = .text(number % 3 == 0 ? "2010-01-01" : "2030-01-01")
      let note = "notitie van \(secret(number)) " + String(repeating: "z", count: number % 7 == 0 ? 9000 : number % 50)
      try person.run([.integer(Int64(number)), .text(secret(number)), .text(note), day])
      try hours.run([.text("uren \(secret(number))"), day])
      try words.run([.integer(Int64(number)), .text(secret(number))])
    }
    try application.execute("COMMIT")
  }

  private static let sample: SamplePolicy = {
    var sample = SamplePolicy()
    sample.tables = [
      "persoon": MappedTable(category: Category("personnel"), clocks: ["d": Clock(column: "uit_dienst")]),
      "uren": MappedTable(category: Category("hours"), clocks: ["d": Clock(column: "datum")]),
      "zoek": MappedTable(category: .impersonal),
    ]
    sample.rules = [RetentionRule("r", keep: "P7Y", [.limit])]
    return sample
  }()

  /// Erases what is due, as a run does, and gives what was captured.
  private func erase(_ store: any TenantStore, _ application: borrowing SQLite.Connection) throws -> ErasedRows {
    var rows = ErasedRows()
    let plan = try store.plan(Self.sample)
    for step in plan.steps { rows.append(try store.capture(step, limit: 1000)) }
    #expect(try store.carryOut(plan).reduce(0, +) == 200)
    try application.execute("DELETE FROM zoek WHERE rowid % 3 = 0")
    return rows
  }

  /// Whether a text stands in any file of the database, as anybody can see.
  private func files(at path: String, hold text: String) throws -> [String] {
    let utf16 = Data(text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    return ["", "-wal", "-journal"].filter { suffix in
      // Foundation loses the memory with which it reads an empty file.
      guard let size = try? FileManager.default.attributesOfItem(atPath: path + suffix)[.size] as? Int, size > 0,
        let data = FileManager.default.contents(atPath: path + suffix)
      else { return false }
      return [Data(text.utf8), utf16, Data(utf16.dropFirst() + [0])].contains { data.range(of: $0) != nil }
    }
  }

  @Test(arguments: journals, shapes)
  func `is found where it remains, and is gone after the sequence`(journal: String, shape: String) throws {
    try TenantDatabase.with(.sqlite) { database in
      let path = database.location
      try FileManager.default.removeItem(atPath: path)
      let application = try Self.fill(path, shape: shape, journal: journal)
      let store = try database.store()
      let rows = try erase(store, application)
      #expect(rows.rows.count == 200)
      let before = try store.searchResidue(.rows(rows))
      #expect(before.rowsCovered == 200 && before.controls.seen == before.controls.of && before.controls.of > 0)
      #expect(before.hits[.derived] != nil || before.hitCount > 0)
      #expect(before.dirtyPages > 0)
      for level in [ErasureLevel.scrubbed, .rewritten] {
        let kept = try database.rows(["id", "email", "notitie"], from: "persoon ORDER BY id")
        let done = try store.cleanse(to: level, within: .unlimited)
        #expect(done.waiting.isEmpty, "\(done)")
        let after = try store.searchResidue(.rows(rows))
        #expect(after.isClean, "\(level): \(after)")
        #expect(try store.searchResidue(.structure).isClean)
        for number in stride(from: 3, through: 300, by: 33) { #expect(try files(at: path, hold: Self.secret(number)).isEmpty) }
        #expect(try !files(at: path, hold: Self.secret(1)).isEmpty)
        #expect(try application.text("PRAGMA integrity_check") == "ok")
        #expect(try database.rows(["id", "email", "notitie"], from: "persoon ORDER BY id") == kept)
        // What the application has cached is not written back.
        try application.execute("UPDATE persoon SET uit_dienst = '2031-01-01' WHERE id % 5 = 1")
        let later = try store.searchResidue(.rows(rows))
        #expect(later.hitCount == 0, "\(level): \(later)")
      }
    }
  }

  @Test func `is told to remain while a reader needs the log`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try FileManager.default.removeItem(atPath: database.location)
      let application = try Self.fill(database.location, shape: "", journal: "WAL")
      let store = try database.store(busyTimeout: .milliseconds(50))
      let reader = try SQLite.Connection(path: database.location, mode: .readWrite)
      let reading = try reader.begin(.snapshot)
      let rows = try erase(store, application)
      let done = try store.cleanse(to: .scrubbed, within: .unlimited)
      #expect(done.outcomes[.journal] == .waiting(.reader) && done.outcomes[.pages] == .waiting(.reader))
      let found = try store.searchResidue(.rows(rows))
      #expect(!found.isComplete && found.obstacle == .reader)
      #expect((found.hits[.journal] ?? 0) > 0)
      try reading.commit()
      #expect(try store.cleanse(to: .scrubbed, within: .unlimited).waiting.isEmpty)
      #expect(try store.searchResidue(.rows(rows)).isClean)
    }
  }

  @Test func `is told to remain while another reads a file without a log`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try FileManager.default.removeItem(atPath: database.location)
      let application = try Self.fill(database.location, shape: "", journal: "DELETE")
      let store = try database.store(busyTimeout: .milliseconds(50))
      _ = try erase(store, application)
      let reader = try SQLite.Connection(path: database.location, mode: .readWrite)
      let reading = try reader.begin(.snapshot)
      #expect(try store.cleanse(to: .rewritten, within: .unlimited).outcomes[.pages] == .waiting(.reader))
      try reading.commit()
    }
  }

  @Test func `goes with the samples of a library that takes some, and what only counts rows is left alone`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try FileManager.default.removeItem(atPath: database.location)
      let application = try Self.fill(database.location, shape: "", journal: "DELETE")
      let store = try database.store()
      let counts = try application.text("SELECT group_concat(idx || stat) FROM sqlite_stat1")
      #expect(try store.cleanse(to: .scrubbed, within: .unlimited).outcomes[.statistics] == .notApplicable)
      #expect(try application.text("SELECT group_concat(idx || stat) FROM sqlite_stat1") == counts)
      // Debian's library takes no samples, but meets files of those that do.
      try application.execute(
        """
        CREATE TABLE samples (tbl, idx, neq, nlt, ndlt, sample);
        INSERT INTO samples VALUES ('persoon', 'persoon_email', '1 1', '7 7', '7 7', CAST('\(Self.secret(9999))' AS BLOB));
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET name = 'sqlite_stat4', tbl_name = 'sqlite_stat4',
          sql = 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)' WHERE name = 'samples';
        PRAGMA writable_schema = RESET
        """)
      #expect(try files(at: database.location, hold: Self.secret(9999)) == [""])
      #expect(try store.cleanse(to: .scrubbed, within: .unlimited).outcomes[.statistics] == .done(.recomputed))
      #expect(try files(at: database.location, hold: Self.secret(9999)).isEmpty)
    }
  }

  @Test func `stays within its budget`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try FileManager.default.removeItem(atPath: database.location)
      let application = try Self.fill(database.location, shape: "", journal: "DELETE")
      let store = try database.store()
      let rows = try erase(store, application)
      #expect(try store.cleanse(to: .rewritten, within: ScrubBudget(seconds: nil, bytes: 1 << 16)).outcomes[.pages] == .waiting(.disk))
      #expect(try store.cleanse(to: .scrubbed, within: ScrubBudget(seconds: 0, bytes: nil)).outcomes[.pages] == .waiting(.time))
      #expect(try !store.searchResidue(.rows(rows)).isClean)
      #expect(try application.text("PRAGMA integrity_check") == "ok")
    }
  }

  @Test func `of values that live on in kept rows is none`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try FileManager.default.removeItem(atPath: database.location)
      let application = try Self.fill(database.location, shape: "", journal: "DELETE")
      try application.execute("INSERT INTO persoon VALUES (1000, '\(Self.secret(3))', NULL, NULL)")
      let store = try database.store()
      let rows = try erase(store, application)
      _ = try store.cleanse(to: .scrubbed, within: .unlimited)
      let found = try store.searchResidue(.rows(rows))
      #expect(found.isClean && found.livingOn == 1, "\(found)")
    }
  }

  @Test func `is found by values that a person gives`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try FileManager.default.removeItem(atPath: database.location)
      let application = try Self.fill(database.location, shape: Self.shapes[2], journal: "DELETE")
      let store = try database.store()
      _ = try erase(store, application)
      let values = [Self.secret(3), Self.secret(6), "Jan"].map { Array($0.utf8) }
      let found = try store.searchResidue(.values(values))
      #expect(found.hitCount > 0 && found.rowsCovered == 2)
      _ = try store.cleanse(to: .scrubbed, within: .unlimited)
      #expect(try store.searchResidue(.values(values)).isClean)
    }
  }
}
