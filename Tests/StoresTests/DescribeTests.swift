import Retention
import Stores
import TestSupport
import Testing

@Suite struct `A description` {
  private func schema(_ engine: Engine, _ script: String) throws -> Schema {
    var schema: Schema?
    try TenantDatabase.with(engine) { database in
      try database.execute(script)
      schema = try database.store(readOnly: true).schema()
    }
    return try #require(schema)
  }

  @Test(arguments: Engine.allCases)
  func `has keys of several columns, references to itself and to unique columns`(engine: Engine) throws {
    let schema = try schema(
      engine,
      """
      CREATE TABLE a (x integer NOT NULL, y text NOT NULL, code text NOT NULL UNIQUE, loose text UNIQUE, PRIMARY KEY (y, x));
      CREATE TABLE b (id integer PRIMARY KEY, boven integer REFERENCES b, ax integer, ay text, c text REFERENCES a (code),
        FOREIGN KEY (ay, ax) REFERENCES a);
      """)
    let a = try #require(schema.table("a"))
    #expect(a.primaryKey == ["y", "x"])
    #expect(a.uniqueKeys == [["code"]])
    #expect(
      Set(schema.table("b")?.references.map(\.description) ?? []) == [
        "b(boven) → b(id)", "b(ay, ax) → a(y, x)", "b(c) → a(code)",
      ])
  }

  @Test(arguments: Engine.allCases)
  func `has generated columns, and only the indexes that find every row`(engine: Engine) throws {
    let schema = try schema(
      engine,
      """
      CREATE TABLE a (id integer PRIMARY KEY, x integer, y text, z integer GENERATED ALWAYS AS (x + 1) STORED);
      CREATE INDEX whole ON a (y, x); CREATE INDEX part ON a (x) WHERE x > 3; CREATE UNIQUE INDEX expression ON a (lower(y), id);
      """)
    let a = try #require(schema.table("a"))
    #expect(a.columns.map(\.isGenerated) == [false, false, false, true])
    #expect(a.hasIndex(on: ["y"]) && a.hasIndex(on: ["x", "y"]) && a.hasIndex(on: ["id"]) && !a.hasIndex(on: ["x"]))
    #expect(a.uniqueKeys.isEmpty)
  }

  @Test(arguments: Engine.allCases)
  func `keeps odd names, and tells tables, views and triggers apart`(engine: Engine) throws {
    let trigger = engine.choose(
      "CREATE TRIGGER \"na ding\" AFTER DELETE ON \"order\" BEGIN SELECT 1; END;",
      """
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER "na ding" AFTER DELETE ON "order" FOR EACH ROW EXECUTE FUNCTION f();
      """)
    let schema = try schema(
      engine,
      """
      CREATE TABLE "order" (rowid integer PRIMARY KEY, "Naam ""x"" y" text); CREATE VIEW "Kijk naar" AS SELECT 1 AS een;
      \(trigger)
      """)
    #expect(schema.tables.map { "\($0.name) \($0.kind.rawValue)" } == ["Kijk naar view", "order table"])
    #expect(schema.table("order")?.columns.map(\.name) == ["rowid", "Naam \"x\" y"])
    #expect(schema.table("order")?.triggers == ["na ding"])
  }

  @Test func `finds SQLite references whatever the case of their names, and leaves out those to nothing`() throws {
    let schema = try schema(
      .sqlite,
      """
      CREATE TABLE Persoon (Id INTEGER PRIMARY KEY, Code TEXT UNIQUE);
      CREATE TABLE uren (id INTEGER PRIMARY KEY, p INTEGER REFERENCES PERSOON(ID), c TEXT REFERENCES persoon(code), w REFERENCES weg(id));
      CREATE VIRTUAL TABLE zoek USING fts5(tekst);
      CREATE VIRTUAL TABLE zoek4 USING fts4(tekst, languageid="taal", tokenize=porter);
      CREATE VIRTUAL TABLE leeg USING fts5(tekst, content='');
      CREATE VIRTUAL TABLE leeg4 USING fts4(tekst, content='');
      CREATE VIRTUAL TABLE vreemd USING fts5(w, content='uren');
      CREATE VIRTUAL TABLE "oid" USING fts4(rowid, _rowid_);
      CREATE VIRTUAL TABLE vlak USING rtree(id, a, b);
      CREATE TABLE vast (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;
      """)
    #expect(schema.table("uren")?.references.map(\.description).sorted() == ["uren(c) → Persoon(Code)", "uren(p) → Persoon(Id)"])
    #expect(
      schema.tables.map { "\($0.name) \($0.kind.rawValue)" } == [
        "Persoon table", "leeg virtual", "leeg4 unreadable table", "oid virtual", "uren table", "vast table", "vlak virtual",
        "vreemd virtual", "zoek full-text table", "zoek4 full-text table",
      ])
    #expect(schema.table("zoek")?.columns.map(\.name) == ["tekst"] && schema.table("zoek4")?.rowID == "rowid")
    #expect(schema.table("vast")?.primaryKey == ["k"])
  }

  @Test func `shows PostgreSQL partitions as one table, with the references that any of them has`() throws {
    let schema = try schema(
      .postgreSQL,
      """
      CREATE TABLE p (id integer PRIMARY KEY);
      CREATE TABLE deel (id integer, d date, p integer, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
      CREATE TABLE deel1 PARTITION OF deel FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
      CREATE TABLE deel2 PARTITION OF deel FOR VALUES FROM ('2020-01-01') TO ('2040-01-01');
      ALTER TABLE deel1 ADD FOREIGN KEY (p) REFERENCES p;
      CREATE MATERIALIZED VIEW m AS SELECT * FROM p; CREATE SCHEMA ander; CREATE TABLE ander.x (id integer);
      """)
    #expect(
      schema.tables.map { "\($0.name) \($0.kind.rawValue)" } == [
        "ander.x table", "deel partitioned", "m materialized view", "p table",
      ])
    #expect(schema.table("deel")?.references.map(\.description) == ["deel(p) → p(id)"])
  }

  @Test func `of one PostgreSQL schema has the tables elsewhere that name its rows`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(
        """
        CREATE TABLE land (id integer PRIMARY KEY); CREATE TABLE los (id integer);
        CREATE SCHEMA huur; CREATE TABLE huur.a (id integer PRIMARY KEY, land integer REFERENCES land);
        CREATE TABLE volgt (id integer PRIMARY KEY, a integer REFERENCES huur.a ON DELETE CASCADE);
        INSERT INTO land VALUES (1); INSERT INTO huur.a VALUES (1, 1);
        """)
      let store = try database.store(schema: "huur")
      let schema = try store.schema()
      #expect(schema.tables.map(\.name) == ["a", "public.volgt"])
      let reference = try #require(schema.table("a")?.references.first)
      #expect(reference.description == "a(land) → public.land(id)")
      #expect(try store.orphans(of: reference) == 0)
    }
    try TenantDatabase.with(.postgreSQL) { database in
      #expect(throws: StoreError.noSchema("huur")) { try database.store(schema: "huur") }
    }
  }

  /// None of them stops the tables beside them.
  @Test func `of a SQLite file has broken views as views, and indexes without their rows as what cannot be read`() throws {
    let schema = try schema(
      .sqlite,
      """
      CREATE TABLE a (id integer PRIMARY KEY, x text); INSERT INTO a VALUES (1, 'one');
      CREATE VIEW gone AS SELECT * FROM dropped; CREATE VIEW part AS SELECT x, y FROM a; CREATE VIEW own AS SELECT of_the_application(x) FROM a;
      CREATE VIRTUAL TABLE words USING fts4(content="", t); INSERT INTO words(docid, t) VALUES (1, 'one');
      CREATE TABLE b (t text); INSERT INTO b VALUES ('one');
      CREATE VIRTUAL TABLE lost USING fts5(t, content='b'); INSERT INTO lost(lost) VALUES ('rebuild'); DROP TABLE b;
      """)
    #expect(
      schema.tables.map { "\($0.name) \($0.kind.rawValue)" } == [
        "a table", "gone view", "lost unreadable table", "own view", "part view", "words unreadable table",
      ])
    #expect(schema.table("gone")?.columns == [])
  }

  /// What has the same name here may be two things to a database.
  @Test(arguments: Engine.allCases)
  func `is refused where a name is empty or not the only one`(engine: Engine) throws {
    let (one, two) = ("caf\u{e9}", "cafe\u{301}")
    func error(_ script: String) -> StoreError? {
      #expect(throws: StoreError.self) { try schema(engine, script) }
    }
    #expect(
      error("CREATE TABLE \"\(one)\" (id integer PRIMARY KEY); CREATE TABLE \"\(two)\" (a text)") == .sameName(table: one, column: nil))
    #expect(error("CREATE TABLE a (\"\(one)\" text, \"\(two)\" text)") == .sameName(table: "a", column: one))
    switch engine {
    case .sqlite: #expect(error("CREATE TABLE a (id integer PRIMARY KEY, \"\" text)") == .noName(table: "a"))
    case .postgreSQL:
      #expect(
        error("CREATE SCHEMA a; CREATE SCHEMA \"a.b\"; CREATE TABLE a.\"b.c\" (id integer); CREATE TABLE \"a.b\".c (id integer)")
          == .sameName(table: "a.b.c", column: nil))
    }
  }

  @Test(arguments: Engine.allCases)
  func `comes with the clock of the server, if there is one`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      let clock = try database.store().serverClock()
      #expect(engine == .sqlite ? clock == nil : (clock?.seconds ?? 0) > 1_700_000_000)
    }
  }
}
