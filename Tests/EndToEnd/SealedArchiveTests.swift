import Foundation
import Testing

/// What a duty keeps after a contract, sealed away from the live database until the duty ends.
@Suite struct `A sealed archive` {
  private static let rows = """
    INSERT INTO activiteit VALUES ('W', 'werk');
    INSERT INTO medewerker VALUES (1, 'K1', 'Cora Derde', 'cora@example.org', NULL, NULL, NULL);
    INSERT INTO urenregel VALUES (1, 1, NULL, 'W', 'gewerkt', '2025-06-15', 8, NULL), (2, 1, NULL, 'W', 'gewerkt', '2025-01-15', 8, NULL);
    """

  /// More of it: hours that must be kept longer, of the same person and of another, and an invoice that must be kept until seven years
  /// after its fiscal year, and with it its project and customer.
  private static let moreRows = """
    INSERT INTO medewerker VALUES (2, 'K2', 'Dirk Vierde', NULL, NULL, NULL, NULL);
    INSERT INTO urenregel VALUES (3, 1, 'P', 'W', 'gewerkt', '2025-06-15', 7, NULL), (4, 1, 'P', 'W', 'gewerkt', '2025-08-01', 8, NULL),
      (5, 2, 'P', 'W', 'gewerkt', '2025-08-01', 8, NULL);
    INSERT INTO klant VALUES (1, 'Bakker B.V.', 'Els', NULL, NULL, NULL);
    INSERT INTO project VALUES ('P', 1, 'Oven', NULL, NULL);
    INSERT INTO factuur VALUES (1, 'P', 'F1', '2018-05-01', 90), (2, 'P', 'F2', '2019-05-01', 100);
    INSERT INTO factuurregel VALUES (1, 1, 'uren', 1, 90), (2, 1, 'uren', 1, 100);
    """

  /// Up to the day on which all is gone that no duty keeps.
  private static func with(
    _ more: String = "", hours: Int = 1, exit: Int32 = 3, extra: String = "", before: (EndedTenant) throws -> Void = { _ in },
    _ body: (EndedTenant) throws -> Void
  ) throws {
    try EndedTenant.with(agreement: "clockassist", map: "klok", rows: rows + more, extra: extra) { tenant in
      try tenant.move(to: "2026-02-01")
      try before(tenant)
      #expect(try tenant.wis("archive", "seal", EndedTenant.id).exit == 2)
      try tenant.offboard("--ended", "2026-01-31", "--choice", "destroy", "--written", tenant.file("letter"), "--by", "director", exit: 3)
      #expect(try tenant.wis("archive", "seal", EndedTenant.id).exit == 2)
      try tenant.move(to: "2026-03-03")
      // The request's own term was shorter than the window.
      try tenant.offboard("continue", exit: 1)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.offboard("continue", exit: exit)
      #expect(try tenant.database.count("urenregel") == hours)
      try body(tenant)
    }
  }

  private enum Change { case gone, altered, another }

  private static func key(_ tenant: EndedTenant) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(tenant.node.home)/archive-keys")
  }

  @Test func `takes what a duty keeps out of the database, opens by a recorded act, and goes with its key when the duty ends`() throws {
    try Self.with { tenant in
      let sealed = try tenant.wis("archive", "seal", EndedTenant.id, "--json")
      try #require(sealed.exit == 0, "\(sealed)")
      let (file, until) = (try #require(try sealed.json()["archives"][0]["file"].text), try sealed.json()["archives"][0]["until"].text)
      #expect(until == "2026-06-15")
      let key = "\(tenant.node.home)/archive-keys/\(try #require(try Self.key(tenant).first))"
      #expect(try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int == 0o600)
      #expect(try tenant.database.count("urenregel") == 1)
      #expect(try tenant.wis("archive", "seal", EndedTenant.id).complaints.count == 1)

      // The same instruction, the same one way of destroying.
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.database.count("urenregel") == 0 && tenant.database.count("medewerker") == 0)
      try tenant.expect(["destroy": "done", "certify": "done", "expire": "blocked", "close": "blocked"])
      let certificate = try #require(try tenant.status()["certificates"].list.last?.text)
      let methods = try tenant.wis("certificate", "show", certificate, "--json").json()["methods"].list
      let place = try #require(methods.first { $0["location"].text == "sealed archive 2026-06-15" })
      #expect(place["status"].text == "pending" && place["until"].text == "2026-06-15", "\(place.canonical)")

      // Opened by somebody for a reason, with the wrong words refused.
      let out = tenant.file("opened.zip")
      let nameless = try tenant.wis("archive", "open", EndedTenant.id, "--by", "x@example.org", "--reason", "audit", "--out", out)
      #expect(nameless.exit == 2 && !FileManager.default.fileExists(atPath: out), "\(nameless)")
      let opened = try tenant.wis("archive", "open", EndedTenant.id, "--by", "tax adviser", "--reason", "audit of 2025", "--out", out)
      #expect(opened.exit == 0, "\(opened)")
      let rows = try tenant.inspect(try Package(file: out), isWhole: false)
      #expect(rows["urenregel"]?.count == 1 && rows["medewerker"]?.first?["naam"] == "Cora Derde")
      let listed = try tenant.wis("archive", "list", "--json").json()["archives"][0]
      #expect(listed["opened"][0]["by"].text == "tax adviser" && listed["opened"][0]["reason"].text == "audit of 2025")
      // By age itself too, with the key.
      #expect(try Program.run(["age", "-d", "-i", key, "-o", tenant.file("aged.zip"), file]).status == 0)

      try tenant.move(to: "2026-06-14")
      _ = try tenant.wis("run")
      #expect(FileManager.default.fileExists(atPath: file))
      try tenant.move(to: "2026-06-15")
      _ = try tenant.wis("run")
      #expect(try !FileManager.default.fileExists(atPath: file) && Self.key(tenant).isEmpty)
      #expect(try tenant.wis("archive", "list", "--json").json()["archives"][0]["destroyed"].text != nil)
      #expect(try tenant.wis("archive", "open", EndedTenant.id, "--by", "x", "--reason", "y", "--out", tenant.file("z")).exit == 2)
      try tenant.move(to: "2026-06-16")
      #expect(try tenant.wis("run").exit == 0)
      try tenant.expectClosed(empty: ["urenregel", "medewerker"])
      let last = try #require(try tenant.status()["certificates"].list.last?.text)
      #expect(try tenant.wis("certificate", "show", last, "--json").json()["follows"].text == certificate)
    }
  }

  @Test func `is worth nothing when the data changed after it was sealed`() throws {
    try Self.with { tenant in
      #expect(try tenant.wis("archive", "seal", EndedTenant.id).exit == 0)
      try tenant.database.execute("UPDATE urenregel SET uren = 9")
      let refused = try tenant.offboard("continue", exit: 1)
      #expect(refused.errors.contains("no longer what was sealed"), "\(refused)")
      #expect(try tenant.database.count("urenregel") == 1)
      #expect(try Self.key(tenant).isEmpty)
      // It is kept as before, and can be sealed anew.
      #expect(try tenant.wis("run").exit == 0)
      #expect(try tenant.database.count("urenregel") == 1)
      let again = try tenant.wis("archive", "seal", EndedTenant.id)
      #expect(again.exit == 0, "\(again)")
    }
  }

  @Test func `stays, as the only copy of what went, when a row changes while it takes the place of the others`() throws {
    try Self.with { tenant in
      #expect(try tenant.wis("archive", "seal", EndedTenant.id).exit == 0)
      try tenant.database.execute(
        "CREATE TRIGGER meddle AFTER DELETE ON urenregel BEGIN UPDATE medewerker SET telefoon = '020' WHERE id = OLD.medewerker; END")
      let stopped = try tenant.offboard("continue", exit: 1)
      #expect(stopped.errors.contains("no longer what was sealed (medewerker)"), "\(stopped)")
      func left() throws -> [Int] { try ["urenregel", "medewerker"].map { try tenant.database.count($0) } }
      #expect(try left() == [0, 1] && Self.key(tenant).count == 1)
      #expect(try tenant.wis("archive", "list", "--json").json()["archives"][0]["destroyed"].text == nil)
      // The instruction no longer counts for what its archive does not hold, and what was consented to is over.
      _ = try tenant.wis("run")
      #expect(try left() == [0, 1] && tenant.step("approve")["state"].text == "open")
    }
  }

  @Test func `must be whole, with its key, before rows go because of it`() throws {
    try Self.with { tenant in
      let sealed = try tenant.wis("archive", "seal", EndedTenant.id, "--json")
      let file = try #require(try sealed.json()["archives"][0]["file"].text)
      let key = "\(tenant.node.home)/archive-keys/\(try #require(try Self.key(tenant).first))"
      let aside = tenant.file("aside")
      let changes: [(String, Change)] = [(file, .gone), (file, .altered), (key, .gone), (key, .another)]
      for (path, change) in changes {
        try FileManager.default.moveItem(atPath: path, toPath: aside)
        switch change {
        case .gone: break
        case .altered: try tenant.node.write("altered", to: path)
        case .another: _ = try Program.run(["age-keygen", "-o", path])
        }
        let refused = try tenant.offboard("continue", exit: path == file ? 4 : 2)
        #expect(refused.complaints.count == 1 && refused.errors.contains(change == .another ? file : path), "\(change): \(refused)")
        #expect(try tenant.database.count("urenregel") == 1)
        if change != .gone { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.moveItem(atPath: aside, toPath: path)
      }
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.database.count("urenregel") == 0)
    }
  }

  @Test func `holds the files of every column that names some, and these go with the rows`() throws {
    let more = """
      ALTER TABLE urenregel ADD COLUMN foto TEXT;
      ALTER TABLE urenregel ADD COLUMN bon TEXT;
      UPDATE urenregel SET foto = 'foto.jpg', bon = 'bon.pdf' WHERE id = 1;
      UPDATE urenregel SET foto = 'weg.jpg' WHERE id = 2;
      """
    let map = try String(contentsOfFile: "\(Wis.repository)/Policies/maps/klok.yaml", encoding: .utf8).replacingOccurrences(
      of: "      opmerking: {category: hours, nature: derived}\n",
      with: """
              opmerking: {category: hours, nature: derived}
              foto: hours
              bon: hours
            files: [{root: files, path: foto}, {root: files, path: bon}]

        """)
    var files: FileFolder?
    try Self.with(more, extra: "    file-roots: {files: \"BACKUPS/files\"}\n") { tenant in
      files = try FileFolder(tenant.file("backups/files"))
      try files?.write("foto.jpg", "bon.pdf", "weg.jpg")
      try tenant.node.policy("maps/klok", map)
    } _: { tenant in
      #expect(try files?.all == ["foto.jpg", "bon.pdf"])
      #expect(try tenant.wis("archive", "seal", EndedTenant.id).exit == 0)
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.database.count("urenregel") == 0 && files?.all == [])
      let out = tenant.file("opened.zip")
      let opened = try tenant.wis("archive", "open", EndedTenant.id, "--by", "tax adviser", "--reason", "audit of 2025", "--out", out)
      #expect(opened.exit == 0, "\(opened)")
      let held = try FileFolder(try Package(file: out).folder + "/data/files")
      #expect(try held.all == ["urenregel.foto/1.jpg", "urenregel.bon/1.pdf", "index.csv"])
    }
  }

  @Test func `is one for each day on which duties end, and each goes on its own day with its own key`() throws {
    try Self.with(Self.moreRows, hours: 4) { tenant in
      let tables = ["urenregel", "medewerker", "factuur", "factuurregel", "project", "klant"]
      func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: "\(tenant.node.home)/archives").sorted() }
      func archives() throws -> [JSON] { try tenant.wis("archive", "list", "--json").json()["archives"].list }
      func open(_ until: String) throws -> (outcome: Wis.Outcome, file: String) {
        let out = tenant.file("opened-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: false)
        let file = "\(out)/opened.zip"
        let opened = try tenant.wis(
          "archive", "open", EndedTenant.id, "--until", until, "--by", "tax adviser", "--reason", "audit", "--out", file)
        return (opened, file)
      }
      let sealed = try tenant.wis("archive", "seal", EndedTenant.id)
      let ends = ["2026-06-15", "2026-08-01", "2027-01-01"]
      #expect(sealed.exit == 0 && sealed.output.contains("3 archives"), "\(sealed)")
      #expect(try archives().map { $0["until"].text } == ends && files().count == 3 && Self.key(tenant).count == 3)
      try tenant.offboard("continue", exit: 3)
      for table in tables { #expect(try tenant.database.count(table) == 0, "\(table)") }
      let certificate = try #require(try tenant.status()["certificates"].list.last?.text)
      let places = try tenant.wis("certificate", "show", certificate, "--json").json()["methods"].list
        .filter { $0["location"].text?.hasPrefix("sealed archive") ?? false }
      #expect(places.map { $0["until"].text } == ends && places.map { $0["location"].text } == ends.map { "sealed archive \($0)" })

      // Each row is in the archive of its own end; a row that others need is in that of the last of them, and the package says so.
      let unnamed = try tenant.wis("archive", "open", EndedTenant.id, "--by", "x", "--reason", "y", "--out", tenant.file("z"))
      #expect(unnamed.exit == 2 && unnamed.errors.contains(ends.joined(separator: ", ")), "\(unnamed)")
      let held: [[String: Set<String>]] = [
        ["urenregel": ["1", "3"]], ["urenregel": ["4", "5"], "medewerker": ["1", "2"]],
        ["factuur": ["2"], "project": ["P"], "klant": ["1"]],
      ]
      for (number, (until, expected)) in zip(ends, held).enumerated() {
        let (opened, file) = try open(until)
        try #require(opened.exit == 0, "\(opened)")
        #expect(try tenant.wis("export", "verify", file).exit == 0)
        let package = try Package(file: file)
        let rows = try tenant.inspect(package, isWhole: false)
        for table in tables where table != "factuurregel" {
          let key = table == "project" ? "code" : "id"
          #expect(Set((rows[table] ?? []).compactMap { $0[key] ?? nil }) == expected[table, default: []], "\(until) \(table)")
        }
        #expect(rows["factuurregel", default: []].count == (until == ends[2] ? 1 : 0))
        #expect(rows["activiteit", default: []].count == (until == ends[2] ? 0 : 1))
        let later = try package.json("data/evidence/export.json")["later"].list
        #expect(later.count == [2, 1, 0][number], "\(until): \(later.map(\.canonical))")
      }

      // Nothing goes before its day, and nothing stays beyond it.
      for (number, (before, on)) in [("2026-06-14", ends[0]), ("2026-07-31", ends[1]), ("2026-12-31", ends[2])].enumerated() {
        try tenant.move(to: before)
        _ = try tenant.wis("run")
        #expect(try files().count == 3 - number && Self.key(tenant).count == 3 - number)
        try tenant.move(to: on)
        _ = try tenant.wis("run")
        let left = Array(ends[(number + 1)...])
        #expect(try files().map { String($0.dropLast(".zip.age".count).suffix(10)) } == left)
        #expect(try Self.key(tenant).map { String($0.dropLast(".key".count).suffix(10)) }.sorted() == left)
        #expect(try archives().map { $0["destroyed"].text == nil } == ends.map(left.contains))
        #expect(try open(on).outcome.exit == 2)
        for until in left { #expect(try open(until).outcome.exit == 0) }
        try tenant.expect(["close": "blocked"])
      }
      try tenant.move(to: "2027-01-02")
      #expect(try tenant.wis("run").exit == 0)
      try tenant.expectClosed(empty: tables)
    }
  }

  @Test func `on a PostgreSQL server too: the first goes when it ends, the other stays, opens and holds`() throws {
    // A server's clock cannot be moved: the first end is tomorrow.
    func day(_ days: Int) -> String {
      String(ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: Double(days) * 86_400)).prefix(10))
    }
    let (today, tomorrow) = (day(0), day(1))
    let rows = """
      ALTER TABLE bericht ALTER COLUMN verzonden TYPE bigint;
      INSERT INTO activiteit VALUES ('W', 'werk');
      INSERT INTO medewerker VALUES (1, 'K1', 'Cora Derde', NULL, NULL, NULL, NULL);
      INSERT INTO urenregel VALUES (1, 1, NULL, 'W', 'gewerkt', '\(day(-364))', 8, NULL), (2, 1, NULL, 'W', 'gewerkt', '\(day(-300))', 7, NULL),
        (3, 1, NULL, 'W', 'gewerkt', '\(day(-400))', 8, NULL);
      """
    try EndedTenant.with(
      agreement: "clockassist", map: "klok", rows: rows, on: .postgreSQL, since: today,
      brakes: ", clock-skew-seconds: 86400, cooling-off-days: 0"
    ) { tenant in
      try tenant.offboard("--ended", day(-60), "--choice", "destroy", "--written", tenant.file("letter"), "--by", "director", exit: 3)
      try tenant.offboard("continue", exit: 3)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.offboard("continue", exit: 3)
      let sealed = try tenant.wis("archive", "seal", EndedTenant.id, "--json")
      try #require(sealed.exit == 0, "\(sealed)")
      #expect(try sealed.json()["archives"].list.map { $0["until"].text } == [tomorrow, day(65)])
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.database.count("urenregel") == 0 && tenant.database.count("medewerker") == 0)
      func keys() throws -> [String] { try Self.key(tenant).map { String($0.dropLast(".key".count).suffix(10)) }.sorted() }
      #expect(try keys() == [tomorrow, day(65)])
      try tenant.move(to: tomorrow, hour: 0)
      _ = try tenant.wis("run")
      #expect(try keys() == [day(65)])
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(tenant.node.home)/archives").count == 1)
      let out = tenant.file("opened.zip")
      let opened = try tenant.wis("archive", "open", EndedTenant.id, "--by", "tax adviser", "--reason", "audit", "--out", out)
      #expect(opened.exit == 0, "\(opened)")
      let found = try tenant.inspect(try Package(file: out), isWhole: false)
      #expect(found["urenregel"]?.map { $0["id"] } == ["2"] && found["medewerker"]?.count == 1)
      #expect(try tenant.wis("export", "verify", out).exit == 0)
    }
  }

  @Test func `refuses what has no end of its own, and what would have to be reduced in it`() throws {
    func refused(_ more: String, exit: Int32, _ words: String, before: (EndedTenant) throws -> Void = { _ in }) throws {
      try Self.with(Self.moreRows + more, hours: 4, exit: exit, before: before) { tenant in
        let refused = try tenant.wis("archive", "seal", EndedTenant.id)
        #expect(refused.exit == 2 && refused.complaints.count == 1 && refused.errors.contains(words), "\(refused)")
        #expect(try Self.key(tenant).isEmpty)
      }
    }
    try refused("INSERT INTO klokregel VALUES (1, 1, 'in', NULL);", exit: 1, "klokregel")
    try refused("", exit: 3, "reduced on 2026-05-02") { tenant in
      let hold = try tenant.wis(
        "hold", "add", EndedTenant.id, "--table", "medewerker", "--reason", "court case", "--until", "2026-05-01")
      #expect(hold.exit == 0, "\(hold)")
    }
  }

  @Test func `that was killed while it was made is made anew, and leaves neither key nor archive behind`() throws {
    try Self.with(Self.moreRows, hours: 4) { tenant in
      let archives = "\(tenant.node.home)/archives"
      // The second of three: before it has its name, and a day later when it is read again under it.
      for (number, call) in ["link", "openat"].enumerated() {
        let path = "\(archives)/\(EndedTenant.id)-2026-03-0\(3 + number)-until-2026-08-01.zip.age"
        try tenant.move(to: "2026-03-0\(3 + number)", hour: 20)
        let strace = ["/usr/bin/strace", "-f", "-qq", "-o", tenant.file("trace"), "-P", path, "-e", "inject=\(call):signal=SIGKILL"]
        let killed = try Wis.run(
          ["archive", "seal", EndedTenant.id, "--config", tenant.node.config], in: tenant.node.folder,
          through: strace + tenant.clock("alice"))
        #expect(killed.exit == -SIGKILL && FileManager.default.fileExists(atPath: path) == (call == "openat"), "\(killed)")
        #expect(try Self.key(tenant).count == 2)
        // What is complete does not count before all are.
        try tenant.offboard("continue", exit: 3)
        #expect(try tenant.database.count("urenregel") == 4)
      }
      let sealed = try tenant.wis("archive", "seal", EndedTenant.id, "--json")
      #expect(sealed.exit == 0, "\(sealed)")
      #expect(try Self.key(tenant).count == 3 && FileManager.default.contentsOfDirectory(atPath: archives).count == 3)
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.database.count("urenregel") == 0)
      let opened = try tenant.wis(
        "archive", "open", EndedTenant.id, "--until", "2026-08-01", "--by", "tax adviser", "--reason", "audit of 2025", "--out",
        tenant.file("opened.zip"))
      #expect(opened.exit == 0, "\(opened)")
    }
  }
}
