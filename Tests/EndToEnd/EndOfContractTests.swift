import Foundation
import Testing

/// Each of the five agreements, from the end of the contract to the day on which nothing of the data is left. The clock moves
/// through every deadline.
@Suite struct `A tenant leaves` {
  @Test func `under Flexsoftware: to a successor, destroyed at first request, after the answer to the warning`() throws {
    let extra = "    backups: [{name: nightly, kept-for: P30D, path: \"BACKUPS/{date}.db\"}]\n    file-roots: {documents: BACKUPS}\n"
    try EndedTenant.with(agreement: "flexsoftware", map: "uitzenden", rows: EndedTenant.placement, extra: extra) { tenant in
      try tenant.move(to: "2026-03-01")
      try tenant.offboard("--ended", "2009-12-31", exit: 2)
      try tenant.offboard(exit: 2)
      try tenant.offboard("--ended", "2026-03-31", exit: 3)
      #expect(try tenant.status()["withoutInstruction"].flag == false)
      // Nobody says anything.
      try tenant.move(to: "2026-04-01")
      #expect(try tenant.offboard("status", exit: 1).output.contains("ended without instruction"))
      #expect(try tenant.offboard("remind", "--lang", "nl", exit: 0).output.contains("geëindigd op 2026-03-31"))
      try tenant.offboard("status", exit: 3)
      try tenant.move(to: "2026-04-15")
      try tenant.offboard("status", exit: 1)
      // A word that is not in writing destroys nothing.
      let out = tenant.file("out")
      try tenant.offboard("--choice", "both", "--to", "successor", "--by", "director", "--out", out, exit: 3)
      try tenant.expect(["return": "done", "deliver": "open", "approve": "blocked"])
      let erase = try tenant.request("erase")
      #expect(try tenant.wis("request", "show", erase).output.contains("writing"))
      let returned = try #require(try tenant.status()["returned"]["file"].text)
      let found = try tenant.inspect(try Package(file: returned))
      #expect(found["loonstrook_regel"]?.first?["omschrijving"] == "salaris, \"bruto\"")

      // What was altered on the way is not delivered.
      let altered = tenant.file("altered.zip")
      try (Data(contentsOf: URL(fileURLWithPath: returned)) + Data([0])).write(to: URL(fileURLWithPath: altered))
      try tenant.offboard("receipt", "--file", returned, exit: 2)
      try tenant.offboard("deliver", "--file", altered, exit: 4)
      try tenant.offboard("deliver", exit: 0)
      #expect(try tenant.status()["steps"].list.first { $0["step"].text == "deliver" }?["state"].text == "done")
      #expect(try tenant.wis("request", "list", "--json").json()["requests"].list.contains { $0.canonical.contains("completed") })
      try tenant.offboard("receipt", "--file", altered, exit: 4)
      try tenant.offboard("receipt", "--file", returned, "--evidence", tenant.file("mail"), "--by", "director", exit: 0)

      // In writing, and the answer to the warning of its own duties.
      for (words, waits) in [
        (["--evidence", tenant.file("letter")], "blocked"), (["--evidence", tenant.file("answer"), "--answer", "erase"], "open"),
      ] {
        let confirmed = try Wis.run(
          ["request", "confirm", erase] + words + ["--config", tenant.node.config], in: tenant.node.folder, through: tenant.clock("alice"))
        #expect(confirmed.exit != 2, "\(confirmed)")
        #expect(try tenant.step("approve")["state"].text == waits)
      }
      // At first request: the clause leaves no time to cool off.
      try FileManager.default.copyItem(atPath: tenant.database.location, toPath: tenant.file("backups/2026-04-15.db"))
      try tenant.confirm("Hosting Bytesnet B.V.")
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.database.count("uitzendkracht") == 1)
      try tenant.approve(as: "alice", exit: 3)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.offboard("continue", exit: 3)
      try tenant.expect(["destroy": "done", "certify": "done", "expire": "blocked"])
      // What was confirmed before the destruction says nothing about it.
      #expect(try tenant.step("expire")["waitsFor"].text?.contains("Bytesnet") == true)
      try tenant.confirm("Hosting Bytesnet B.V.")
      #expect(try tenant.step("expire")["waitsFor"].text?.contains("2026-05-16") == true)
      try tenant.move(to: "2026-05-15")
      try tenant.offboard("continue", exit: 3)
      try FileManager.default.removeItem(atPath: tenant.file("backups/2026-04-15.db"))
      try tenant.move(to: "2026-05-17")
      #expect(try tenant.wis("run").exit == 0)
      try tenant.expectClosed(empty: ["uitzendkracht", "opdrachtgever", "plaatsing", "loonstrook", "loonstrook_regel"])
      #expect(try tenant.database.count("land") == 1)
      let last = try #require(try tenant.status()["certificates"].list.last?.text)
      #expect(try tenant.wis("certificate", "show", last, "--json").json()["follows"].text != nil)
    }
  }

  @Test func `under HR365: returned to its key, changed since, returned again, destroyed`() throws {
    let rows = """
      INSERT INTO afdeling VALUES ('A', 'Bakkerij', NULL);
      INSERT INTO medewerker VALUES (1, 'M1', 'A', NULL, 'Bert', 'Tweede', NULL, '1980-01-01', '123456782', NULL, 'bert@example.org', NULL, NULL, NULL, NULL, '2015-01-01', NULL);
      INSERT INTO dienstverband VALUES (1, 1, 'bakker', 36, 'vast', '2015-01-01', NULL);
      INSERT INTO salaris VALUES (1, 1, '2025-12-31', 'C', 2500, NULL);
      """
    let extra = "    file-roots: {documents: BACKUPS}\n"
    try EndedTenant.with(agreement: "hr365", map: "hr", rows: rows, extra: extra) { tenant in
      let text = try String(contentsOfFile: tenant.node.config, encoding: .utf8)
      try tenant.node.write(
        text.replacingOccurrences(of: "{started: 2010-01-01}", with: "{started: 2010-01-01, ended: 2026-01-31}"), to: tenant.node.config)
      try tenant.move(to: "2026-02-02")
      // The inventory says when the contract ended; another day is refused.
      try tenant.offboard("--ended", "2026-02-28", exit: 2)
      let keys = try Program.run(["age-keygen", "-o", tenant.file("key.txt")])
      try #require(keys.status == 0, "\(keys.output)")
      let recipient = try #require(keys.output.split(separator: " ").last.map { String($0.filter { !$0.isWhitespace }) })
      // A small file first: can the controller open what is encrypted to its key?
      try FileManager.default.createDirectory(atPath: tenant.file("trial"), withIntermediateDirectories: false)
      let trial = try tenant.offboard("trial", "--encrypt-to", recipient, "--out", tenant.file("trial"), "--json", exit: 0)
      let (written, read) = (try #require(try trial.json()["file"].text), tenant.file("trial.txt"))
      #expect(try Program.run(["age", "-d", "-i", tenant.file("key.txt"), "-o", read, written]).status == 0)
      try tenant.offboard("receipt", "--trial", "--file", written, exit: 4)
      try tenant.offboard("receipt", "--trial", "--file", read, exit: 0)
      let words = ["--choice", "both", "--written", tenant.file("letter"), "--by", "director", "--out", tenant.file("out")]
      try tenant.offboard(words + ["--encrypt-to", recipient, "--format", "xlsx"], exit: 3)
      let first = try #require(try tenant.status()["returned"]["file"].text)
      let opened = tenant.file("opened.zip")
      #expect(try Program.run(["age", "-d", "-i", tenant.file("key.txt"), "-o", opened, first]).status == 0)
      let package = try Package(file: opened)
      let found = try tenant.inspect(package)
      #expect(found["medewerker"]?.count == 1)
      #expect(FileManager.default.fileExists(atPath: package.folder + "/data/copies/xlsx/tables.xlsx"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(tenant.node.home)/run-keys").isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: tenant.file("out")).count == 2)
      try tenant.offboard("deliver", exit: 0)
      // That a file arrived is not that it can be opened.
      #expect(try tenant.offboard("receipt", "--file", first, exit: 4).errors.contains("decrypted"))
      try tenant.offboard("receipt", "--file", opened, exit: 0)
      let erase = try tenant.request("erase")
      #expect(try tenant.wis("request", "confirm", erase, "--evidence", tenant.file("answer"), "--answer", "erase").exit != 2)

      try tenant.move(to: "2026-02-08")
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.step("approve")["waitsFor"].text?.contains("2026-02-09") == true)
      try tenant.move(to: "2026-02-09")
      try tenant.offboard("continue", exit: 3)
      try tenant.approve(as: "bob", exit: 0)
      // The application still writes: what it wrote is not lost.
      try tenant.database.execute("UPDATE salaris SET bruto = 2600 WHERE id = 1")
      let stopped = try tenant.offboard("continue", exit: 1)
      #expect(stopped.errors.contains("no longer what was returned (salaris)"), "\(stopped)")
      #expect(try tenant.database.count("salaris") == 1)
      try tenant.expect(["return": "open", "deliver": "blocked", "approve": "blocked"])
      #expect(try tenant.wis("run").exit != 4)
      #expect(try tenant.database.count("medewerker") == 1)
      try tenant.offboard("continue", exit: 3)
      let second = try #require(try tenant.status()["returned"]["file"].text)
      #expect(second != first)
      try tenant.offboard("deliver", exit: 0)
      // Silence for thirty days is a receipt.
      try tenant.move(to: "2026-03-10")
      try tenant.expect(["receive": "open", "approve": "blocked"])
      try tenant.move(to: "2026-03-11")
      try tenant.expect(["receive": "done", "approve": "open"])
      try tenant.offboard("continue", exit: 1)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.offboard("continue", exit: 3)
      for name in ["Bourne & Healey B.V. (Expert Online)", "Exonet B.V."] {
        #expect(try tenant.step("expire")["waitsFor"].text?.contains(name) == true)
        try tenant.confirm(name)
      }
      try tenant.offboard("continue", exit: 0)
      try tenant.expectClosed(empty: ["medewerker", "dienstverband", "salaris"])
    }
  }

  @Test func `under ClockAssist: not before the window, and what the law keeps when its term is over`() throws {
    let rows = """
      INSERT INTO activiteit VALUES ('W', 'werk');
      INSERT INTO medewerker VALUES (1, 'K1', 'Cora Derde', 'cora@example.org', NULL, NULL, NULL);
      INSERT INTO urenregel VALUES (1, 1, NULL, 'W', 'gewerkt', '2025-06-15', 8, NULL), (2, 1, NULL, 'W', 'gewerkt', '2025-01-15', 8, NULL);
      """
    try EndedTenant.with(agreement: "clockassist", map: "klok", rows: rows) { tenant in
      try tenant.move(to: "2026-02-01")
      try tenant.offboard("--ended", "2026-01-31", "--choice", "destroy", "--written", tenant.file("letter"), "--by", "director", exit: 3)
      try tenant.expect(["return": "not-asked", "stop": "not-asked", "notify": "not-asked"])
      // Thirty days in which the controller may still ask for its data.
      #expect(try tenant.step("approve")["waitsFor"].text?.contains("2026-03-03") == true)
      try tenant.move(to: "2026-03-02")
      #expect(try tenant.wis("run").exit == 0)
      #expect(try tenant.database.count("urenregel") == 2)
      try tenant.move(to: "2026-03-03")
      // The request's own term was shorter than the window.
      try tenant.offboard("continue", exit: 1)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.offboard("continue", exit: 3)
      // Working times stay for 52 weeks (364 days), and with them their owner.
      #expect(try tenant.database.count("urenregel") == 1)
      #expect(try tenant.step("destroy")["waitsFor"].text?.contains("2026-06-15") == true)
      try tenant.move(to: "2026-06-14")
      _ = try tenant.wis("run")
      #expect(try tenant.database.count("urenregel") == 1)
      try tenant.move(to: "2026-06-15")
      #expect(try tenant.wis("run").exit == 0)
      try tenant.expectClosed(empty: ["urenregel", "medewerker"])
    }
  }

  @Test func `under Felixx loon: the raw data, and the rest when seven years are over`() throws {
    let rows = """
      INSERT INTO looncomponent VALUES ('S', 'salaris', 1);
      INSERT INTO werkgever VALUES (1, 'Restaurant', NULL, 'Dirk', 'dirk@example.org', '2019-12-31');
      INSERT INTO medewerker VALUES (1, 1, 'P1', 'D', 'Vierde', '1970-01-01', NULL, NULL, '123456782', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2019-11-30');
      INSERT INTO dienstverband VALUES (1, 1, 'kok', 'vast', '2010-01-01', '2019-11-30');
      INSERT INTO loonstrook VALUES (1, 1, '2019-11-30', 2000, 500, 1500);
      INSERT INTO loonregel VALUES (1, 1, 'S', 2000);
      INSERT INTO notitie VALUES (1, 1, 'memo', '2019-10-01', 'Een gesprek');
      """
    let extra = "    backups: [{name: nightly, kept-for: P30D, path: \"BACKUPS/{date}.db\"}]\n    file-roots: {attachments: BACKUPS}\n"
    try EndedTenant.with(agreement: "felixx-loon", map: "loon", rows: rows, extra: extra) { tenant in
      try tenant.move(to: "2026-01-31")
      let announced = try tenant.offboard("--ended", "2026-01-31", exit: 3)
      #expect(announced.output.contains("EUR 300.00 (clause 11.2)"), "\(announced)")
      try tenant.expect(["notify": "done", "stop": "open", "destroy": "blocked"])
      try tenant.move(to: "2026-02-01")
      // Processing stops at once; nobody said that it did.
      #expect(try tenant.step("stop")["overdue"].flag == true)
      try tenant.offboard("stop", "--by", "system manager", exit: 0)
      try tenant.offboard("--choice", "return", "--by", "director", "--out", tenant.file("out"), exit: 3)
      let returned = try #require(try tenant.status()["returned"]["file"].text)
      let found = try tenant.inspect(try Package(file: returned), isWhole: false)
      #expect(found["loonstrook"]?.count == 1 && found["notitie"] == nil, "\(found.keys)")
      try tenant.offboard("deliver", exit: 0)
      try tenant.offboard("receipt", "--sha256", String(repeating: "0", count: 64), exit: 4)
      try tenant.offboard("receipt", "--file", returned, exit: 0)
      try tenant.expect(["approve": "not-asked", "destroy": "blocked"])
      #expect(try tenant.step("destroy")["waitsFor"].text?.contains("periods") == true)

      try FileManager.default.copyItem(atPath: tenant.database.location, toPath: tenant.file("backups/2026-12-31.db"))
      try tenant.move(to: "2026-12-31")
      #expect(try tenant.wis("run").exit == 0)
      #expect(try tenant.database.count("loonstrook") == 1)
      try tenant.move(to: "2027-01-01")
      // The first run that erases for this tenant waits for a person.
      #expect(try tenant.wis("run").exit == 3)
      let plan = try #require(try tenant.wis("status", "--json").json()["tenants"][0]["waiting"][0].text)
      #expect(try tenant.wis("approve", plan).exit == 0)
      #expect(try tenant.wis("run").exit == 0)
      try tenant.expect(["destroy": "done", "certify": "done", "expire": "blocked", "close": "blocked"])
      #expect(try tenant.step("expire")["waitsFor"].text?.contains("Nmbrs") == true)
      try tenant.confirm("Nmbrs B.V.")
      try FileManager.default.removeItem(atPath: tenant.file("backups/2026-12-31.db"))
      try tenant.move(to: "2027-01-02")
      try tenant.offboard("continue", exit: 3)
      #expect(try tenant.step("expire")["waitsFor"].text?.contains("2027-02-01") == true)
      try tenant.move(to: "2027-02-02")
      // The node is more than a year old, and so is the certificate with which it signs.
      let refused = try tenant.wis("run")
      #expect(refused.exit == 2 && refused.errors.contains("run: wis key rotate"), "\(refused)")
      #expect(try tenant.wis("key", "rotate").exit == 0)
      #expect(try tenant.wis("run").exit == 0)
      try tenant.expectClosed(empty: ["loonstrook", "notitie", "medewerker"])
    }
  }

  @Test func `under Flexensie: a part returned, then destroyed everywhere by the clause`() throws {
    let rows = """
      INSERT INTO gemeente VALUES ('WW', 'Waterwijk');
      INSERT INTO kandidaat (id, uitkeringsgemeente, achternaam, bsn, beperkingen, ingeschreven_op) VALUES (1, 'WW', 'Vijfde', '123456782', 'Niet tillen', '2024-01-01');
      INSERT INTO werkgever VALUES (1, 'Groen B.V.', NULL, 'Eva', NULL, NULL);
      INSERT INTO opdracht VALUES (1, 1, 1, 'groen', '2024-02-01', NULL);
      INSERT INTO gewerkte_uren VALUES (1, '2024-02-02', 8);
      """
    try EndedTenant.with(agreement: "flexensie-wil", map: "flexensie", rows: rows) { tenant in
      try tenant.move(to: "2026-02-10")
      try tenant.offboard("--ended", "2026-01-31", exit: 3)
      try tenant.expect(["notify": "done", "return": "blocked", "approve": "blocked"])
      // The clause destroys, and not before the controller had its time to ask.
      #expect(try tenant.wis("run").exit == 0)
      #expect(try tenant.database.count("kandidaat") == 1)
      let words = ["--choice", "return", "--tables", "gewerkte_uren", "--by", "werk", "--out", tenant.file("out")]
      try tenant.offboard(words, exit: 3)
      let returned = try #require(try tenant.status()["returned"]["file"].text)
      let found = try tenant.inspect(try Package(file: returned), isWhole: false)
      #expect(found["gewerkte_uren"]?.count == 1)
      try tenant.offboard("deliver", exit: 0)
      try tenant.offboard("receipt", "--file", returned, exit: 0)
      try tenant.move(to: "2026-02-16")
      #expect(try tenant.step("approve")["waitsFor"].text?.contains("2026-02-17") == true)
      try tenant.move(to: "2026-02-17")
      try tenant.offboard("continue", exit: 3)
      try tenant.approve(as: "alice", exit: 3)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.offboard("continue", exit: 3)
      try tenant.expect(["destroy": "done", "certify": "done"])
      try tenant.confirm("Exact Online")
      #expect(try tenant.step("expire")["waitsFor"].text?.contains("Connexys") == true)
      try tenant.offboard("continue", exit: 3)
      try tenant.confirm("Connexys (on Salesforce)")
      try tenant.offboard("continue", exit: 0)
      try tenant.expectClosed(empty: ["kandidaat", "opdracht", "gewerkte_uren", "werkgever"])
    }
  }

  @Test func `from a PostgreSQL server as from a file`() throws {
    // A server's clock cannot be moved, so nothing here waits for a day.
    let rows = """
      INSERT INTO afdeling VALUES ('A', 'Bakkerij', NULL);
      INSERT INTO medewerker (id, nummer, afdeling, voornaam, achternaam, bsn, in_dienst) VALUES (1, 'M1', 'A', 'Bert', 'Tweede', '123456782', '2015-01-01');
      INSERT INTO dienstverband VALUES (1, 1, 'bakker', 36, 'vast', '2015-01-01', NULL);
      INSERT INTO salaris VALUES (1, 1, '2025-12-31', 'C', 2500, NULL);
      """
    let today = String(ISO8601DateFormatter().string(from: Date()).prefix(10))
    try EndedTenant.with(
      agreement: "hr365", map: "hr", rows: rows, extra: "    file-roots: {documents: BACKUPS}\n", on: .postgreSQL, since: today,
      brakes: ", clock-skew-seconds: 86400, cooling-off-days: 0"
    ) { tenant in
      let words = ["--choice", "both", "--written", tenant.file("letter"), "--by", "director", "--out", tenant.file("out")]
      let began = try tenant.offboard(["--ended", "2020-12-31"] + words, exit: 3)
      let first = try #require(try tenant.status()["returned"]["file"].text, "\(began)")
      _ = try tenant.inspect(try Package(file: first))
      try tenant.offboard("deliver", exit: 0)
      try tenant.offboard("receipt", "--file", first, exit: 0)
      let erase = try tenant.request("erase")
      #expect(try tenant.wis("request", "confirm", erase, "--evidence", tenant.file("answer"), "--answer", "erase").exit != 2)
      try tenant.offboard("continue", exit: 3)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.database.execute("INSERT INTO salaris VALUES (2, 1, '2026-01-31', 'C', 2600, NULL)")
      // One row more: the plan is no longer that of the data, and another consent does not help.
      try tenant.offboard("continue", exit: 3)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.offboard("continue", exit: 1)
      #expect(try tenant.database.count("salaris") == 2)
      try tenant.offboard(["continue", "--out", tenant.file("again.zip")], exit: 3)
      try tenant.offboard("deliver", exit: 0)
      try tenant.offboard("receipt", "--file", tenant.file("again.zip"), exit: 0)
      try tenant.offboard("continue", exit: 3)
      try tenant.approve(as: "bob", exit: 0)
      try tenant.offboard("continue", exit: 3)
      for name in ["Bourne & Healey B.V. (Expert Online)", "Exonet B.V."] { try tenant.confirm(name) }
      try tenant.offboard("continue", exit: 0)
      try tenant.expectClosed(empty: ["medewerker", "dienstverband", "salaris"])
    }
  }

  @Test func `not on silence when nobody has shown to open its package`() throws {
    let rows = "INSERT INTO medewerker VALUES (1, 'K1', 'Cora Derde', NULL, NULL, NULL, NULL);"
    try EndedTenant.with(agreement: "clockassist", map: "klok", rows: rows) { tenant in
      let keys = try Program.run(["age-keygen", "-o", tenant.file("key.txt")])
      let recipient = try #require(keys.output.split(separator: " ").last.map { String($0.filter { !$0.isWhitespace }) })
      try tenant.move(to: "2026-02-01")
      let words = ["--choice", "both", "--written", tenant.file("letter"), "--out", tenant.file("out"), "--encrypt-to", recipient]
      try tenant.offboard(["--ended", "2026-01-31"] + words, exit: 3)
      try tenant.offboard("deliver", exit: 0)
      try tenant.move(to: "2026-05-01")
      try tenant.expect(["receive": "open", "approve": "blocked"])
      #expect(try tenant.offboard("status", exit: 1).output.contains("silence is no receipt"))
    }
  }

  @Test func `and what contradicts itself is told in one line`() throws {
    try EndedTenant.with(agreement: "clockassist", map: "klok", rows: "") { tenant in
      try tenant.move(to: "2026-02-01")
      #expect(try tenant.wis("offboard", "nobody", "--ended", "2026-01-31").exit == 2)
      for words in [
        ["--ended", "soon"], ["--ended", "2026-01-31", "--choice", "keep"], ["--ended", "2026-01-31", "--written", "x"],
        ["--choice", "both"],
      ] {
        let outcome = try tenant.offboard(words, exit: 2)
        #expect(outcome.errors.hasPrefix("error: "), "\(outcome)")
      }
      try tenant.offboard("--ended", "2026-01-31", "--choice", "both", "--written", tenant.file("none"), exit: 2)
      for choice in ["destroy", "both"] { try tenant.offboard("--ended", "2026-01-31", "--choice", choice, "--tables", "nosuch", exit: 2) }
      try tenant.offboard("deliver", exit: 2)
      try tenant.offboard("receipt", "--sha256", "abc", exit: 2)
      // The inventory is corrected to another day than the one that was announced.
      let text = try String(contentsOfFile: tenant.node.config, encoding: .utf8)
      try tenant.node.write(
        text.replacingOccurrences(of: "{started: 2010-01-01}", with: "{started: 2010-01-01, ended: 2026-01-15}"), to: tenant.node.config)
      #expect(try tenant.offboard("status", exit: 2).errors.contains("2026-01-31 was announced"))
      #expect(try tenant.wis("run").errors.contains("wis.yaml says"))
      // A database in which there was nothing is no destruction.
      try tenant.offboard("--ended", "2026-01-15", exit: 1)
      _ = try tenant.wis("run")
      #expect(try tenant.step("certify")["state"].text == "open")
    }
  }
}
