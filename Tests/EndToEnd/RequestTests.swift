import Foundation
import Testing

/// What controllers and data subjects ask, from the first letter to the certificate.
@Suite struct Requests {
  private static let agreement = """
    agreement: sample
    title: Processing agreement of a sample tenant
    source: {document: invented for tests, version: "1"}
    time-zone: Europe/Amsterdam
    fiscal-year-starts: "01-01"
    categories: [contact, hours]
    retention:
      - {rule: until-request, clause: "3.1", applies-to: all, keep-until: request}
      - {rule: books, clause: "3.2", applies-to: [hours], keep-for: P7Y, counted-from: clock, force: [duty], binds: controller}
    on-request:
      - {rule: erasure, clause: "9.1", action: erase, from: controller, lifts: [books], within: P28D}
      - {rule: access, clause: "9.2", action: inform, from: controller, within: P30D}
      - {rule: forward, clause: "10.1", action: forward, from: data-subject, within: PT48H}

    """

  /// Two people with old and recent hours; the first is known by what must never be found again, the last two share an address.
  private static let script = """
    CREATE TABLE person (id integer PRIMARY KEY, bsn text, name text NOT NULL, email text, left_on date);
    CREATE TABLE hours (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), worked date NOT NULL, note text);
    CREATE INDEX hours_person ON hours (person);
    INSERT INTO person VALUES
      (700184590, '900184590', 'Quistenvegher', 'Quist@planted.example', NULL), (2, '900273641', 'Haverschmidtje', 'both@planted.example', NULL),
      (3, '900362792', 'Onderdelinden', 'both@planted.example', NULL);
    INSERT INTO hours VALUES
      (1, 700184590, '2014-01-05', 'migraine-aanval'), (2, 700184590, CURRENT_DATE, 'rugklachten-x'), (3, 2, '2014-01-07', 'voetblessure-y'),
      (4, 2, CURRENT_DATE, NULL), (5, 3, CURRENT_DATE, 'five');

    """

  private static let planted = [
    "700184590", "900184590", "900273641", "Quistenvegher", "Haverschmidtje", "planted.example", "migraine-aanval", "rugklachten-x",
  ]

  private static let map = Sample.map.replacingOccurrences(of: "{email: email}", with: "{bsn: bsn, email: email}")
    .replacingOccurrences(of: "    category: hours\n", with: "    category: hours\n    belongs-to: person\n")

  /// Runs the program; files are named as they are called in the test's folder.
  private func run(_ sample: Sample, _ arguments: [String]) throws -> Wis.Outcome {
    let full = arguments.map { $0.hasSuffix(".txt") ? "\(sample.node.folder)/\($0)" : $0 }
    let outcome = try Wis.run(full + ["--config", sample.node.config], in: sample.node.folder)
    for word in Self.planted { #expect(!outcome.description.contains(word), "\(arguments): \(outcome)") }
    return outcome
  }

  private func with(
    _ engine: Database.Engine = .sqlite, script: String = script, map: String = map, _ body: (Sample) throws -> Void
  ) throws {
    try Sample.with(engine, script: script, map: map, agreement: Self.agreement) { sample in
      try sample.node.write("letter", to: "\(sample.node.folder)/letter.txt")
      try sample.node.write("answer", to: "\(sample.node.folder)/answer.txt")
      try body(sample)
    }
  }

  /// Runs a command and looks that nothing planted is told.
  @discardableResult
  private func wis(_ sample: Sample, _ exit: Int32, _ arguments: String...) throws -> Wis.Outcome {
    let outcome = try run(sample, arguments)
    #expect(outcome.exit == exit, "\(arguments): \(outcome)")
    return outcome
  }

  private func add(_ sample: Sample, _ what: String = "erase", _ more: String...) throws -> String {
    let arguments = ["request", "add", "sample", "--from", "controller", "--what", what, "--json"] + more
    let outcome = try run(sample, arguments)
    #expect(outcome.exit == 0, "\(outcome)")
    return try #require(try outcome.json()["request"].text)
  }

  private func state(_ sample: Sample, _ id: String) throws -> JSON { try wis(sample, 0, "request", "show", id, "--json").json() }

  private func approveWaiting(_ sample: Sample) throws {
    let plans = try run(sample, ["status", "--json"]).json()["tenants"][0]["waiting"]
      .list
    #expect(plans.count == 1)
    for plan in plans { try wis(sample, 0, "approve", try #require(plan.text), "--role", "privacy officer") }
  }

  private func keyFiles(_ sample: Sample) throws -> [String] {
    let folder = "\(sample.node.home)/subject-keys"
    return FileManager.default.fileExists(atPath: folder) ? try FileManager.default.contentsOfDirectory(atPath: folder) : []
  }

  private func searchFiles(_ sample: Sample) throws {
    for file in try FileManager.default.subpathsOfDirectory(atPath: sample.node.home) {
      guard let bytes = FileManager.default.contents(atPath: "\(sample.node.home)/\(file)") else { continue }
      for word in Self.planted { #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) is in \(file)") }
    }
  }

  @Test(arguments: ["", "DEFERRABLE INITIALLY DEFERRED"])
  func `what a trigger says about a person is not repeated, also when it refuses at the end of the transaction`(when: String) throws {
    let refusing = """
      CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% must stay', OLD.name; END $$;
      CREATE CONSTRAINT TRIGGER kept AFTER DELETE ON person \(when) FOR EACH ROW EXECUTE FUNCTION kept();
      """
    try with(.postgreSQL, script: Self.script + refusing) { sample in
      let before = try sample.database.contents()
      let id = try add(sample, "erase", "--subject", "bsn=900184590", "--evidence", "letter.txt")
      try wis(sample, 0, "request", "confirm", id, "--evidence", "answer.txt", "--answer", "erase")
      try wis(sample, 3, "run")
      try approveWaiting(sample)
      let refused = try wis(sample, 1, "run")
      #expect(refused.errors.contains("a trigger or rule of the database refuses the change (of kept)"), "\(refused)")
      #expect(try sample.database.contents() == before)
      try searchFiles(sample)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a controller's answered instruction erases one person and nobody else`(engine: Database.Engine) throws {
    try with(engine) { sample in
      let before = try sample.database.contents()
      let id = try add(sample, "erase", "--subject", "bsn=900184590", "--evidence", "letter.txt", "--by", "head of HR")
      #expect(try state(sample, id)["missing"].list.map(\.text) == ["answer"])
      try wis(sample, 3, "run")
      #expect(try sample.database.contents() == before, "nothing goes before the answer")
      try wis(sample, 0, "request", "confirm", id, "--evidence", "answer.txt", "--answer", "erase")
      try wis(sample, 3, "run")
      #expect(try sample.database.contents() == before, "nothing goes before the approval")
      #expect(try wis(sample, 0, "explain", "sample", "hours", "2").output.contains("request \(id): erase"))
      try searchFiles(sample)
      #expect(try keyFiles(sample).count == 1)
      try approveWaiting(sample)
      try wis(sample, 0, "run")
      let quote = engine == .sqlite ? "" : "'"
      var expected = before
      expected["person"] = before["person"]?.filter { $0["name"] != "'Quistenvegher'" }
      expected["hours"] = before["hours"]?.filter { $0["person"] != "\(quote)700184590\(quote)" }
      #expect(try sample.database.contents() == expected)
      #expect(try state(sample, id)["state"].text == "completed")
      #expect(try keyFiles(sample).isEmpty)
      let certificate = try #require(try sample.node.certificates("sample").first)
      let basis = try wis(sample, 0, "certificate", "show", certificate, "--json").json()["basis"]
      #expect(basis["kind"].text == "instruction" && basis["rules"][0]["clause"].text == "9.1")
      // SHA-256 of "answer".
      #expect(basis["instruction"].text == "0db52f4076c082518412afd3dd3576e2cb0c63703fd7fed5e23ade60efef31d9")
      try wis(sample, 0, "certificate", "verify", certificate)
      try searchFiles(sample)
      try wis(sample, 0, "run")
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `what a duty refuses goes by itself when the duty ends, and then the request is forgotten`(engine: Database.Engine) throws {
    try with(engine) { sample in
      let id = try add(sample, "erase", "--subject", "email=quist@PLANTED.example", "--evidence", "letter.txt")
      try wis(sample, 0, "request", "confirm", id, "--evidence", "answer.txt", "--answer", "keep-duties")
      // The same before and after the run: the person's row is reduced, so the rest of it stays.
      let stays = "- contact (person): needed by data that must be kept\n"
      #expect(try wis(sample, 0, "request", "letter", id, "--lang", "en").output.contains(stays))
      try wis(sample, 3, "run")
      try approveWaiting(sample)
      try wis(sample, 0, "run")
      let shown = try state(sample, id)
      #expect(shown["state"].text == "deferred" && shown["possibleFrom"].text != nil)
      #expect(try wis(sample, 0, "request", "letter", id, "--lang", "en").output.contains(stays))
      #expect(try sample.database.count("hours") == 4, "only the old hours went")
      #expect(try sample.database.count("person") == 3, "the person is needed")
      let reduced = try sample.database.contents()["person"]?.first { $0["name"] == "'Quistenvegher'" }
      #expect(reduced?["bsn"] == "NULL" && reduced?["email"] == "NULL")
      try wis(sample, 0, "run")
      #expect(try keyFiles(sample).count == 1)
      try sample.database.execute("UPDATE hours SET worked = '2014-02-02' WHERE id = 2")
      try wis(sample, 0, "run")
      #expect(try sample.database.count("hours") == 3 && sample.database.count("person") == 2)
      #expect(try state(sample, id)["state"].text == "completed")
      #expect(try keyFiles(sample).isEmpty)
      #expect(try sample.node.certificates("sample").count == 2)
      try searchFiles(sample)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a hold of the processor stands against an instruction, one of the controller does not`(engine: Database.Engine) throws {
    try with(engine) { sample in
      let hold = try wis(
        sample, 0, "hold", "add", "sample", "--subject", "bsn=900184590", "--reason", "court case", "--law", "Rv 843a", "--json"
      ).json()["hold"].text
      let id = try add(sample, "erase", "--subject", "bsn=900184590", "--evidence", "letter.txt")
      let other = try add(sample, "erase", "--subject", "bsn=900273641", "--evidence", "letter.txt")
      for one in [id, other] { try wis(sample, 0, "request", "confirm", one, "--evidence", "answer.txt", "--answer", "erase") }
      #expect(try state(sample, id)["refused"].list.count == 2)
      #expect(try state(sample, other)["refused"].list.isEmpty, "the hold is about one person")
      try wis(sample, 0, "hold", "list")
      try wis(sample, 3, "run")
      try approveWaiting(sample)
      try wis(sample, 0, "run")
      #expect(try sample.database.count("person") == 2 && sample.database.count("hours") == 3)
      #expect(try state(sample, id)["state"].text == "deferred")
      try searchFiles(sample)
      try wis(sample, 0, "hold", "release", try #require(hold), "--by", "privacy officer", "--reason", "case closed")
      try wis(sample, 3, "run")
      try approveWaiting(sample)
      try wis(sample, 0, "run")
      #expect(try sample.database.count("person") == 1 && keyFiles(sample).isEmpty)
    }
  }

  @Test func `a data subject's request is forwarded, nothing of it is kept, and it is told when it is late`() throws {
    try with { sample in
      let before = try sample.database.contents()
      let added = try wis(
        sample, 0, "request", "add", "sample", "--from", "data-subject", "--what", "erase", "--received", "2026-03-28T10:00", "--json")
      let id = try #require(try added.json()["request"].text)
      #expect(try added.json()["due"].text == "2026-03-30T11:00+02:00", "48 hours through the change of the clock")
      #expect(try added.json()["state"].text == "to-forward" && added.json()["overdue"].flag == true)
      try wis(sample, 1, "run")
      try wis(sample, 1, "status")
      #expect(try keyFiles(sample).isEmpty && sample.database.contents() == before)
      try wis(sample, 0, "request", "done", id)
      try wis(sample, 0, "run")
      try wis(sample, 2, "request", "done", id)
    }
  }

  @Test func `an oral request starts its term and waits for writing`() throws {
    try with { sample in
      let id = try add(sample, "erase", "--subject", "bsn=900184590", "--form", "oral", "--received", "2026-11-01")
      let shown = try state(sample, id)
      #expect(shown["missing"].list.map(\.text) == ["writing", "answer"] && shown["due"].text == "2026-11-29")
      #expect(shown["sufficient"].flag == false)
      try wis(sample, 2, "request", "confirm", id, "--evidence", "missing.txt")
      try wis(sample, 0, "request", "confirm", id, "--evidence", "letter.txt")
      #expect(try state(sample, id)["missing"].list.map(\.text) == ["answer"])
      try wis(sample, 2, "request", "confirm", id, "--evidence", "letter.txt")
      for (lang, words) in [
        ("nl", ["Betreft: verzoek \(id)", "bewaarplicht", "geven"]), ("en", ["Subject: request \(id)", "Warning", "offer"]),
      ] {
        let letter = try wis(sample, 0, "request", "letter", id, "--lang", lang)
        for word in words { #expect(letter.output.contains(word), "\(letter)") }
      }
      try wis(sample, 0, "request", "letter", id, "--out", "reply.txt")
      #expect(FileManager.default.fileExists(atPath: "\(sample.node.folder)/reply.txt"))
    }
  }

  @Test func `what is wrong with a request is told in one line, and nothing is recorded`() throws {
    try with { sample in
      func refuse(_ arguments: String..., saying word: String) throws {
        let outcome = try run(sample, ["request"] + arguments)
        #expect(outcome.exit == 2 && outcome.errors.contains(word), "\(outcome)")
      }
      let erase = ["add", "sample", "--from", "controller", "--what", "erase"]
      func refuseErase(_ more: String..., saying word: String) throws {
        let outcome = try run(sample, ["request"] + erase + more)
        #expect(outcome.exit == 2 && outcome.errors.contains(word) && outcome.complaints.count == 1, "\(outcome)")
      }
      try refuseErase("--subject", "bsn=900184591", saying: "nobody")
      try refuseErase("--subject", "email=both@planted.example", saying: "more than one")
      try refuseErase("--subject", "shoe=900184590", saying: "bsn, email, id, key")
      try refuseErase("--subject", "900184590", saying: "TYPE=ID")
      try refuseErase("--subject", "bsn=", saying: "TYPE=ID")
      try refuseErase("--subject", "bsn=900184590", "--received", "2999-01-01", saying: "after now")
      try refuseErase("--evidence", "nothing.txt", saying: "nothing.txt")
      try refuseErase("--form", "oral", "--evidence", "letter.txt", saying: "oral")
      try refuseErase("--by", "jan@planted.example", saying: "@")
      try refuse("show", "R-99", saying: "R-99")
      try refuse("withdraw", "nonsense", saying: "nonsense")
      try refuse("add", "nobody", "--from", "controller", "--what", "erase", saying: "nobody")
      #expect(try wis(sample, 0, "request", "list", "--json").json()["requests"].list.isEmpty && keyFiles(sample).isEmpty)
      let id = try add(sample, "erase", "--subject", "bsn=900184590")
      try refuseErase("--subject", "key=700184590", saying: id)
      try wis(sample, 0, "request", "withdraw", id)
      #expect(try keyFiles(sample).isEmpty)
      try refuse("withdraw", id, saying: "withdrawn")
      try refuse("confirm", id, "--evidence", "letter.txt", saying: "withdrawn")
      #expect(try add(sample, "erase", "--subject", "bsn=900184590") != id)
    }
  }

  @Test func `a lost key is told, and the rest of the run goes on`() throws {
    try with { sample in
      let id = try add(sample, "erase", "--subject", "bsn=900184590", "--evidence", "letter.txt")
      try wis(sample, 0, "request", "confirm", id, "--evidence", "answer.txt", "--answer", "erase")
      let other = try add(sample, "erase", "--subject", "bsn=900273641", "--evidence", "letter.txt")
      try wis(sample, 0, "request", "confirm", other, "--evidence", "answer.txt", "--answer", "erase")
      let file = try #require(try keyFiles(sample).first { $0.hasPrefix("\(id)-") })
      try FileManager.default.removeItem(atPath: "\(sample.node.home)/subject-keys/\(file)")
      #expect(try wis(sample, 2, "run").errors.contains(file))
      try approveWaiting(sample)
      try wis(sample, 2, "run")
      #expect(try sample.database.count("person") == 2)
      try wis(sample, 0, "request", "withdraw", id)
      try wis(sample, 0, "run")
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `all of a tenant's data goes at one instruction, to which another person consents`(engine: Database.Engine) throws {
    try with(engine) { sample in
      try sample.node.configure([TestNode.tenant("sample", sample.database)], brakes: "{rows: 1000, percent: 100, cooling-off-days: 0}")
      let id = try add(sample, "erase", "--evidence", "letter.txt")
      try wis(sample, 0, "request", "confirm", id, "--evidence", "answer.txt", "--answer", "erase")
      try wis(sample, 3, "run")
      let plan = try #require(try run(sample, ["status", "--json"]).json()["tenants"][0]["waiting"].list.first?.text)
      try sample.expectRefusal(["approve", plan], exit: 3, saying: "destroys all of the tenant's data", "another one")
      try wis(sample, 3, "run")
      let other = try Wis.run(
        ["approve", plan, "--config", sample.node.config], in: sample.node.folder, through: ["/usr/bin/env", "SUDO_USER=bob"])
      #expect(other.exit == 0, "\(other)")
      try wis(sample, 0, "run")
      #expect(try sample.database.count("person") == 0 && sample.database.count("hours") == 0)
      #expect(try state(sample, id)["state"].text == "completed")
    }
  }

  @Test func `all of a tenant's data stays for some days, so that the controller can come back on it`() throws {
    try with { sample in
      let before = try sample.database.contents()
      let id = try add(sample, "erase", "--evidence", "letter.txt")
      try wis(sample, 0, "request", "confirm", id, "--evidence", "answer.txt", "--answer", "erase")
      try wis(sample, 0, "run")
      let shown = try state(sample, id)
      #expect(shown["state"].text == "deferred", "\(shown.canonical)")
      #expect(shown.canonical.contains("cooling-off"), "\(shown.canonical)")
      #expect(try sample.database.contents() == before)
      // What is asked about one person does not wait.
      let one = try add(sample, "erase", "--subject", "bsn=900184590", "--evidence", "letter.txt")
      try wis(sample, 0, "request", "confirm", one, "--evidence", "answer.txt", "--answer", "erase")
      try wis(sample, 3, "run")
    }
  }

  /// Documents of people, the scans that they show, and the pages of the scans: the first scan is shown by one person's
  /// documents alone, the second by two people's, the third by nobody's.
  private static let filed = """
    CREATE TABLE scan (id integer PRIMARY KEY, content text);
    CREATE TABLE document (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), scan integer REFERENCES scan (id));
    CREATE INDEX document_person ON document (person); CREATE INDEX document_scan ON document (scan);
    INSERT INTO scan VALUES (1, 'paspoort'), (2, 'groepsfoto'), (3, 'los');
    INSERT INTO document VALUES (1, 700184590, 1), (2, 700184590, 1), (3, 700184590, 2), (4, 2, 2), (5, 3, NULL);

    """

  private static let filedMap =
    map + """
        scan: {category: contact, lives-with: [document], columns: {content: contact}}
        document: {category: contact, belongs-to: person}

      """

  @Test(arguments: Database.Engine.allCases)
  func `what exists for the sake of a person's rows goes with them, unless somebody else's rows need it`(
    engine: Database.Engine
  ) throws {
    try with(engine, script: Self.script + Self.filed, map: Self.filedMap) { sample in
      let id = try add(sample, "erase", "--subject", "bsn=900184590", "--evidence", "letter.txt")
      try wis(sample, 0, "request", "confirm", id, "--evidence", "answer.txt", "--answer", "erase")
      try wis(sample, 3, "run")
      try approveWaiting(sample)
      try wis(sample, 0, "run")
      func left(_ table: String) throws -> [String] {
        try sample.database.contents()[table, default: []].compactMap { $0["id"]?.trimmingCharacters(in: ["'"]) }.sorted()
      }
      #expect(try left("person") == ["2", "3"] && left("document") == ["4", "5"] && left("scan") == ["2", "3"])
      #expect(try state(sample, id)["state"].text == "completed")
      let certificate = try #require(try sample.node.certificates("sample").first)
      #expect(try wis(sample, 0, "certificate", "show", certificate).output.contains("scan"))
      try wis(sample, 0, "certificate", "verify", certificate)
      try searchFiles(sample)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `what must stay keeps what exists for its sake, and a hold on a person covers it`(engine: Database.Engine) throws {
    try with(engine, script: Self.script + Self.filed, map: Self.filedMap) { sample in
      try wis(sample, 0, "hold", "add", "sample", "--subject", "bsn=900184590", "--reason", "court case", "--law", "Rv 843a")
      let id = try add(sample, "erase", "--subject", "bsn=900184590", "--evidence", "letter.txt")
      try wis(sample, 0, "request", "confirm", id, "--evidence", "answer.txt", "--answer", "erase")
      let refused = try state(sample, id)["refused"].list.compactMap { $0["table"].text }
      #expect(Set(refused) == ["person", "hours", "document", "scan"], "\(refused)")
      try wis(sample, 0, "run")
      #expect(try sample.database.count("scan") == 3 && sample.database.count("document") == 5)
      #expect(try state(sample, id)["state"].text == "deferred")
    }
  }
}
