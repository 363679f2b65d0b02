import Foundation
import Testing

/// Values that no program should hold in memory whole.
@Suite struct `A value larger than a mebibyte` {
  private static func script(_ engine: Database.Engine) -> String {
    switch engine {
    case .sqlite:
      """
      CREATE TABLE scan (id integer PRIMARY KEY, b blob, c blob, note text);
      INSERT INTO scan VALUES (1, randomblob(3000000), randomblob(1048577), 'a'), (2, randomblob(1048576), NULL, 'b'), (3, x'', x'00', NULL),
        (4, CAST('%PDF-1.4' || hex(randomblob(1000000)) AS BLOB), 'text', 'c');
      CREATE TABLE named (rowid text, k text PRIMARY KEY, b image);
      INSERT INTO named VALUES ('x', 'one', randomblob(2000000)), ('y', 'two', zeroblob(1500000));
      CREATE TABLE packed (k text PRIMARY KEY, b blob) WITHOUT ROWID;
      INSERT INTO packed VALUES ('one', randomblob(1500000));
      CREATE TABLE alone (b blob);
      INSERT INTO alone VALUES (randomblob(1200000)), (x'01'), (NULL);
      """
    case .postgreSQL:
      """
      CREATE FUNCTION noise(n integer) RETURNS bytea LANGUAGE sql VOLATILE AS
        $$ SELECT string_agg(sha256(random()::text::bytea), '') FROM generate_series(1, n / 32) $$;
      CREATE TABLE scan (id integer PRIMARY KEY, b bytea, c bytea, note text);
      INSERT INTO scan VALUES (1, noise(9000000), noise(1100000), 'a'), (2, decode(repeat('00', 1048576), 'hex'), NULL, 'b'), (3, '', '\\x00', NULL),
        (4, decode(repeat('2550', 3000000), 'hex'), '\\x', 'c'), (5, decode(repeat('00', 4194304), 'hex'), NULL, 'd');
      CREATE TABLE parted (k integer, b bytea, PRIMARY KEY (k)) PARTITION BY RANGE (k);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
      CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
      INSERT INTO parted VALUES (1, noise(1200000)), (11, noise(1300000)), (12, NULL);
      DROP FUNCTION noise;
      """
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `goes into a file in pieces and comes back whole`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + Self.script(engine)) { sample in
      let package = try Package.export(sample)
      _ = try package.rows()
      try Database.with(engine, in: sample.node.folder + "/node") { restored in
        try package.restore(into: restored)
        #expect(try restored.differences(from: sample.database) == [])
      }
      func verify(_ more: String...) throws -> Wis.Outcome {
        try Wis.run(
          ["export", "verify", package.file, "--against", "sample", "-q", "--config", sample.node.config] + more, in: sample.node.folder)
      }
      let whole = try engine == .sqlite ? verify("--restore", "sqlite") : verify()
      #expect(whole.exit == 0, "\(whole)")
      // Two values that change places are another content, as is one with another byte.
      try sample.database.execute(
        engine == .sqlite
          ? "UPDATE scan SET b = (SELECT b FROM named WHERE k = 'two') WHERE id = 1"
          : "UPDATE scan SET b = set_byte(b, 5000000, 255 - get_byte(b, 5000000)) WHERE id = 1")
      let changed = try verify()
      #expect(changed.exit == 4 && changed.output.contains("table scan has other rows"), "\(changed)")
      // A part of the rows is read with a condition, in another way.
      let part = try Package.export(sample, "--tables", "scan")
      _ = try part.rows()
    }
  }
}
