import Foundation
import SQLite
import Testing

/// What was erased on request goes again when a backup brings it back, also where rows go together because they name each other.
@Suite struct `A restored backup of rows that name each other` {
  private static let agreement =
    Sample.agreement.replacingOccurrences(of: "P2Y", with: "P90Y")
    .replacingOccurrences(of: "categories:", with: "level: scrubbed\ncategories:")
    + "  - {rule: erasure, clause: \"9.1\", action: erase, from: controller, within: P28D}\n"

  /// People and their desks name each other, the mentor of one is somebody else, and scans live with the documents that show them.
  private static func script(_ engine: Database.Engine, _ action: String) -> String {
    let (desk, person) = ("FOREIGN KEY (desk) REFERENCES desk (id) ON DELETE \(action)", "REFERENCES person (id) ON DELETE \(action)")
    let inline = engine == .sqlite
    func note(_ name: String) -> String { "'\(name) zwaardvis-kapstok-\(name.count * 7919) met een lange inhoud'" }
    return """
      CREATE TABLE person (
        id integer PRIMARY KEY, bsn text, name text NOT NULL, email text, left_on date, desk integer\(inline ? ", " + desk : ""));
      CREATE TABLE desk (id integer PRIMARY KEY, person integer \(person), next integer REFERENCES desk (id), note text);
      CREATE TABLE scan (id integer PRIMARY KEY, note text);
      CREATE TABLE document (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), scan integer REFERENCES scan (id));
      CREATE TABLE hours (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), worked date NOT NULL, note text);
      CREATE INDEX person_desk ON person (desk); CREATE INDEX desk_person ON desk (person); CREATE INDEX desk_next ON desk (next);
      CREATE INDEX document_person ON document (person); CREATE INDEX document_scan ON document (scan);
      CREATE INDEX hours_person ON hours (person);
      INSERT INTO person VALUES (1, NULL, \(note("Anna")), 'anna@example.org', NULL, NULL), (2, NULL, \(note("Bertus")), 'bert@example.org', NULL, NULL);
      INSERT INTO desk VALUES (1, 1, NULL, \(note("desk one"))), (2, 1, 1, \(note("desk no. 2"))), (3, 2, NULL, \(note("the third desk")));
      UPDATE desk SET next = 2 WHERE id = 1;
      UPDATE person SET desk = CASE id WHEN 1 THEN 1 ELSE 3 END;
      INSERT INTO scan VALUES (1, \(note("scan of one"))), (2, \(note("scan of both")));
      INSERT INTO document VALUES (1, 1, 1), (2, 1, 1), (3, 1, 2), (4, 2, 2);
      \(inline ? "" : "ALTER TABLE person ADD \(desk);")
      """
  }

  private static let map =
    Sample.map.replacingOccurrences(of: "category: hours\n", with: "category: hours\n    belongs-to: person\n") + """
        desk: {category: contact, belongs-to: person, columns: {note: contact}}
        scan: {category: contact, lives-with: [document], columns: {note: contact}}
        document: {category: contact, belongs-to: person}

      """

  /// Asks for the erasure of the first person and sees it done.
  private func eraseAnna(_ sample: Sample) throws {
    try sample.consentToErasure(of: "anna@example.org")
    let done = try sample.node.wis("run")
    #expect(done.exit == 0, "\(done)")
  }

  private func left(_ sample: Sample) throws -> [String: [String]] {
    try sample.database.contents().mapValues { rows in rows.compactMap { $0["id"]?.filter(\.isNumber) }.sorted() }
  }

  private static let rest = ["person": ["2"], "desk": ["3"], "scan": ["2"], "document": ["4"], "hours": []]

  @Test(arguments: Database.Engine.allCases, ["no action", "restrict", "cascade"])
  func `does not bring them back, and their values are looked for`(engine: Database.Engine, action: String) throws {
    try Sample.with(engine, script: Self.script(engine, action), map: Self.map, agreement: Self.agreement) { sample in
      let node = sample.node
      let entry = TestNode.tenant("sample", sample.database) + "    backups: [{name: nightly, kept-for: P30D}]\n"
      try node.configure([entry])
      let backup = try Backup(of: sample.database, in: node.folder)
      defer { #expect(throws: Never.self) { try backup.remove() } }
      try eraseAnna(sample)
      #expect(try left(sample) == Self.rest)
      let state = try SQLite.Connection(path: "\(node.home)/state.db", mode: .readWrite)
      #expect(try state.integer("SELECT count(DISTINCT row_mark) FROM tombstones") == 7)
      let certificates = try node.certificates("sample")
      try expectSearched(node, try #require(certificates.first), rows: 7)
      // Twice: the second time there are two certificates to go by.
      for round in 1...2 {
        try backup.restore()
        #expect(try sample.database.count("desk") == 3)
        let outcome = try node.wis("run")
        #expect(outcome.exit == 0 && outcome.errors.contains("7 rows that a restored backup had brought back are gone again"), "\(outcome)")
        #expect(try left(sample) == Self.rest)
        let latest = try #require(try node.certificates("sample").last)
        #expect(try node.wis("certificate", "verify", latest).exit == 0)
        try expectSearched(node, latest, rows: 7)
        #expect(try node.certificates("sample").count == round + 1)
      }
      #expect(try node.wis("run").output == "sample: nothing due\n")
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `leaves those that a new row names, with all that they name, and says so`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Self.script(engine, "no action"), map: Self.map, agreement: Self.agreement) { sample in
      let node = sample.node
      try node.configure([TestNode.tenant("sample", sample.database) + "    backups: [{name: nightly, kept-for: P30D}]\n"])
      let backup = try Backup(of: sample.database, in: node.folder)
      defer { #expect(throws: Never.self) { try backup.remove() } }
      try eraseAnna(sample)
      try backup.restore()
      // Somebody new sits at the second desk, which the first one's neighbour is.
      try sample.database.execute("INSERT INTO person VALUES (9, NULL, 'Dora', NULL, NULL, 2)")
      let outcome = try node.wis("run")
      #expect(outcome.exit == 1 && outcome.errors.contains("3 rows that a restored backup brought back are still there"), "\(outcome)")
      #expect(try left(sample) == ["person": ["1", "2", "9"], "desk": ["1", "2", "3"], "scan": ["2"], "document": ["4"], "hours": []])
      try sample.database.execute("DELETE FROM person WHERE id = 9")
      #expect(try node.wis("run").exit == 0)
      #expect(try left(sample) == Self.rest)
    }
  }

  /// Checks that the files were searched for the values of that many rows, of which every one has something to be looked for.
  private func expectSearched(_ node: TestNode, _ certificate: String, rows: Int) throws {
    let checks = try node.wis("certificate", "show", certificate, "--json").json()["verification"].list
    let values = checks.first { $0["kind"].text == "residue" && $0["covered"]["unit"].text == "records" }
    // Documents are numbers only: too short to be looked for.
    #expect(values?["covered"]["seen"].integer == rows - 3 && values?["covered"]["of"].integer == rows, "\(checks)")
    #expect(values?["hits"].integer == 0)
  }
}
