import Foundation
import SQLite
import Testing

/// What `wis export` gives back, read with other people's tools.
@Suite struct `An exported package` {
  /// Values that get lost on the way elsewhere.
  static func nasty(_ engine: Database.Engine) -> String {
    let common = """
      CREATE TABLE "odd names" (id integer PRIMARY KEY, "a b" text, "a,b" text, "a""b" text, "=cmd" text, "select" text);
      INSERT INTO "odd names" VALUES (1, 'x', 'y', 'z', '=1+1', '@SUM(A1)'), (2, '-1', '+1', E'', E'', NULL);
      CREATE TABLE "odd/names" (id integer PRIMARY KEY, t text);
      INSERT INTO "odd/names" VALUES (1, 'one');
      CREATE TABLE empty (id integer PRIMARY KEY, t text);
      CREATE TABLE led (company integer NOT NULL, id integer NOT NULL, boss integer, PRIMARY KEY (company, id),
        FOREIGN KEY (company, boss) REFERENCES led (company, id));
      INSERT INTO led VALUES (1, 1, NULL), (1, 2, 1);
      CREATE TABLE alone (t text);
      INSERT INTO alone VALUES (''), (NULL), ('\\.'), ('x'), ('x');
      CREATE TABLE marked (id integer PRIMARY KEY, t text);
      INSERT INTO marked VALUES (1, '\\N'), (2, NULL), (3, ''), (4, '\\N1'), (5, 'NULL'), (6, '\\\\N');
      CREATE TABLE lines (id integer PRIMARY KEY, t text);
      INSERT INTO lines VALUES (1, E'a\\nb'), (2, E'a\\r\\nb'), (3, E'a\\rb'), (4, 'a "quoted" b'), (5, '"'), (6, ','), (7, ' x '),
        (8, E'a\\n\\\\.\\nb'), (9, E'tab\\tx'), (10, 'é€😀'), (11, E'\\n'), (12, '#x');
      """
    switch engine {
    case .sqlite:
      // SQLite has no escapes in its literals: they are put in here.
      return unescaped(common) + """
        CREATE TABLE classes (id INTEGER PRIMARY KEY, i INTEGER, n NUMERIC, r REAL, t TEXT, b BLOB, x, d DATE);
        INSERT INTO classes VALUES (1, 1, 1.5, 0.1, 'text', x'00ff', 1, '2024-02-29'), (2, 'text', 'text', 'text', x'00', 'text', '1', '2024-13-01'),
          (3, x'', x'61', x'00', x'', x'', x'61', NULL), (4, 9223372036854775807, -9223372036854775808, 1e308, '1', 1, 1.5, 'x'),
          (5, 1.5, 9007199254740993, 9e999, '1.0', 1.5, 1.0, 1), (6, NULL, NULL, -9e999, '', '', '', ''), (7, 0, 0.1 + 0.2, 5e-324, 'INF', NULL, NULL, NULL),
          (8, 'INF', 'INF', 'INF', 'NaN', 'INF', 'INF', NULL), (9, 0, 1e15, -0.0, '007', x'0d0a', '007', '2024-01-01');
        -- Texts of which SQLite before 3.43 makes the number next to them: so they are computed here.
        CREATE TABLE fractions (r REAL, n NUMERIC, x, b BLOB, t TEXT);
        INSERT INTO fractions SELECT v, v, v, v, v FROM (SELECT 27190878467 / 1e7 AS v UNION ALL SELECT -942895294253 / 1e6 UNION ALL
          SELECT 893172723174447 / 1e6 UNION ALL SELECT 1 / 1e7 UNION ALL SELECT -0.5 UNION ALL SELECT 10 / 1e1 UNION ALL SELECT -0.0);
        CREATE TABLE broken (id INTEGER PRIMARY KEY, t TEXT);
        INSERT INTO broken VALUES (1, CAST(x'ff41' AS TEXT)), (2, CAST(x'410042' AS TEXT)), (3, 'fine'), (4, CAST(x'c3' AS TEXT));
        CREATE TABLE blobs (k TEXT PRIMARY KEY, a BLOB, b BLOB);
        INSERT INTO blobs VALUES ('one', randomblob(1024), randomblob(1025)), ('two', zeroblob(100000), CAST('%PDF-1.4' || hex(zeroblob(1000)) AS BLOB)),
          (NULL, x'', NULL);
        CREATE TABLE composed (a TEXT, b INTEGER, total INTEGER GENERATED ALWAYS AS (b * 2) STORED, PRIMARY KEY (a, b)) WITHOUT ROWID;
        INSERT INTO composed (a, b) VALUES ('x', 2), ('x', 1), ('a', 3);
        CREATE TABLE strictly (id INTEGER PRIMARY KEY, a ANY) STRICT;
        INSERT INTO strictly VALUES (1, '1'), (2, 1), (3, x'01'), (4, 1.0);
        CREATE VIEW seen AS SELECT t FROM lines;
        CREATE INDEX lines_t ON lines (t);
        CREATE TRIGGER touched AFTER UPDATE ON lines BEGIN SELECT 1; END;
        """
    case .postgreSQL:
      return common + """
        CREATE TYPE mood AS ENUM ('sad', 'ok; go', 'it''s');
        CREATE DOMAIN code AS varchar(5) CHECK (length(VALUE) > 1);
        CREATE TABLE numbers (id bigint PRIMARY KEY, n numeric, n2 numeric(40,10), f float8, g float4, i smallint, b boolean, m money);
        INSERT INTO numbers VALUES (1, 'NaN', 1234567890123456789012345678.0123456789, 'Infinity', '-Infinity', 1, true, 1.5),
          (2, 'Infinity', 1.00, 'NaN', 0.1, -1, false, -1), (3, '-Infinity', 0, 0.1::float8 + 0.2::float8, 3.4e38, NULL, NULL, NULL),
          (9223372036854775807, 12345678901234567890123456789.123456789012345678901234567890, NULL, '-0', 5e-45, 0, true, 0);
        CREATE TABLE times (id integer PRIMARY KEY, d date, ts timestamp, tz timestamptz, t time, ttz timetz, i interval);
        INSERT INTO times VALUES (1, '2024-02-29', '2024-02-29 10:00:00.123456', '2024-02-29 10:00:00+02', '10:00', '10:00+02', '1 day 2 hours'),
          (2, '0044-03-15 BC', '0044-03-15 10:00 BC', '0044-03-15 10:00+00 BC', '24:00', '23:59:59.999999-12', '-1 mon +2 days'),
          (3, 'infinity', '-infinity', 'infinity', NULL, NULL, '0'), (4, '12345-01-01', '12345-01-01 00:00', '12345-01-01 00:00+00', '00:00', NULL, NULL);
        CREATE TABLE "plain times" (id integer PRIMARY KEY, d date, ts timestamp, tz timestamptz, t time, i interval);
        INSERT INTO "plain times" VALUES (1, '2024-02-29', '2024-02-29 10:00:00.5', '2024-02-29 10:00:00+02', '10:00:01.25', '1 year 2 mons 3 days 4 hours'),
          (2, '0001-01-01', '9999-12-31 23:59:59', '2024-02-29 10:00:00.000001+02', '23:59:59', '0');
        CREATE TABLE kinds (id uuid PRIMARY KEY, j json, jb jsonb, a integer[], ta text[], aa integer[][], m mood, ma mood[], c code, r int4range,
          ip inet, x xml, bits bit varying, p point, ch char(3), na numeric[], ba bytea[], da date[], named name);
        INSERT INTO kinds VALUES ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{"a" : 1, "a": 2}', '{"b": [1, null]}', '{1,NULL,3}', '{"a,b","c\\"d",NULL,""}',
          '{{1,2},{3,4}}', 'it''s', '{sad,"ok; go"}', 'ab', '[1,5)', '10.0.0.0/8', '<a>é</a>', '101', '(1,2)', 'ab', '{1.50,NaN}', '{"\\\\x00ff"}', '{2024-01-01}', 'n'),
          (gen_random_uuid(), 'null', '1.50', '{}', '{}', NULL, NULL, '{}', NULL, 'empty', NULL, NULL, '', NULL, NULL, '{}', NULL, '{infinity}', NULL),
          (gen_random_uuid(), '"\\\\N"', '"x"', '[0:1]={7,8}', '{"[1]","{2}"}', NULL, 'sad', NULL, NULL, NULL, '::1', NULL, NULL, NULL, '', NULL, '{}', NULL, NULL);
        CREATE TABLE blobs (id integer PRIMARY KEY, a bytea, b bytea);
        INSERT INTO blobs VALUES (1, '\\x00ff', decode(repeat('00ff', 700), 'hex')), (2, '', NULL), (3, decode(repeat('41', 1024), 'hex'), decode(repeat('42', 100000), 'hex'));
        CREATE SCHEMA "other one";
        CREATE TABLE "other one"."T.x" (id integer PRIMARY KEY, "Name" text, name text, total integer GENERATED ALWAYS AS (id * 2) STORED);
        INSERT INTO "other one"."T.x" VALUES (1, 'a', 'b');
        CREATE TABLE parted (id integer, y integer, PRIMARY KEY (id, y)) PARTITION BY RANGE (y);
        CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
        CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
        INSERT INTO parted SELECT i, i FROM generate_series(0, 19) i;
        CREATE TABLE nokey (a json, b point);
        INSERT INTO nokey VALUES ('1', '(0,0)'), ('1', '(0,0)'), ('2', NULL);
        CREATE TABLE counted (id serial PRIMARY KEY, parent integer REFERENCES counted (id));
        INSERT INTO counted (parent) VALUES (NULL), (1), (2);
        CREATE VIEW seen AS SELECT t FROM lines;
        """
    }
  }

  /// PostgreSQL's escapes as SQLite can say them.
  private static func unescaped(_ script: String) -> String {
    var text = ""
    var isEscaped = false
    var characters = Array(script)[...]
    while let character = characters.popFirst() {
      if !isEscaped, character == "E", characters.first == "'" { isEscaped = true; text.append(characters.removeFirst()); continue }
      guard isEscaped else { text.append(character); continue }
      if character == "'" { isEscaped = false }
      guard character == "\\" else { text.append(character); continue }
      switch characters.popFirst() {
      case "n": text.append("\n")
      case "r": text.append("\r")
      case "t": text.append("\t")
      case let other?: text.append(other)
      case nil: break
      }
    }
    return text
  }

  @Test(arguments: Database.Engine.allCases)
  func `holds every value, opens in strangers' tools, and restores to equal tables`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + Self.nasty(engine)) { sample in
      let package = try Package.export(sample)
      let rows = try package.rows()
      #expect(rows["marked"]?.map { $0["t"] ?? nil } == ["\\N", nil, "", "\\N1", "NULL", "\\\\N"])
      #expect(rows["alone"]?.count == 5)
      #expect(rows["odd names"]?.first?["=cmd"] == "=1+1")
      #expect(rows["empty"]?.isEmpty == true)
      let folder = sample.node.folder
      try Database.with(engine, in: folder + "/node") { restored in
        try package.restore(into: restored)
        let differences = try restored.differences(from: sample.database)
        #expect(differences == [])
      }
      // Into the other engine too, where types are only near.
      let other: Database.Engine = engine == .sqlite ? .postgreSQL : .sqlite
      try Database.with(other, in: folder + "/node") { restored in
        try package.restore(into: restored)
        #expect(try restored.count("lines") == 12)
        #expect(try restored.count("marked") == 6)
      }
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `is the same byte for byte when nothing changed`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + Self.nasty(engine)) { sample in
      let (first, second) = (try Package.export(sample), try Package.export(sample))
      #expect(try Program.run(["diff", "-r", first.folder, second.folder]).output == "")
      #expect(lastName(first.folder) == lastName(second.folder))
      try sample.database.execute("UPDATE hours SET note = 'other' WHERE id = 1")
      let third = try Package.export(sample)
      #expect(lastName(third.folder) != lastName(first.folder))
    }
  }

  private func lastName(_ path: String) -> String { (path as NSString).lastPathComponent }
}
