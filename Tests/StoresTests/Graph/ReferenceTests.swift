import Enforcement
import Retention
import Stores
import TestSupport
import Testing

@Suite struct `References of every kind` {
  private func sample(_ tables: String..., references: [Reference] = []) -> SamplePolicy {
    var sample = `Rows that name each other`.sample(references: references)
    for table in tables { sample.tables[table] = MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")]) }
    return sample
  }

  @Test(arguments: Engine.allCases)
  func `hold for the rows of one kind only, and compare a text with a number`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        """
        CREATE TABLE persoon (id integer PRIMARY KEY, d text); CREATE TABLE klant (nr bigint PRIMARY KEY, d text);
        CREATE TABLE bijlage (id integer PRIMARY KEY, d text, soort text, bij text);
        INSERT INTO persoon VALUES (1, '2010-01-01'), (2, '2010-01-01'), (3, '2010-01-01');
        INSERT INTO klant VALUES (1, '2010-01-01'), (2, '2010-01-01');
        INSERT INTO bijlage VALUES (1, '2025-01-01', 'persoon', '1'), (2, '2025-01-01', 'klant', '2'), (3, '2010-01-01', 'persoon', '2'),
          (4, '2025-01-01', NULL, '3'), (5, '2025-01-01', 'persoon', 'x'), (6, '2025-01-01', 'persoon', NULL);
        """)
      func reference(_ target: String, _ key: String) -> Reference {
        Reference(
          table: "bijlage", columns: ["bij"], target: target, targetColumns: [key], when: .equals(column: "soort", .text(target)))
      }
      let references = [reference("persoon", "id"), reference("klant", "nr")]
      let store = try database.store()
      #expect(try references.map { try store.orphans(of: $0) } == [1, 0])
      try WholeJob(sample("persoon", "klant", "bijlage", references: references), store).expectDone()
      #expect(try database.values("id", of: "persoon") == ["1"])
      #expect(try database.values("nr", of: "klant") == ["2"])
      #expect(try database.values("id", of: "bijlage") == ["1", "2", "4", "5", "6"])
    }
  }

  @Test func `to a column that ignores case are followed as SQLite itself does`() throws {
    try TenantDatabase.with(.sqlite) { database in
      try database.execute(
        """
        CREATE TABLE p (code TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, d TEXT);
        CREATE TABLE k (id INTEGER PRIMARY KEY, d TEXT, p TEXT REFERENCES p ON DELETE CASCADE);
        INSERT INTO p VALUES ('ABC', '2010-01-01'), ('def', '2010-01-01'); INSERT INTO k VALUES (1, '2025-01-01', 'abc');
        """)
      try WholeJob(sample("p", "k"), try database.store()).expectDone()
      #expect(try database.values("code", of: "p") == ["ABC"])
      #expect(try database.values("id", of: "k") == ["1"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `from another tenant's rows are never followed by a cascade`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        """
        CREATE TABLE p (id integer PRIMARY KEY, huurder integer, d text);
        CREATE TABLE k (id integer PRIMARY KEY, huurder integer, d text, p integer REFERENCES p ON DELETE CASCADE);
        INSERT INTO p VALUES (1, 7, '2010-01-01'), (2, 7, '2010-01-01'); INSERT INTO k VALUES (1, 8, '2010-01-01', 1), (2, 7, '2010-01-01', 2);
        """)
      var sample = sample("p", "k")
      sample.tenantColumn = .init(column: "huurder", value: .integer(7))
      try WholeJob(sample, try database.store()).expectDone()
      #expect(try database.values("id", of: "p") == ["1"])
      #expect(try database.values("id", of: "k") == ["1"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `let a shared row go with the last that names it, and keep one that nobody names yet`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        """
        CREATE TABLE persoon (id integer PRIMARY KEY, d text); CREATE TABLE adres (id integer PRIMARY KEY, straat text);
        CREATE TABLE woont (persoon integer REFERENCES persoon, adres integer REFERENCES adres, PRIMARY KEY (persoon, adres));
        INSERT INTO persoon VALUES (1, '2010-01-01'), (2, '2010-01-01'), (3, '2025-01-01');
        INSERT INTO adres VALUES (1, 'van een'), (2, 'van een en drie'), (3, 'van een en twee'), (4, 'nieuw');
        INSERT INTO woont VALUES (1, 1), (1, 2), (3, 2), (1, 3), (2, 3);
        """)
      var sample = sample("persoon")
      sample.tables["woont"] = MappedTable(category: Category("x"), belongsTo: "persoon")
      sample.tables["adres"] = MappedTable(category: Category("x"), livesWith: ["woont"])
      let store = try database.store()
      let job = try WholeJob(sample, store)
      job.expectDone()
      #expect(job.findings.plan.totals[.undated] == 1)
      #expect(try database.values("id", of: "persoon") == ["3"])
      #expect(try database.values("id", of: "adres") == ["2", "4"])
      #expect(try database.values("persoon", of: "woont") == ["3"])
      let table = try #require(job.findings.decision.table("adres"))
      let found = try #require(try store.examine(table, key: ["4"]))
      #expect(table.cases[found.caseIndex].reasons == [.neverNamed(["woont"])])
    }
  }

  @Test(arguments: Engine.allCases)
  func `that dangle stay as they are`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      try database.execute(
        """
        CREATE TABLE p (a integer, b text, d text, PRIMARY KEY (a, b)); CREATE TABLE k (id integer PRIMARY KEY, d text, pa integer, pb text);
        INSERT INTO p VALUES (1, '', '2010-01-01'), (2, 'x', '2010-01-01'), (0, 'y', '2010-01-01');
        INSERT INTO k VALUES (1, '2025-01-01', 1, ''), (2, '2025-01-01', 2, NULL), (3, '2025-01-01', 9, 'weg'), (4, '0000-00-00', 0, 'y'),
          (5, '9999-12-31', 0, 'z');
        """)
      let reference = Reference(table: "k", columns: ["pa", "pb"], target: "p", targetColumns: ["a", "b"])
      let job = try WholeJob(sample("p", "k", references: [reference]), try database.store())
      job.expectDone()
      #expect(try database.values("a", of: "p") == ["0", "1"])
      #expect(try database.values("id", of: "k").count == 5)
      #expect(job.findings.plan.totals[.undated] == 2)
    }
  }
}
