import Foundation
import Testing

/// What `wis export verify` sees, beyond the archive itself.
@Suite struct `A verified return` {
  @Test func `is the one that its signed statement speaks about, signed by a key of the issuer`() throws {
    try Sample.with { sample in
      let package = try Package.export(sample)
      let statement = package.file.replacingOccurrences(of: ".zip", with: ".bewijs.json")
      let trusted = try sample.node.wis("export", "verify", package.file, "--trust", sample.node.home + "/trust", "--json")
      #expect(try trusted.exit == 0 && trusted.json()["signature"]["traced"].flag == true, "\(trusted)")
      let untraced = try sample.node.wis("export", "verify", package.file, "--json")
      #expect(try untraced.exit == 0 && untraced.json()["signature"]["traced"].flag == false, "\(untraced)")
      // Another issuer's root has not certified the key.
      let elsewhere = sample.node.folder + "/other"
      try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: false)
      let other = try TestNode.make(in: elsewhere)
      let strange = try sample.node.wis("export", "verify", package.file, "--trust", other.home + "/trust")
      #expect(strange.exit == 4 && strange.output.contains("FAILED statement"), "\(strange)")
      // A statement about another package, one that was edited, and none.
      try sample.database.execute("UPDATE hours SET note = 'other' WHERE id = 1")
      let second = try Package.export(sample)
      let mistaken = try sample.node.wis("export", "verify", second.file, "--statement", statement)
      #expect(mistaken.exit == 4 && mistaken.output.contains("sha256 is not that of this one"), "\(mistaken)")
      let text = try String(contentsOfFile: statement, encoding: .utf8)
      for altered in [
        text.replacingOccurrences(of: "\"rows\":8", with: "\"rows\":9"), text.replacingOccurrences(of: "\"jws\":\"e", with: "\"jws\":\"f"),
        String(text.dropLast(9)), "",
      ] {
        #expect(altered != text)
        try sample.node.write(altered, to: statement)
        let refused = try sample.node.wis("export", "verify", package.file)
        #expect(refused.exit == 4 && refused.output.contains("FAILED statement"), "\(refused)")
      }
      try FileManager.default.removeItem(atPath: statement)
      let bare = try sample.node.wis("export", "verify", package.file)
      #expect(bare.exit == 0 && bare.output.contains("no statement beside it"), "\(bare)")
      try sample.expectRefusal(
        ["export", "verify", package.file, "--trust", sample.node.home + "/trust"], exit: 2, saying: "--statement")
      try sample.expectRefusal(["export", "verify", package.file, "--statement", "/no/such"], exit: 2, saying: "/no/such")
    }
  }

  /// Keys of one column and of two, to the table itself, and between texts that only their database takes for equal.
  private static let keyed = """
    CREATE TABLE place (country text, town text, PRIMARY KEY (country, town));
    CREATE TABLE visit (id integer PRIMARY KEY, country text, town text, before integer REFERENCES visit (id),
      FOREIGN KEY (country, town) REFERENCES place (country, town));
    INSERT INTO place VALUES ('NL', 'Delft'), ('NL', 'Gouda'), ('BE', 'Gent');
    INSERT INTO visit VALUES (1, 'NL', 'Delft', NULL), (2, 'BE', 'Gent', 1), (3, 'NL', NULL, 2), (4, NULL, NULL, 3);
    """

  @Test(arguments: Database.Engine.allCases)
  func `has every row that another one refers to`(engine: Database.Engine) throws {
    let nocase = """
      CREATE TABLE code (c text PRIMARY KEY COLLATE NOCASE, n numeric UNIQUE);
      CREATE TABLE coded (id integer PRIMARY KEY, c text REFERENCES code (c), n numeric REFERENCES code (n));
      INSERT INTO code VALUES ('Ab', 1.5); INSERT INTO coded VALUES (1, 'aB', '1.50');
      """
    let exact = """
      CREATE TABLE code (n numeric UNIQUE); CREATE TABLE coded (id integer PRIMARY KEY, n numeric REFERENCES code (n));
      INSERT INTO code VALUES (1.50); INSERT INTO coded VALUES (1, 1.5);
      """
    try Sample.with(engine, script: Sample.script + Self.keyed + (engine == .sqlite ? nocase : exact)) { sample in
      let package = try Package.export(sample)
      func verify() throws -> Wis.Outcome { try sample.node.wis("export", "verify", package.folder) }
      let whole = try verify()
      #expect(whole.exit == 0 && whole.output.contains("ok     references: \(5 + 2 + 3 + (engine == .sqlite ? 2 : 1))"), "\(whole)")
      for (file, line, words) in [
        ("place", "BE,Gent\n", "visit.csv (country, town) refers to tables/place.csv, and 1"),
        ("visit", "1,NL,Delft,\\N\n", "visit.csv (before) refers to tables/visit.csv, and 1"),
        ("person", "2,", "hours.csv (person) refers to tables/person.csv, and 2"),
      ] {
        let path = "\(package.folder)/data/tables/\(file).csv"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0 + "\n" }
        let left = lines.filter { !$0.hasPrefix(line) }
        #expect(left.count == lines.count - 1)
        try sample.node.write(left.joined(), to: path)
        let orphaned = try verify()
        #expect(orphaned.exit == 4 && orphaned.output.contains(words), "\(orphaned)")
        try sample.node.write(text, to: path)
      }
      #expect(try verify().exit == 0)
    }
  }

  @Test func `can be a folder that was unpacked, as long as nothing in it changed`() throws {
    try Sample.with { sample in
      let package = try Package.export(sample)
      let statement = package.file.replacingOccurrences(of: ".zip", with: ".bewijs.json")
      let folder = package.folder
      func verify() throws -> Wis.Outcome { try sample.node.wis("export", "verify", folder + "/", "--statement", statement) }
      #expect(try verify().exit == 0)
      let hours = folder + "/data/tables/hours.csv"
      let text = try String(contentsOfFile: hours, encoding: .utf8)
      try sample.node.write(text.replacingOccurrences(of: "four", with: "five"), to: hours)
      let altered = try verify()
      #expect(altered.exit == 4 && altered.output.contains("data/tables/hours.csv differs from manifest-sha256.txt"), "\(altered)")
      try FileManager.default.removeItem(atPath: hours)
      let missing = try verify()
      #expect(missing.exit == 4 && missing.output.contains("data/tables/hours.csv is missing"), "\(missing)")
      try FileManager.default.createSymbolicLink(atPath: hours, withDestinationPath: "/etc/passwd")
      try sample.expectRefusal(["export", "verify", folder], exit: 4, saying: "hours.csv", "no regular file")
      try FileManager.default.removeItem(atPath: hours)
      try sample.node.write(text, to: hours)
      try sample.node.write("x", to: folder + "/data/extra")
      let more = try verify()
      #expect(more.exit == 4 && more.output.contains("data/extra is in no manifest"), "\(more)")
      try sample.expectRefusal(["export", "verify", sample.node.folder + "/none"], exit: 2, saying: "none")
      try FileManager.default.createDirectory(atPath: sample.node.folder + "/void", withIntermediateDirectories: false)
      try sample.expectRefusal(["export", "verify", sample.node.folder + "/void"], exit: 4, saying: "no package of Wis")
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `restores into an empty database, every value as it was`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + `An exported package`.nasty(engine)) { sample in
      let package = try Package.export(sample)
      // A folder of its own: other tests restore at the same time.
      let temporary = sample.node.folder + "/temporary"
      try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
      func verify(_ target: String) throws -> Wis.Outcome {
        try Wis.run(
          ["export", "verify", package.file, "--restore", target, "-q", "--config", sample.node.config], in: sample.node.folder,
          through: ["/usr/bin/env", "TMPDIR=\(temporary)"])
      }
      let sqlite = try verify("sqlite")
      #expect(sqlite.exit == 0 && sqlite.output.contains("ok     restore: "), "\(sqlite)")
      let kept = "sqlite:\(sample.node.folder)/kept.db"
      #expect(try verify(kept).exit == 0)
      let tables = try Program.run(["sqlite3", "\(sample.node.folder)/kept.db", "SELECT count(*) FROM hours"])
      #expect(tables.output == "5\n")
      let twice = try verify(kept)
      #expect(twice.exit == 2 && twice.complaints.count == 1 && twice.errors.contains("kept.db"), "\(twice)")
      try Database.withServer { server in
        let first = try verify(server.location)
        #expect(first.exit == 0 && first.output.contains("ok     restore: "), "\(first)")
        let again = try verify(server.location)
        #expect(again.exit == 2 && again.complaints.count == 1 && again.errors.contains("empty one"), "\(again)")
      }
      let neither = try verify("elsewhere")
      #expect(neither.exit == 2 && neither.errors.contains("'sqlite'"), "\(neither)")
      let left = try FileManager.default.contentsOfDirectory(atPath: temporary)
      #expect(left.isEmpty)
    }
  }

  /// Types of an application's own, in the tenant's schema and in others, made of each other, and those of extensions.
  @Test func `restores columns of every kind of type, and gives the statements that made the source`() throws {
    let script = """
      CREATE SCHEMA mine; CREATE SCHEMA "ex t"; CREATE SCHEMA "o""ther";
      CREATE EXTENSION citext; CREATE EXTENSION hstore SCHEMA "ex t";
      CREATE TYPE "o""ther".colour AS ENUM ('red', 'gr"een''s');
      CREATE TYPE "o""ther".address AS (street text, "house nr" int, colour "o""ther".colour);
      CREATE TYPE "o""ther".period AS RANGE (SUBTYPE = timestamp);
      CREATE TYPE mine.mood AS ENUM ('fine');
      SET search_path = mine;
      CREATE DOMAIN home AS "o""ther".address CHECK ((VALUE).street <> '');
      CREATE DOMAIN moods AS mood[] NOT NULL DEFAULT '{}';
      \(Sample.script)
      CREATE TABLE kinds (id integer PRIMARY KEY, a public.citext, b public.citext[], c "ex t".hstore, d "o""ther".address, e home,
        f "o""ther".colour[], g "o""ther".period, h moods, i nummultirange, j money, k bit(5), l xml, m interval, n timetz, o cidr, p tsvector);
      INSERT INTO kinds VALUES
        (1, 'AbC', '{x,"y,"}', 'a=>1, b=>NULL', ROW('A "b"', 3, 'red'), ROW('x', NULL, NULL), '{red,NULL}', '[2020-01-01,2020-02-01)',
        '{fine}', '{[1,2],[5,6]}', 12.5, B'10101', '<a>x</a>', '1 year -3 days 04:05:06.7', '12:00+02', '10.0.0.0/8', 'a b');
      INSERT INTO kinds (id) VALUES (2);
      CREATE VIEW look AS SELECT a, h FROM kinds;
      """
    try Sample.with(.postgreSQL, script: script, map: Sample.map + "  kinds: {category: none}\n") { sample in
      try sample.node.configure([TestNode.tenant("sample", sample.database) + "    schema: mine\n"])
      let package = try Package.export(sample)
      try Database.withServer { server in
        let verified = try sample.node.wis("export", "verify", package.file, "--restore", server.location, "-q")
        #expect(verified.exit == 0 && verified.output.contains("ok     restore: "), "\(verified)")
      }
      try Database.withServer { server in
        let made = try Program.run(
          ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", server.location, "-f", "\(package.folder)/data/schema/source.sql"])
        #expect(made.status == 0, "\(made)")
        #expect(try server.count("mine.look") == 0)
      }
    }
  }

  /// Names that differ by the case of letters, are cut in lines, or have a point where others have a schema.
  @Test(arguments: Database.Engine.allCases)
  func `restores tables and columns of every name, into either engine`(engine: Database.Engine) throws {
    var script = """
      CREATE TABLE "two
      lines" (id integer PRIMARY KEY, "a
      b" text);
      INSERT INTO "two
      lines" VALUES (1, NULL), (2, 'x');

      """
    switch engine {
    case .sqlite:
      script += """
        CREATE TABLE "ÉTÉ" (id integer PRIMARY KEY); CREATE TABLE "été" (id integer PRIMARY KEY, "É" text, "é" text);
        """
    case .postgreSQL:
      script += """
        CREATE SCHEMA here; CREATE TABLE here.t (id integer); CREATE TABLE "t" (id integer); CREATE TABLE "T" (id integer, "ID" integer);
        CREATE TABLE "here.u" (id integer); INSERT INTO "here.u" VALUES (1); CREATE TABLE here.v (id integer); CREATE TABLE "HERE.V" (id integer);
        CREATE SCHEMA "w.x"; CREATE TABLE "w.x".y (id integer);
        """
    }
    try Sample.with(engine, script: Sample.script + script) { sample in
      let package = try Package.export(sample)
      let kept = sample.node.folder + "/kept.db"
      for target in ["sqlite:" + kept, nil] {
        try Database.withServer { server in
          let verified = try sample.node.wis("export", "verify", package.file, "--restore", target ?? server.location, "-q")
          #expect(verified.exit == 0 && verified.output.contains("ok     restore: "), "\(verified)")
          guard target == nil, engine == .postgreSQL else { return }
          #expect(try server.count("public.\"here.u\"") == 1)
          #expect(try server.count("\"w.x\".y") == 0)
        }
      }
    }
  }

  @Test func `is not restored when something is wrong with it, and tells when its script fails or loses a value`() throws {
    try Sample.with { sample in
      let package = try Package.export(sample)
      let script = package.folder + "/data/schema/sqlite-import.sql"
      let text = try String(contentsOfFile: script, encoding: .utf8)
      try sample.node.write(text + "SELECT writefile('\(sample.node.folder)/proof', 'ran');\n", to: script)
      let refused = try sample.node.wis("export", "verify", package.folder, "--restore", "sqlite", "-q")
      #expect(refused.exit == 4 && refused.output.contains("not restored"), "\(refused)")
      #expect(!FileManager.default.fileExists(atPath: sample.node.folder + "/proof"))
      // Whoever makes the checksums anew has a package that hangs together; only what comes back tells.
      let node = package.folder
      for (script, words) in [
        (text + "UPDATE hours SET note = 'five' WHERE id = 4;\n", "table hours came back with other rows"),
        (text + "DELETE FROM hours WHERE id = 4;\n", "table hours came back with 4 rows"),
        (text + "SELECT nothing;\n", "ended with an error"),
        (text + "DROP TABLE hours;\n", "table hours was not restored"),
      ] {
        try sample.node.write(script, to: node + "/data/schema/sqlite-import.sql")
        let program = "import bagit,sys; bagit.Bag(sys.argv[1]).save(manifests=True)"
        let python = ProcessInfo.processInfo.environment["WIS_TEST_PYTHON"] ?? "python3"
        try #require(try Program.run([python, "-c", program, node]).status == 0)
        let saved = try sample.node.wis("export", "verify", node, "--restore", "sqlite", "-q")
        #expect(saved.exit == 4 && saved.output.contains(words), "\(saved)")
      }
    }
  }
}
