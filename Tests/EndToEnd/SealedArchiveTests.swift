import Foundation
import Testing

/// What a duty keeps after a contract, sealed away from the live database until the duty ends.
@Suite struct `A sealed archive` {
  private static let rows = """
    INSERT INTO activiteit VALUES ('W', 'werk');
    INSERT INTO medewerker VALUES (1, 'K1', 'Cora Derde', 'cora@example.org', NULL, NULL, NULL);
    INSERT INTO urenregel VALUES (1, 1, NULL, 'W', 'gewerkt', '2025-06-15', 8, NULL), (2, 1, NULL, 'W', 'gewerkt', '2025-01-15', 8, NULL);
    """

  /// Up to the day on which all is gone that no duty keeps.
  private static func with(_ body: (EndedTenant) throws -> Void) throws {
    try EndedTenant.with(agreement: "clockassist", map: "klok", rows: rows) { tenant in
      try tenant.move(to: "2026-02-01")
      #expect(try tenant.wis("archive", "seal", EndedTenant.id).exit == 2)
      try tenant.offboard("--ended", "2026-01-31", "--choice", "destroy", "--written", tenant.file("letter"), "--by", "director", exit: 3)
      #expect(try tenant.wis("archive", "seal", EndedTenant.id).exit == 2)
      try tenant.move(to: "2026-03-03")
      // The request's own term was shorter than the window.
      try tenant.offboard("continue", exit: 1)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.database.count("urenregel") == 1)
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
      let (file, until) = (try #require(try sealed.json()["file"].text), try sealed.json()["until"].text)
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
      let place = try #require(methods.first { $0["location"].text == "sealed archive" })
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
      let file = try #require(try sealed.json()["file"].text)
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

  @Test func `that was killed while it was made is made anew, and leaves neither key nor archive behind`() throws {
    try Self.with { tenant in
      let archives = "\(tenant.node.home)/archives"
      // Before it has its name, and a day later when it is read again under it.
      for (number, call) in ["link", "openat"].enumerated() {
        let path = "\(archives)/\(EndedTenant.id)-2026-03-0\(3 + number).zip.age"
        try tenant.move(to: "2026-03-0\(3 + number)", hour: 20)
        let strace = ["/usr/bin/strace", "-f", "-qq", "-o", tenant.file("trace"), "-P", path, "-e", "inject=\(call):signal=SIGKILL"]
        let killed = try Wis.run(
          ["archive", "seal", EndedTenant.id, "--config", tenant.node.config], in: tenant.node.folder,
          through: strace + tenant.clock("alice"))
        #expect(killed.exit == -SIGKILL && FileManager.default.fileExists(atPath: path) == (call == "openat"), "\(killed)")
        #expect(try Self.key(tenant).count == 1)
      }
      let sealed = try tenant.wis("archive", "seal", EndedTenant.id, "--json")
      #expect(sealed.exit == 0, "\(sealed)")
      #expect(try Self.key(tenant).count == 1 && FileManager.default.contentsOfDirectory(atPath: archives).count == 1)
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.database.count("urenregel") == 0)
      let opened = try tenant.wis(
        "archive", "open", EndedTenant.id, "--by", "tax adviser", "--reason", "audit of 2025", "--out", tenant.file("opened.zip"))
      #expect(opened.exit == 0, "\(opened)")
    }
  }
}
