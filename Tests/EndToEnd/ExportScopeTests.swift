import Foundation
import Testing

/// Which rows and files a package holds, and how it is written and checked.
@Suite struct `A return` {
  @Test(arguments: Database.Engine.allCases)
  func `of raw data leaves out what is derived and lists it`(engine: Database.Engine) throws {
    let map = Sample.map.replacingOccurrences(
      of: "note: hours", with: "note: {category: hours, nature: derived, description: what was said}")
    try Sample.with(engine, map: map) { sample in
      let package = try Package.export(sample, "--nature", "raw")
      #expect(try package.rows()["hours"]?.allSatisfy { $0["note"] == nil && $0["worked"] != nil } == true)
      let leftOut = try package.json("data/evidence/export.json")["leftOut"].list
      #expect(leftOut.map { [$0["table"].text, $0["column"].text, $0["reason"].text] } == [["hours", "note", "derived"]])
      #expect(try Package.export(sample).rows()["hours"]?.contains { $0["note"] == "four" } == true)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `of one person holds that person's rows and no other's`(engine: Database.Engine) throws {
    try Sample.with(engine) { sample in
      let package = try Package.export(sample, "--subject", "email=bert@example.org")
      let rows = try package.rows()
      #expect(rows["person"]?.map(\.["id"]) == ["2"])
      #expect(rows["hours"]?.map(\.["id"]) == ["3", "4"])
      let everything = try Program.run(["grep", "-rl", "-e", "anna@example.org", "-e", "900000003", package.folder])
      #expect(everything.output == "")
      try sample.expectRefusal(["export", "sample", "--subject", "bsn=1", "--out", "x"], exit: 2, saying: "email", "'bsn'")
      // Found as a request finds people, however the address was typed; nobody, or more than one, is no answer.
      let typed = try Package.export(sample, "--subject", "email= Bert@Example.ORG ")
      #expect(try typed.rows() == rows)
      // Nobody who lists the processes reads whom it is about.
      let piped = ["/bin/sh", "-c", "echo bert@example.org | \"$0\" \"$@\""]
      let read = try Wis.run(
        ["export", "sample", "--subject", "email=-", "--out", sample.node.folder + "/read.zip", "--config", sample.node.config],
        in: sample.node.folder,
        through: piped)
      #expect(read.exit == 0 && read.output.contains("read.zip"), "\(read)")
      let folder = sample.node.folder + "/none"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      try sample.database.execute("INSERT INTO person SELECT 77, '77', name, email, left_on FROM person WHERE id = 2")
      for (address, problem) in [("nobody@example.org", "nobody is"), ("bert@example.org", "more than one person is")] {
        try sample.expectRefusal(
          ["export", "sample", "--subject", "email=\(address)", "--out", folder], exit: 2,
          saying: "tenant sample: \(problem) known by the email that was given\n")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `of some tables holds what their rows refer to as well`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + "INSERT INTO person VALUES (9, '9', 'Nobody', NULL, NULL);") { sample in
      let package = try Package.export(sample, "--tables", "hours")
      #expect(try package.rows()["person"]?.map(\.["id"]) == ["1", "2", "3"])
      let tables = try package.json("data/evidence/export.json")["tables"].list
      #expect(tables.first { $0["table"].text == "person" }?["shared"].flag == true)
      try sample.expectRefusal(["export", "sample", "--tables", "nothing", "--out", "x"], exit: 2, saying: "nothing", "hours")
    }
  }

  @Test func `of a tenant in shared tables holds nobody else's rows, and tells what it cannot tell apart`() throws {
    let script = """
      CREATE TABLE person (id integer PRIMARY KEY, tenant text NOT NULL, bsn text, name text NOT NULL, email text, left_on date);
      CREATE TABLE hours (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), worked date NOT NULL, note text);
      CREATE TABLE secrets (id integer PRIMARY KEY, t text);
      INSERT INTO person VALUES (1, 'a', '1', 'Mine', 'mine@example.org', NULL), (2, 'b', '2', 'Other', 'other@example.org', NULL);
      INSERT INTO hours VALUES (1, 1, '2024-01-01', 'mine'), (2, 2, '2024-01-01', 'theirs');
      INSERT INTO secrets VALUES (1, 'theirs');
      """
    let map = Sample.map.replacingOccurrences(of: "category: hours\n    clock", with: "category: hours\n    belongs-to: person\n    clock")
    for engine in Database.Engine.allCases {
      try Sample.with(engine, script: script, map: map) { sample in
        let entry = TestNode.tenant("sample", sample.database) + "    tenant-column: {column: tenant, value: a}\n"
        try sample.node.configure([entry])
        let package = try Package.export(sample, exit: 1)
        let rows = try package.rows()
        #expect(rows["person"]?.map(\.["id"]) == ["1"])
        #expect(rows["hours"]?.map(\.["note"]) == ["mine"])
        #expect(rows["secrets"] == nil)
        #expect(try Program.run(["grep", "-rlE", "theirs|Other", package.folder]).output == "")
        let leftOut = try package.json("data/evidence/export.json")["leftOut"].list
        #expect(leftOut.contains { $0["table"].text == "secrets" && $0["reason"].text == "owner-unknown" })
      }
    }
  }

  @Test func `of a tenant with a schema of its own holds that schema, and of others the rows that refer to it`() throws {
    let script = """
      CREATE SCHEMA mine; CREATE SCHEMA theirs; CREATE SCHEMA shared;
      SET search_path = mine;
      \(Sample.script)
      CREATE TABLE theirs.person (id integer PRIMARY KEY, name text); INSERT INTO theirs.person VALUES (1, 'Other');
      CREATE TABLE shared.country (code text PRIMARY KEY); INSERT INTO shared.country VALUES ('NL'), ('BE');
      ALTER TABLE person ADD country text REFERENCES shared.country; UPDATE person SET country = 'NL';
      CREATE TABLE shared.log (id integer PRIMARY KEY, a integer REFERENCES mine.person (id), t text);
      INSERT INTO shared.log VALUES (1, 1, 'about mine'), (2, NULL, 'about theirs');
      CREATE TABLE public.hours (id integer PRIMARY KEY, person integer REFERENCES mine.person (id)); INSERT INTO public.hours VALUES (7, 1);
      """
    try Sample.with(.postgreSQL, script: script) { sample in
      try sample.node.configure([TestNode.tenant("sample", sample.database) + "    schema: mine\n"])
      let package = try Package.export(sample)
      let rows = try package.rows()
      #expect(rows.keys.sorted() == ["hours", "person", "public.hours", "shared.log"])
      #expect(rows["shared.log"]?.map(\.["t"]) == ["about mine"])
      // What his rows only refer to is not his, and is told.
      let leftOut = try package.json("data/evidence/export.json")["leftOut"].list
      #expect(leftOut.map { [$0["table"].text, $0["reason"].text] } == [["shared.country", "outside"]])
      // His own tables come back into the usual schema, and those from there do not get into their way.
      try Database.withServer { server in
        let verified = try sample.node.wis("export", "verify", package.file, "--restore", server.location, "-q")
        #expect(verified.exit == 0 && verified.output.contains("ok     restore: "), "\(verified)")
        #expect(try server.count("public.hours") == 5)
        #expect(try server.count("source_public.hours") == 1)
      }
      try Database.withServer { server in
        let made = try Program.run(
          ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", server.location, "-f", "\(package.folder)/data/schema/source.sql"])
        #expect(made.status == 0, "\(made)")
        #expect(try server.count("mine.hours") == 0)
        #expect(try server.count("public.hours") == 0)
      }
    }
  }

  @Test func `holds the files that rows name, and none from elsewhere`() throws {
    let map =
      Sample.map + """
          attachment:
            category: contact
            belongs-to: person
            columns: {path: contact}
            files: {root: files, path: path}

        """
    let script =
      Sample.script + """
        CREATE TABLE attachment (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), path text);
        INSERT INTO attachment VALUES (1, 1, 'a/b c.PDF'), (2, 1, 'missing.txt'), (3, 1, '../tenant.db'), (4, 1, NULL), (5, 1, 'link'), (6, 1, 'a');
        """
    try Sample.with(script: script, map: map) { sample in
      let files = sample.node.folder + "/files"
      try FileManager.default.createDirectory(atPath: files + "/a", withIntermediateDirectories: true)
      try sample.node.write("content", to: files + "/a/b c.PDF")
      try FileManager.default.createSymbolicLink(atPath: files + "/link", withDestinationPath: sample.database.location)
      try sample.node.configure([TestNode.tenant("sample", sample.database) + "    file-roots: {files: \"\(files)\"}\n"])
      let package = try Package.export(sample, exit: 1)
      _ = try package.rows()
      #expect(try String(contentsOfFile: package.folder + "/data/files/attachment.path/1.pdf", encoding: .utf8) == "content")
      let index = try String(contentsOfFile: package.folder + "/data/files/index.csv", encoding: .utf8).split(separator: "\n").dropFirst()
      #expect(index.map { $0.split(separator: ",")[3] } == ["written", "missing", "refused", "refused", "refused"])
      #expect(try Program.run(["grep", "-rlF", "SQLite format 3", package.folder]).output == "")
    }
  }

  @Test func `is written whole or not at all`() throws {
    try Sample.with { sample in
      let out = sample.node.folder + "/out.zip"
      try sample.node.write("precious", to: out)
      try sample.expectRefusal(["export", "sample", "--out", out], exit: 2, saying: "exists", out)
      let folder = "\(sample.node.home)/not-there/"
      try sample.expectRefusal(["export", "sample", "--out", folder], exit: 2, saying: folder)
      #expect(!FileManager.default.fileExists(atPath: String(folder.dropLast())))
      #expect(try String(contentsOfFile: out, encoding: .utf8) == "precious")
      try sample.expectRefusal(["export", "sample", "--out", sample.node.folder + "/no/such/x.zip"], exit: 2, saying: "No such file")
      try sample.expectRefusal(["export", "nobody", "--out", sample.node.folder], exit: 2, saying: "nobody")
      let blobs = "CREATE TABLE big (id integer PRIMARY KEY, b blob); INSERT INTO big VALUES (1, randomblob(4000000));"
      try sample.database.execute(blobs)
      let disk = sample.node.folder + "/disk"
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
      try #require(try Program.run(["mount", "-t", "tmpfs", "-o", "size=1m", "wis-e2e", disk]).status == 0)
      defer { #expect(throws: Never.self) { _ = try Program.run(["umount", disk]) } }
      try sample.expectRefusal(["export", "sample", "--out", disk, "-q"], exit: 1, saying: "No space left")
      #expect(try FileManager.default.contentsOfDirectory(atPath: disk).isEmpty)
    }
  }

  @Test func `that is killed leaves no package, and the next one clears up and begins anew`() throws {
    let many = """
      CREATE TABLE many (id integer PRIMARY KEY, t text);
      INSERT INTO many WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT i, hex(randomblob(20)) FROM n;
      """
    try Sample.with(script: Sample.script + many) { sample in
      let out = sample.node.folder + "/out"
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: false)
      let running = try sample.node.start("export", "sample", "--out", out)
      func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: out).filter { $0.hasPrefix("teruggave-") } }
      while running.isRunning, try files().isEmpty { usleep(2_000) }
      running.kill()
      _ = running.wait()
      let left = try files()
      try #require(left.count == 1 && left[0].hasSuffix(".zip.partial"), "\(left)")
      let again = try sample.node.wis("export", "sample", "--out", out)
      #expect(again.exit == 0 && again.errors.contains("removed \(out)/\(left[0])"), "\(again)")
      #expect(try files().map { ($0 as NSString).pathExtension }.sorted() == ["json", "zip"])
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `verifies, also against its source, until either changes`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + `An exported package`.nasty(engine)) { sample in
      let package = try Package.export(sample)
      let verified = try sample.node.wis("export", "verify", package.file, "--against", "sample", "-q")
      #expect(verified.exit == 0, "\(verified)")
      // One row for another: the numbers stay the same.
      try sample.database.execute("UPDATE hours SET note = 'else' WHERE id = 1")
      let changed = try sample.node.wis("export", "verify", package.file, "--against", "sample", "-q")
      #expect(changed.exit == 4 && changed.output.contains("table hours"), "\(changed)")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: package.file))
      try FileManager.default.moveItem(atPath: package.file + ".unpacked", toPath: package.file + ".first")
      for position in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
        var altered = bytes
        altered[position] ^= 0x20
        try altered.write(to: URL(fileURLWithPath: package.file))
        let refused = try sample.node.wis("export", "verify", package.file)
        if refused.exit == 0 {
          // The time of an entry, or a bit that a decompressor skips: what is accepted has the same content.
          let same = try Package(file: package.file)
          #expect(
            try Program.run(["diff", "-r", package.folder.replacingOccurrences(of: ".unpacked/", with: ".first/"), same.folder]).output
              == "", "byte \(position)")
          try FileManager.default.removeItem(atPath: package.file + ".unpacked")
        } else {
          #expect(refused.exit == 4, "byte \(position): \(refused)")
        }
      }
      for length in [0, 1, 100, bytes.count / 2, bytes.count - 1] {
        try bytes.prefix(length).write(to: URL(fileURLWithPath: package.file))
        let refused = try sample.node.wis("export", "verify", package.file)
        #expect(refused.exit == 4 && refused.complaints.count == 1, "\(length): \(refused)")
      }
    }
  }

  @Test func `to an age recipient opens with age and pyrage, and with no other key`() throws {
    try Sample.with { sample in
      let folder = sample.node.folder
      for name in ["one", "two"] { _ = try Program.run(["age-keygen", "-o", "\(folder)/\(name)"]) }
      let recipient = try Program.run(["age-keygen", "-y", "\(folder)/one"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
      try sample.node.write("# the controller\n\(recipient)\n", to: folder + "/recipients")
      let file = folder + "/a.zip.age"
      let made = try sample.node.wis("export", "sample", "--encrypt-to", recipient, "--out", file, "-q")
      #expect(made.exit == 0, "\(made)")
      try #require(try Program.run(["age", "-d", "-i", folder + "/one", "-o", folder + "/plain.zip", file]).status == 0)
      _ = try Package(file: folder + "/plain.zip")
      let other = try sample.node.wis("export", "sample", "--encrypt-to", folder + "/recipients", "--out", folder + "/b.zip.age", "-q")
      #expect(other.exit == 0, "\(other)")
      let python = ProcessInfo.processInfo.environment["WIS_TEST_PYTHON"] ?? "python3"
      let program =
        "import pyrage,sys; i=pyrage.x25519.Identity.from_str(open(sys.argv[2]).read().split()[-1]); pyrage.decrypt(open(sys.argv[1],'rb').read(),[i])"
      #expect(try Program.run([python, "-c", program, folder + "/b.zip.age", folder + "/one"]).status == 0)
      let opened = try sample.node.wis("export", "verify", file, "--identity", folder + "/one")
      #expect(opened.exit == 0, "\(opened)")
      try sample.expectRefusal(
        ["export", "verify", file, "--identity", folder + "/two"], exit: 2, saying: "not encrypted to this identity")
      try sample.expectRefusal(["export", "verify", file], exit: 2, saying: "--identity")
      // A key that should not have been told is not told on.
      let secret = try String(contentsOfFile: folder + "/two", encoding: .utf8).split(separator: "\n").last.map(String.init) ?? ""
      let told = try sample.node.wis("export", "sample", "--encrypt-to", secret, "--out", folder + "/c.zip.age")
      #expect(told.exit == 2 && told.errors.contains("a secret key was given") && !told.errors.contains(secret), "\(told.exit)")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      for position in [30, 60, 150, 185, 300, bytes.count / 2, bytes.count - 1] {
        var altered = bytes
        altered[position] ^= 1
        try altered.write(to: URL(fileURLWithPath: file))
        let refused = try sample.node.wis("export", "verify", file, "--identity", folder + "/one")
        #expect([2, 4].contains(refused.exit) && refused.complaints.count == 1, "\(position): \(refused)")
      }
      for length in [10, 100, 200, bytes.count / 2, bytes.count - 1] {
        try bytes.prefix(length).write(to: URL(fileURLWithPath: file))
        let refused = try sample.node.wis("export", "verify", file, "--identity", folder + "/one")
        #expect(refused.exit == 4 && refused.complaints.count == 1, "\(length): \(refused)")
      }
    }
  }

  @Test func `to an OpenPGP key opens with gpg, and leaves nobody's keyring touched`() throws {
    try Sample.with { sample in
      // The socket of gpg's agent must have a short path.
      let home = "/tmp/wg-" + UUID().uuidString.prefix(8)
      defer {
        #expect(throws: Never.self) {
          _ = try Program.run(["gpgconf", "--homedir", home, "--kill", "all"]); try FileManager.default.removeItem(atPath: home)
        }
      }
      try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      func gpg(_ arguments: String...) throws {
        try #require(try Program.run(["gpg", "--homedir", home, "--batch", "-q"] + arguments).status == 0)
      }
      try gpg("--passphrase", "", "--quick-gen-key", "c@example.org", "future-default")
      let folder = sample.node.folder
      try gpg("--output", folder + "/public", "--export", "c@example.org")
      try gpg("--output", folder + "/secret", "--export-secret-keys", "c@example.org")
      let file = folder + "/a.zip.gpg"
      let made = try sample.node.wis("export", "sample", "--encrypt-to", folder + "/public", "--out", file, "--json", "-q")
      try #require(made.exit == 0, "\(made)")
      #expect(try made.json()["recipient"].text?.hasPrefix("openpgp4fpr:") == true)
      try gpg("--output", folder + "/plain.zip", "--decrypt", file)
      _ = try Package(file: folder + "/plain.zip")
      let opened = try sample.node.wis("export", "verify", file, "--identity", folder + "/secret")
      #expect(opened.exit == 0, "\(opened)")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      try bytes.prefix(bytes.count - 20).write(to: URL(fileURLWithPath: file))
      try sample.expectRefusal(["export", "verify", file, "--identity", folder + "/secret"], exit: 4, saying: file)
    }
  }
}
