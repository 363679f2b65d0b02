import Foundation
import Testing

/// Notes in a full-text table are personal data like any other.
@Suite struct `A full-text table that holds rows of its own` {
  private static let map =
    Sample.map.replacingOccurrences(of: "category: hours\n", with: "category: hours\n    belongs-to: person\n") + """
        notes:
          category: contact
          belongs-to: person
          clock: {made: made}
          columns: {title: contact, body: contact, made: contact}
      references:
        - {from: notes.person, to: person.id}

      """
  private static let agreement = Sample.agreement.replacingOccurrences(of: "categories:", with: "level: scrubbed\ncategories:")
    .replacingOccurrences(
      of: "on-request:\n",
      with: "on-request:\n  - {rule: erasure, clause: \"9.1\", action: erase, from: controller, within: P28D}\n")
  private static let script =
    Sample.script + """
      CREATE VIRTUAL TABLE notes USING fts5(title, body, person UNINDEXED, made UNINDEXED);
      INSERT INTO notes VALUES
        ('anna', 'about qzvkwxplanted1 and Anna', 1, '2014-02-01'), ('bert', 'about qzvkwxplanted2 and Bert', 2, '2014-02-01'),
        ('cora', 'about qzvkwxplanted3 and Cora', 3, '2014-02-01'), ('cora', 'about qzvkwxplanted4 and Cora', 3, CURRENT_DATE);
      INSERT INTO notes VALUES ('cora', 'about qzvkwxplanted5 and Cora', 3, CURRENT_DATE);

      """

  private func notes(_ sample: Sample) throws -> [String] { try sample.database.column("SELECT title || rowid FROM notes ORDER BY rowid") }

  private func planted(_ sample: Sample) throws -> [Int] {
    let file = try Data(contentsOf: URL(fileURLWithPath: sample.database.location))
    return (1...5).filter { file.range(of: Data("planted\($0)".utf8)) != nil }
  }

  @Test(arguments: ["fts5(note, content = 'hours', content_rowid = 'id')", "fts4(content=\"hours\", note)"])
  func `is made anew where it is an index of another table that nobody kept up`(index: String) throws {
    let script = Sample.script.replacingOccurrences(
      of: "'one'), (2, 1, '2014-01-06', 'two')", with: "'wolkbreuk'), (2, 1, '2014-01-06', 'two')")
    try Sample.with(
      script: script + "CREATE VIRTUAL TABLE found USING \(index); INSERT INTO found (rowid, note) SELECT id, note FROM hours;",
      map: Sample.map + "  found: {category: none}\n",
      agreement: Sample.agreement.replacingOccurrences(of: "categories:", with: "level: scrubbed\ncategories:")
    ) { sample in
      func matches(_ word: String) throws -> Int { try sample.database.count("found WHERE found MATCH '\(word)'") }
      #expect(try matches("wolkbreuk") == 1)
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      try sample.expectDone()
      #expect(try matches("wolkbreuk") == 0 && matches("four") == 1)
    }
  }

  @Test(arguments: [
    "fts5(note, content='')", "fts5(note, content = \"\" , tokenize = 'porter')", "fts4(content=\"\", note)",
  ])
  func `without contents is not certified to have none of the erased words`(index: String) throws {
    try Sample.with(
      script: Sample.script + "CREATE VIRTUAL TABLE found USING \(index); INSERT INTO found (rowid, note) SELECT id, note FROM hours;",
      map: Sample.map + "  found: {category: none}\n",
      agreement: Sample.agreement.replacingOccurrences(of: "categories:", with: "level: scrubbed\ncategories:")
    ) { sample in
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      let id = try #require(try sample.node.certificates("sample").first)
      let shown = try sample.node.wis("certificate", "show", id, "--json").json()
      func status(_ place: String) -> String? { shown["methods"].list.first { $0["place"].text == place }?["status"].text }
      #expect(status("derived") == "unknown" && status("pages") == "done", "\(shown)")
    }
  }

  @Test func `is left alone and told where it shows no rows`() throws {
    let index = "CREATE VIRTUAL TABLE found USING fts4(content=\"\", note); INSERT INTO found (rowid, note) SELECT id, note FROM hours;"
    try Sample.with(script: Sample.script + index, map: Sample.map + "  found: {category: none}\n") { sample in
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 0 && run.errors.contains("found"), "\(run)")
      #expect(try sample.database.count("hours") == 2 && sample.database.count("person") == 2)
    }
  }

  @Test func `is returned, planned, erased, certified, and leaves nothing in the file`() throws {
    try Sample.with(script: Self.script, map: Self.map, agreement: Self.agreement) { sample in
      let node = sample.node
      let package = node.folder + "/package.zip"
      let exported = try node.wis("export", "sample", "--out", package)
      #expect(exported.exit == 0, "\(exported)")
      let verified = try node.wis("export", "verify", package, "--against", "sample", "--restore", "sqlite")
      #expect(verified.exit == 0, "\(verified)")
      let files = try Program.run(["unzip", "-p", package, "*notes*"])
      #expect((1...5).allSatisfy { files.output.contains("qzvkwxplanted\($0)") }, "\(files)")
      #expect(try planted(sample) == [1, 2, 3, 4, 5])
      try node.approvePlans()
      let run = try node.wis("run")
      #expect(run.exit == 0, "\(run)")
      #expect(try notes(sample) == ["cora4", "cora5"])
      let id = try #require(try node.certificates("sample").first)
      #expect(tells(try node.counts(id)["notes"]?.erased, 3))
      #expect(try node.wis("certificate", "verify", id).exit == 0)
      #expect(try planted(sample) == [4, 5])
      #expect(try node.wis("verify-erasure", "sample").exit == 0)
      #expect(try node.wis("run").output == "sample: nothing due\n")
      #expect(try node.wis("explain", "sample", "notes", "5").output.contains("two-years"))
    }
  }

  @Test func `gives what somebody asked for all or not at all, is killed without harm, and does not come back`() throws {
    try Sample.with(script: Self.script, map: Self.map, agreement: Self.agreement) { sample in
      let node = sample.node
      let entry = TestNode.tenant("sample", sample.database) + "    backups: [{name: nightly, kept-for: P30D}]\n"
      try node.configure([entry], brakes: "{rows: 100000000, percent: 100, clock-ahead-days: 3650}")
      try node.approvePlans()
      #expect(try node.wis("run").exit == 0)
      try sample.consentToErasure(of: "cora@example.org")
      func left() throws -> [Int] { try ["person WHERE id = 3", "hours WHERE person = 3", "notes"].map { try sample.database.count($0) } }
      let before = try left()
      #expect(before == [1, 1, 2])
      var (killed, seen): (Int, Set<[Int]>) = (0, [])
      for when in [1, 4, 8, 13, 19, 26] {
        let run = try Wis.run(["run", "--config", node.config], in: node.folder, through: Wis.killed(atSynchronization: when))
        seen.insert(try left())
        guard run.exit == -SIGKILL else { break }
        killed += 1
      }
      #expect(killed >= 4 && seen.isSubset(of: [before, [0, 0, 0]]), "\(killed) \(seen)")
      #expect(try node.wis("run").exit == 0)
      let certificates = try node.certificates("sample")
      try #require(certificates.count == 2)
      #expect(tells(try node.counts(certificates[1])["notes"]?.erased, 2))
      #expect(try planted(sample).isEmpty)
      // The backup of before brings them back, under their row ids; a new note under one of these is none of them.
      try sample.database.execute(
        """
        INSERT INTO person VALUES (3, '900000003', 'Cora Derde', 'cora@example.org', NULL);
        INSERT INTO notes (rowid, title, body, person, made) VALUES
          (4, 'cora', 'about qzvkwxplanted4 and Cora', 3, CURRENT_DATE), (5, 'new', 'a new note', 2, CURRENT_DATE);
        """)
      let again = try node.wis("run")
      #expect(again.exit == 1 && again.errors.contains("2 rows that a restored backup had brought back are gone again"), "\(again)")
      #expect(try notes(sample) == ["new5"])
    }
  }
}
