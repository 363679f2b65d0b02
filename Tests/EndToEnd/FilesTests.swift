import Foundation
import Testing

/// Files that rows name go after the rows, and only they.
@Suite struct `Files that rows name` {
  private static let map =
    Sample.map.replacingOccurrences(of: "      left_on: contact\n", with: "      left_on: contact\n      photo: contact\n")
    .replacingOccurrences(of: "    when-still-needed:", with: "    files: {root: files, path: photo}\n    when-still-needed:") + """
        attachment:
          category: contact
          belongs-to: person
          columns: {path: contact}
          files: {root: files, path: path}

      """

  /// Everything of person 1 is due; of person 2, who is still needed, the photo; nothing of person 3.
  private static func script(_ names: [(person: Int, path: String?)], photos: [Int: String] = [:]) -> String {
    let rows = names.enumerated().map { "(\($0 + 1), \($1.person), \($1.path.map { "'\($0)'" } ?? "NULL"))" }
    return Sample.script + """
      ALTER TABLE person ADD COLUMN photo text;
      CREATE TABLE attachment (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), path text);
      CREATE INDEX attachment_person ON attachment (person);
      INSERT INTO attachment VALUES \((rows + ["(1000, 3, NULL)"]).joined(separator: ", "));

      """ + photos.map { "UPDATE person SET photo = '\($1)' WHERE id = \($0);\n" }.joined()
  }

  private func with(
    _ engine: Database.Engine = .sqlite, naming names: [(person: Int, path: String?)], photos: [Int: String] = [:],
    agreement: String = Sample.agreement, _ body: (Sample, FileFolder) throws -> Void
  ) throws {
    try Sample.with(engine, script: Self.script(names, photos: photos), map: Self.map, agreement: agreement) { sample in
      let files = try FileFolder(sample.node.folder + "/files")
      try sample.node.configure([TestNode.tenant("sample", sample.database) + "    file-roots: {files: \"\(files.root)\"}\n"])
      try body(sample, files)
    }
  }

  private func scope(_ sample: Sample) throws -> JSON {
    let certificate = try #require(try sample.node.certificates("sample").first)
    #expect(try sample.node.wis("certificate", "verify", certificate).exit == 0)
    return try sample.node.wis("certificate", "show", certificate, "--json").json()
  }

  private func statuses(_ certificate: JSON) -> [String?] {
    certificate["methods"].list.filter { $0["place"].text == "files" }.map { "\($0["technique"].text ?? "") \($0["status"].text ?? "")" }
  }

  @Test(arguments: Database.Engine.allCases)
  func `go after the rows, by whatever spelling, unless another row names them`(engine: Database.Engine) throws {
    let names: [(Int, String?)] = [
      (1, "a/one.pdf"), (1, "./a//two.pdf"), (1, "a/b/../two.pdf"), (1, "shared.pdf"), (3, "./a/../shared.pdf"), (1, "photo.jpg"),
      (1, "gone.pdf"), (1, nil), (1, ""), (1, "caf\u{E9}.pdf"), (3, "cafe\u{301}.pdf"), (1, "O''Brien ; rm -rf *.pdf"), (1, "hard.pdf"),
      (1, "h1.pdf"), (1, "h2.pdf"),
    ]
    try with(engine, naming: names, photos: [1: "anna.jpg", 2: "bert.jpg", 3: "photo.jpg"]) { sample, files in
      try files.write(
        "a/one.pdf", "a/two.pdf", "a/b/other.pdf", "shared.pdf", "photo.jpg", "caf\u{E9}.pdf", "cafe\u{301}.pdf", "O'Brien ; rm -rf *.pdf",
        "hard.pdf", "anna.jpg", "bert.jpg", "unnamed.pdf", "h1.pdf")
      try FileManager.default.linkItem(atPath: files.root + "/hard.pdf", toPath: sample.node.folder + "/elsewhere.pdf")
      // Both names of this one are named by due rows: nothing of it is left.
      try FileManager.default.linkItem(atPath: files.root + "/h1.pdf", toPath: files.root + "/h2.pdf")
      let absolute = "INSERT INTO attachment VALUES (500, 1, '\(files.root)/whole.pdf')"
      try sample.database.execute(absolute)
      try files.write("whole.pdf")
      let scan = try sample.node.wis("scan")
      #expect(scan.exit == 0 && scan.output.contains("13 there, 1 not there"), "\(scan)")
      let before = try files.all
      try sample.node.approvePlans()
      #expect(try files.all == before)
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      #expect(
        run.errors.contains(
          "files that the rows named: 10 removed, 1 not there, 2 kept for rows that stay, 1 with a hard link that keeps the content"),
        "\(run)")
      // Another row names them, or no row does.
      #expect(try files.all == ["shared.pdf", "photo.jpg", "cafe\u{301}.pdf", "a/b/other.pdf", "unnamed.pdf"])
      #expect(FileManager.default.contents(atPath: files.root + "/caf\u{E9}.pdf") == nil)
      #expect(FileManager.default.contents(atPath: sample.node.folder + "/elsewhere.pdf") != nil)
      let certificate = try scope(sample)
      let counts = certificate["scope"]["files"][0]
      #expect(counts["root"].text == "files" && counts["removed"].integer == 10 && counts["missing"].text == "<10", "\(counts.canonical)")
      #expect(counts["kept"].text == "<10" && counts["linked"].text == "<10", "\(counts.canonical)")
      #expect(counts["refused"].integer == 0 && counts["left"].integer == 0)
      #expect(statuses(certificate) == ["unlink done", "none unknown"])
      let check = certificate["verification"].list.first { $0["kind"].text == "files" }
      #expect(check?["covered"]["seen"].integer == 11 && check?["hits"].integer == 0 && check?["result"].text == "passed")
      #expect(!certificate.canonical.contains(".pdf") && !certificate.canonical.contains(".jpg"))
      let quote = engine == .sqlite ? "" : "'"
      let people = try sample.database.contents()["person"] ?? []
      #expect(Set(people.compactMap { $0["photo"] }) == ["NULL", "'photo.jpg'"] && people.count == 2)
      #expect(try sample.database.contents()["attachment"]?.allSatisfy { $0["person"] == "\(quote)3\(quote)" } ?? false)
      // The last row goes, and its file with it.
      try sample.database.execute("UPDATE person SET left_on = '2015-03-31', photo = NULL WHERE id = 3; DELETE FROM hours WHERE person = 3")
      let last = try sample.node.wis("run")
      #expect(last.exit == 0, "\(last)")
      #expect(try files.all == ["photo.jpg", "a/b/other.pdf", "unnamed.pdf"])
      try expectNothingRemembered(sample, of: ["one.pdf", "anna.jpg", "whole.pdf", "O'Brien"])
    }
  }

  /// Neither the state store nor any other file of the node has a file's name in it.
  private func expectNothingRemembered(_ sample: Sample, of words: [String]) throws {
    for file in try FileManager.default.subpathsOfDirectory(atPath: sample.node.home) {
      guard let bytes = FileManager.default.contents(atPath: "\(sample.node.home)/\(file)") else { continue }
      for word in words { #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) is in \(file)") }
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: sample.node.home + "/run-keys")
    #expect(left.isEmpty, "\(left)")
  }

  @Test(arguments: Database.Engine.allCases)
  func `are never looked for outside of their folder`(engine: Database.Engine) throws {
    let names: [(Int, String?)] = [
      (1, "../outside.txt"), (1, "/etc/hostname"), (1, "a/../../outside.txt"), (1, "link.pdf"), (1, "away/outside.txt"), (1, "folder"),
      (1, "https://example.org/a.pdf"), (1, "../node/state.db"), (1, "good.pdf"), (1, "data/tenant.db"),
    ]
    try with(engine, naming: names) { sample, files in
      let outside = sample.node.folder + "/outside.txt"
      try sample.node.write("precious", to: outside)
      try files.write("good.pdf", "folder/inside.pdf")
      try files.link("link.pdf", to: "folder/inside.pdf")
      try files.link("away", to: sample.node.folder)
      let scan = try sample.node.wis("scan", "--json").json()["tenants"][0]["files"][0]
      #expect(scan["present"].integer == 1)
      #expect(scan["refused"]["outside"].integer == 4 && scan["refused"]["link"].integer == 2, "\(scan.canonical)")
      #expect(scan["refused"]["folder"].integer == 1 && scan["refused"]["not-a-path"].integer == 1, "\(scan.canonical)")
      let before = try sample.database.contents()
      let waiting = try sample.node.wis("run")
      #expect(waiting.exit == 3 && waiting.errors.contains("4 outside of the folder, 1 that are no paths, 1 folders"), "\(waiting)")
      #expect(try sample.database.contents() == before)
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 1 && run.errors.contains("8 names in erased rows lead to no file that may be removed"), "\(run)")
      #expect(try String(contentsOfFile: outside, encoding: .utf8) == "precious")
      #expect(try files.all == ["away", "link.pdf", "folder/inside.pdf"])
      let certificate = try scope(sample)
      #expect(statuses(certificate) == ["unlink done", "none failed"])
      #expect(certificate["completeness"].text == "partial")
      #expect(certificate["scope"]["files"][0]["refused"].text == "<10")
      let again = try sample.node.wis("run")
      #expect(again.exit == 0 && again.output.contains("nothing due"), "\(again)")
    }
  }

  @Test func `need their folder, and somebody's word when none of them is there`() throws {
    try with(naming: [(1, "a.pdf"), (1, "b.pdf")]) { sample, files in
      try FileManager.default.removeItem(atPath: files.root)
      for command in ["run", "scan", "doctor"] {
        let outcome = try sample.node.wis(command)
        #expect(outcome.exit == 2 || command == "doctor" && outcome.exit == 1, "\(outcome)")
        let said = outcome.errors + outcome.output
        #expect(said.contains("'files' (\(files.root)) cannot be opened: No such file or directory"), "\(outcome)")
      }
      #expect(try sample.database.count("attachment") == 3)
      // A file system that is not mounted is an empty folder.
      try FileManager.default.createDirectory(atPath: files.root, withIntermediateDirectories: true)
      let waiting = try sample.node.wis("run")
      #expect(waiting.exit == 3 && waiting.errors.contains("none of the 2 files that rows name is below 'files'"), "\(waiting)")
      #expect(try sample.database.count("attachment") == 3)
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 0 && run.errors.contains("2 not there"), "\(run)")
      let certificate = try scope(sample)
      #expect(statuses(certificate) == ["none notApplicable"])
      #expect(certificate["scope"]["files"][0]["missing"].text == "<10")
    }
  }

  @Test func `that cannot be removed keep their rows`() throws {
    try with(naming: [(1, "disk/a.pdf"), (1, "b.pdf")]) { sample, files in
      let disk = files.root + "/disk"
      try files.write("b.pdf", "disk/x")
      try #require(try Program.run(["mount", "-t", "tmpfs", "-o", "size=1m", "wis-e2e", disk]).status == 0)
      defer { #expect(throws: Never.self) { _ = try Program.run(["umount", disk]) } }
      try files.write("disk/a.pdf")
      try #require(try Program.run(["mount", "-o", "remount,ro", disk]).status == 0)
      let run = try sample.node.wis("run")
      #expect(run.exit == 1 && run.errors.contains("1 files that due rows name below 'files' cannot be removed (Read-only"), "\(run)")
      #expect(try sample.database.count("attachment") == 3)
      #expect(try files.all == ["b.pdf", "disk/a.pdf"])
      try #require(try Program.run(["mount", "-o", "remount,rw", disk]).status == 0)
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      #expect(try files.all == [])
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `of one person go at a request`(engine: Database.Engine) throws {
    let agreement = Sample.agreement.replacingOccurrences(
      of: "on-request:\n",
      with: "on-request:\n  - {rule: erasure, clause: \"9.1\", action: erase, from: controller, within: P28D}\n")
    try with(
      engine, naming: [(3, "cora.pdf"), (3, "shared.pdf"), (1, "shared.pdf"), (1, "anna.pdf")], photos: [3: "cora.jpg"],
      agreement: agreement
    ) {
      sample, files in
      try files.write("cora.pdf", "cora.jpg", "shared.pdf", "anna.pdf")
      try sample.node.write("letter", to: "\(sample.node.folder)/letter.txt")
      let added = try sample.node.wis(
        "request", "add", "sample", "--from", "controller", "--what", "erase", "--subject", "email=cora@example.org", "--evidence",
        "\(sample.node.folder)/letter.txt", "--json")
      let id = try #require(try added.json()["request"].text)
      #expect(try sample.node.wis("run").exit == 3)
      let plan = try sample.node.wis("plan", "--request", id, "--json").json()["tenants"][0]["digest"].text
      #expect(try sample.node.wis("approve", try #require(plan), "--role", "privacy officer").exit == 0)
      _ = try sample.node.wis("run")
      // What is due by the rules still waits for its own consent.
      #expect(try files.all == ["shared.pdf", "anna.pdf"])
      #expect(try sample.database.count("attachment WHERE person = 3") == 0)
      #expect(try sample.database.count("person WHERE id = 3 AND photo IS NULL") == 1, "the hours need the person")
      let counts = try scope(sample)["scope"]["files"][0]
      #expect(counts["removed"].text == "<10" && counts["kept"].text == "<10" && counts["missing"].integer == 0, "\(counts.canonical)")
    }
  }

  /// Runs the agent under strace, which fails or kills it at some calls.
  private func run(_ sample: Sample, injecting fault: String) throws -> Wis.Outcome {
    try Wis.run(
      ["run", "--config", sample.node.config], in: sample.node.folder,
      through: ["/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unlinkat", "-e", "inject=unlinkat:\(fault)"])
  }

  @Test(arguments: Database.Engine.allCases)
  func `are counted once when the agent is killed among them`(engine: Database.Engine) throws {
    let names = (1...30).map { (person: 1, path: String?.some("f\($0 % 3)/\($0).pdf")) } + [(1, "missing.pdf"), (3, "f0/3.pdf")]
    try with(engine, naming: names) { sample, files in
      for number in 1...30 { try files.write("f\(number % 3)/\(number).pdf") }
      try sample.node.approvePlans()
      for when in [1, 5, 8] {
        let killed = try run(sample, injecting: "signal=SIGKILL:when=\(when)")
        #expect(killed.exit == -SIGKILL, "\(killed)")
        #expect(try sample.database.count("attachment") == 2, "the rows went before the first file")
        #expect(try sample.node.certificates("sample").isEmpty)
      }
      #expect(try files.all.count < 30 && files.all.count > 1)
      let last = try sample.node.wis("run")
      #expect(last.exit == 0 && last.errors.contains("29 removed, 1 not there, 1 kept"), "\(last)")
      #expect(try files.all == ["f0/3.pdf"])
      let again = try sample.node.wis("run")
      #expect(again.exit == 0 && again.output == "sample: nothing due\n", "\(again)")
      #expect(try sample.node.certificates("sample").count == 1)
      let counts = try scope(sample)["scope"]["files"][0]
      #expect(counts["removed"].integer == 29 && counts["missing"].text == "<10" && counts["kept"].text == "<10", "\(counts.canonical)")
      try expectNothingRemembered(sample, of: ["f1/", ".pdf"])
    }
  }

  @Test func `that the system keeps are tried again by the next run`() throws {
    try with(naming: [(1, "a.pdf"), (1, "b.pdf"), (1, "c.pdf")]) { sample, files in
      try files.write("a.pdf", "b.pdf", "c.pdf")
      try sample.node.approvePlans()
      let run = try run(sample, injecting: "error=EIO:when=2")
      #expect(run.exit == 1 && run.errors.contains("1 files of erased rows could not be removed (Input/output error)"), "\(run)")
      #expect(try files.all == ["b.pdf"])
      let first = try scope(sample)
      #expect(statuses(first) == ["unlink pending"])
      #expect(first["completeness"].text == "partial" && first["scope"]["files"][0]["left"].text == "<10")
      let still = try self.run(sample, injecting: "error=EPERM:when=1+")
      #expect(still.exit == 1 && still.errors.contains("1 files of erased rows could not be removed (Operation not permitted)"), "\(still)")
      #expect(try files.all == ["b.pdf"])
      // What else has its name by now is not what the row named; where the file went, a person has to find out.
      try FileManager.default.moveItem(atPath: files.root + "/b.pdf", toPath: sample.node.folder + "/moved.pdf")
      try files.link("b.pdf", to: sample.node.folder + "/moved.pdf")
      for _ in 0..<2 {
        let linked = try sample.node.wis("run")
        #expect(linked.exit == 1 && linked.errors.contains("1 names in erased rows lead to no file that may be removed"), "\(linked)")
        #expect(FileManager.default.fileExists(atPath: sample.node.folder + "/moved.pdf"))
      }
      #expect(try sample.node.certificates("sample").count == 1)
      try FileManager.default.removeItem(atPath: files.root + "/b.pdf")
      try FileManager.default.moveItem(atPath: sample.node.folder + "/moved.pdf", toPath: files.root + "/b.pdf")
      let last = try sample.node.wis("run")
      #expect(last.exit == 0, "\(last)")
      #expect(try files.all == [])
      let certificates = try sample.node.certificates("sample")
      #expect(certificates.count == 2)
      let second = try sample.node.wis("certificate", "show", try #require(certificates.last), "--json").json()
      #expect(statuses(second) == ["unlink done"] && second["follows"].text == certificates.first)
      #expect(try sample.node.wis("certificate", "verify", try #require(certificates.last)).exit == 0)
      try expectNothingRemembered(sample, of: [".pdf"])
      #expect(try sample.node.wis("run").exit == 0)
    }
  }

  @Test func `are never those of the node, nor another tenant's database`() throws {
    try with(naming: [(1, "other.db"), (1, "a.pdf")]) { sample, files in
      for folder in ["keys", "log", "policies/below"].map({ "\(sample.node.home)/\($0)" }) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try sample.node.configure([TestNode.tenant("sample", sample.database) + "    file-roots: {files: \"\(folder)\"}\n"])
        for command in ["scan", "run"] {
          try sample.expectRefusal([command], exit: 2, saying: "'files' (\(folder))", "where the node or a database has files of its own")
        }
      }
      try files.write("other.db", "a.pdf")
      try sample.node.configure([
        TestNode.tenant("sample", sample.database) + "    file-roots: {files: \"\(files.root)\"}\n",
        TestNode.tenant("other", store: "sqlite:\(files.root)/other.db") + "    file-roots: {files: \"\(sample.node.folder)/other\"}\n",
      ])
      try sample.node.approvePlans(of: "sample")
      let run = try sample.node.wis("run", "sample")
      #expect(run.exit == 1 && run.errors.contains("1 names in erased rows lead to no file that may be removed"), "\(run)")
      #expect(try files.all == ["other.db"])
    }
  }

  @Test func `of two databases are never in one folder`() throws {
    try with(naming: [(1, "a.pdf")]) { sample, files in
      let other = TestNode.tenant("other", store: "sqlite:\(sample.node.folder)/other.db")
      for folder in [files.root, files.root + "/below"] {
        try sample.node.configure([
          TestNode.tenant("sample", sample.database) + "    file-roots: {files: \"\(files.root)\"}\n",
          other + "    file-roots: {files: \"\(folder)\"}\n",
        ])
        try sample.expectRefusal(["run"], exit: 2, saying: "wis.yaml:", "tenant 'sample' has files in this folder too")
      }
    }
  }
}
