import Foundation
import Testing

/// A photo and a contract on one row: every column of a table that names files counts.
@Suite struct `Files that several columns of a row name` {
  /// Contracts stand in a folder of their own, which the root of the photos leads to as well. A reduced row keeps its contract.
  private static let map =
    Sample.map.replacingOccurrences(
      of: "      left_on: contact\n", with: "      left_on: contact\n      photo: contact\n      contract: contact\n"
    )
    .replacingOccurrences(
      of: "    when-still-needed:\n      reduce-to: [name, left_on]",
      with: """
            files:
              - {root: files, path: photo}
              - {root: deeds, path: contract}
            when-still-needed:
              reduce-to: [name, left_on, contract]
        """)

  private static let agreement = Sample.agreement.replacingOccurrences(
    of: "on-request:\n", with: "on-request:\n  - {rule: erasure, clause: \"9.1\", action: erase, from: controller, within: P28D}\n")

  private static let columns = "ALTER TABLE person ADD COLUMN photo text; ALTER TABLE person ADD COLUMN contract text;\n"

  /// Persons 1, 4, 5, 6 and 8 are due; hours need 2 and 7; 3 stays.
  private static let script =
    Sample.script + columns + """
      UPDATE person SET photo = 'one.jpg', contract = 'one.pdf' WHERE id = 1;
      UPDATE person SET photo = 'two.jpg', contract = 'two.pdf' WHERE id = 2;
      UPDATE person SET photo = 'deeds/sixth.pdf', contract = 'fifth.pdf' WHERE id = 3;
      INSERT INTO person VALUES
        (4, NULL, 'Daan', NULL, '2015-03-31', 'deeds/both.pdf', 'both.pdf'), (5, NULL, 'Eva', NULL, '2015-03-31', './deeds/fifth.pdf', ''),
        (6, NULL, 'Fem', NULL, '2015-03-31', NULL, 'x/../sixth.pdf'), (7, NULL, 'Gijs', NULL, '2015-03-31', 'deeds/seven.pdf', 'seven.pdf'),
        (8, NULL, 'Hans', NULL, '2015-03-31', 'gone.jpg', 'eight.pdf');
      INSERT INTO hours VALUES (6, 7, CURRENT_DATE, NULL);

      """

  private static let all: Set<String> = [
    "one.jpg", "two.jpg", "deeds/one.pdf", "deeds/two.pdf", "deeds/both.pdf", "deeds/fifth.pdf", "deeds/sixth.pdf", "deeds/seven.pdf",
    "deeds/eight.pdf", "deeds/unnamed.pdf",
  ]

  private func with(
    _ engine: Database.Engine = .sqlite, script: String = script, extra: String = "", _ body: (Sample, FileFolder) throws -> Void
  ) throws {
    try Sample.with(engine, script: script, map: Self.map, agreement: Self.agreement) { sample in
      let files = try FileFolder(sample.node.folder + "/files")
      for name in Self.all { try files.write(name) }
      let roots = "    file-roots: {files: \"\(files.root)\", deeds: \"\(files.root)/deeds\"}\n"
      try sample.node.configure([TestNode.tenant("sample", sample.database) + roots + extra])
      try body(sample, files)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `go with it, but for what any column of another row still names`(engine: Database.Engine) throws {
    try with(engine) { sample, files in
      #expect(try sample.node.wis("doctor").exit == 0)
      let scan = try sample.node.wis("scan", "--json").json()["tenants"][0]["files"].list
      #expect(scan.map { $0["root"].text } == ["deeds", "files"])
      // Looked at are all rows that are due, before it is told which of them others still need.
      #expect(scan.map { $0["present"].integer } == [6, 5] && scan.map { $0["missing"].integer } == [0, 1], "\(scan.map(\.canonical))")
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      // One file under two names of one row is one file.
      let told = "files that the rows named: 5 removed, 1 not there, 3 kept for rows that stay"
      #expect(run.exit == 0 && run.errors.contains(told), "\(run)")
      let left = Self.all.subtracting(["one.jpg", "two.jpg", "deeds/one.pdf", "deeds/both.pdf", "deeds/eight.pdf"])
      #expect(try files.all == left)
      let people = try sample.database.contents()["person"] ?? []
      #expect(Set(people.map { $0["photo"] }) == ["NULL", "'deeds/sixth.pdf'"])
      #expect(Set(people.map { $0["contract"] }) == ["'two.pdf'", "'fifth.pdf'", "'seven.pdf'"])
      let certificate = try #require(try sample.node.certificates("sample").first)
      #expect(try sample.node.wis("certificate", "verify", certificate).exit == 0)
      let check = try sample.node.wis("certificate", "show", certificate, "--json").json()["verification"].list
        .first { $0["kind"].text == "files" }
      #expect(check?["covered"]["seen"].integer == 6 && check?["hits"].integer == 0)
      let again = try sample.node.wis("run")
      #expect(again.exit == 0 && again.output == "sample: nothing due\n", "\(again)")
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `of one person go at a request, and again when a backup brings both back`(engine: Database.Engine) throws {
    let script =
      Sample.script + Self.columns + "UPDATE person SET left_on = NULL, photo = id || '.jpg', contract = id || '.pdf';"
      + "DELETE FROM hours WHERE person = 3;"
    let extra = "    backups: [{name: nightly, kept-for: P30D}]\n"
    try with(engine, script: script, extra: extra) { sample, files in
      let before = try files.all
      try files.write("3.jpg", "deeds/3.pdf", "2.jpg", "deeds/2.pdf")
      try sample.consentToErasure(of: "cora@example.org")
      _ = try sample.node.wis("run")
      #expect(try sample.database.count("person WHERE id = 3") == 0)
      #expect(try files.all == before.union(["2.jpg", "deeds/2.pdf"]))
      try sample.database.execute(
        "INSERT INTO person VALUES (3, '900000003', 'Cora Derde', 'cora@example.org', NULL, '3.jpg', '3.pdf')")
      try files.write("3.jpg", "deeds/3.pdf")
      let restored = try sample.node.wis("run")
      #expect(restored.errors.contains("1 rows that a restored backup had brought back are gone again"), "\(restored)")
      #expect(restored.errors.contains("2 removed"), "\(restored)")
      #expect(try sample.database.count("person WHERE id = 3") == 0)
      #expect(try files.all == before.union(["2.jpg", "deeds/2.pdf"]))
    }
  }

  @Test func `that the system keeps are tried again, and none is forgotten when the agent is killed`() throws {
    let script = Sample.script + Self.columns + "UPDATE person SET photo = 'a.jpg', contract = 'a.pdf' WHERE id = 1;"
    try with(script: script) { sample, files in
      let before = try files.all
      try files.write("a.jpg", "deeds/a.pdf")
      try sample.node.approvePlans()
      func run(_ fault: String) throws -> Wis.Outcome {
        try Wis.run(
          ["run", "--config", sample.node.config], in: sample.node.folder,
          through: ["/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unlinkat", "-e", "inject=unlinkat:\(fault)"])
      }
      let killed = try run("signal=SIGKILL:when=2")
      #expect(killed.exit == -SIGKILL, "\(killed)")
      #expect(try sample.database.count("person WHERE id = 1") == 0)
      let kept = try run("error=EIO:when=1+")
      #expect(kept.exit == 1 && kept.errors.contains("could not be removed (Input/output error)"), "\(kept)")
      #expect(try sample.node.certificates("sample").count == 1)
      #expect(try sample.node.wis("run").exit == 0)
      #expect(try files.all == before)
      #expect(try sample.node.certificates("sample").count == 2)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `are returned in a folder for each column`(engine: Database.Engine) throws {
    try with(engine) { sample, files in
      let package = try Package.export(sample, exit: 1)
      #expect(try package.rows()["person"]?.count == 8)
      let returned = try FileFolder(package.folder + "/data/files")
      let contracts = [1, 2, 3, 4, 6, 7, 8].map { "person.contract/\($0).pdf" }
      let photos = ["1.jpg", "2.jpg", "3.pdf", "4.pdf", "5.pdf", "7.pdf"].map { "person.photo/\($0)" }
      #expect(try returned.all == Set(contracts + photos + ["index.csv"]))
      #expect(try String(contentsOfFile: returned.root + "/person.photo/4.pdf", encoding: .utf8) == "content of deeds/both.pdf")
      let index = try String(contentsOfFile: returned.root + "/index.csv", encoding: .utf8).split(separator: "\n").dropFirst()
      #expect(index.count == 14 && index.filter { $0.contains(",missing,") }.count == 1, "\(index)")
      for arguments in [[], ["--against", "sample"]] {
        let verified = try Wis.run(
          ["export", "verify", package.file, "--config", sample.node.config] + arguments, in: sample.node.folder)
        #expect(verified.exit == 0, "\(verified)")
      }
    }
  }
}
