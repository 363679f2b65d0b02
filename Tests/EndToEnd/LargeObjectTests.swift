import Foundation
import Testing

/// Rows of PostgreSQL that name large objects: their bytes stand outside of every table.
@Suite struct `Large objects that rows name` {
  private static let map =
    Sample.map + """
        document:
          category: hours
          clock: {worked: made}
          columns: {made: hours, scan: hours}

      """

  private static let script =
    Sample.script + """
      CREATE TABLE document (id integer PRIMARY KEY, made date NOT NULL, scan oid);
      INSERT INTO document VALUES (1, '2014-01-05', lo_from_bytea(0, 'scan-of-zeepaard-kapstok-4711')), (3, CURRENT_DATE, NULL),
        (2, CURRENT_DATE, lo_from_bytea(0, decode(repeat('25504446', 600000), 'hex')));
      """

  @Test func `stop the tenant as long as nothing takes them along, and go with their rows when a trigger does`() throws {
    let agreement = Sample.agreement.replacingOccurrences(of: "retention:", with: "level: rewritten\nretention:")
    try Sample.with(.postgreSQL, script: Self.script, map: Self.map, agreement: agreement) { sample in
      func objects() throws -> Int { try sample.database.count("pg_largeobject_metadata") }
      try sample.expectRefusal(["plan"], exit: 2, saying: "document.scan names large objects", "lo_manage(scan)")
      try sample.database.execute(
        """
        CREATE EXTENSION lo;
        CREATE TRIGGER scan BEFORE UPDATE OR DELETE ON document FOR EACH ROW EXECUTE FUNCTION lo_manage(scan);
        ALTER TABLE document DISABLE TRIGGER scan;
        """)
      try sample.expectRefusal(["plan"], exit: 2, saying: "document.scan names large objects")
      try sample.database.execute("ALTER TABLE document ENABLE TRIGGER scan")
      try sample.node.approvePlans()
      #expect(try objects() == 2)
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      #expect(try objects() == 1 && sample.keys()["document"] == ["'2'", "'3'"])
      try sample.node.write("zeepaard-kapstok-4711\n", to: "\(sample.node.folder)/values.txt")
      let search = try sample.node.wis("verify-erasure", "sample", "--values", "\(sample.node.folder)/values.txt")
      #expect(search.output.contains("found: nothing") && search.exit == 0, "\(search)")
    }
  }

  @Test func `are in the return with their bytes, and come back from it`() throws {
    try Sample.with(.postgreSQL, script: Self.script, map: Self.map) { sample in
      let package = try Package.export(sample)
      let rows = try package.rows()
      #expect(rows["document"]?.count == 3)
      func content(_ database: Database) throws -> Int {
        try database.count(
          """
          document WHERE (id, coalesce(md5(lo_get(scan)), '')) IN ((1, md5('scan-of-zeepaard-kapstok-4711')), (3, ''),
            (2, md5(decode(repeat('25504446', 600000), 'hex'))))
          """)
      }
      #expect(try content(sample.database) == 3)
      try Database.with(.postgreSQL, in: sample.node.folder) { restored in
        try package.restore(into: restored)
        #expect(try content(restored) == 3)
      }
      let verify = ["export", "verify", package.file, "--against", "sample", "--config", sample.node.config]
      let whole = try Wis.run(verify + ["--restore", "sqlite"], in: sample.node.folder)
      #expect(whole.exit == 0, "\(whole)")
      try sample.database.execute("SELECT lo_put(scan, 2000000, 'x') FROM document WHERE id = 2")
      let changed = try Wis.run(verify, in: sample.node.folder)
      #expect(changed.exit == 4 && changed.output.contains("table document has other rows"), "\(changed)")
      try sample.database.execute("SELECT lo_unlink(scan) FROM document WHERE id = 1")
      let export = try sample.node.wis("export", "sample", "--out", "\(sample.node.folder)/again.zip")
      #expect(export.output.contains("left out: document.scan (missing-objects)"), "\(export)")
    }
  }
}
