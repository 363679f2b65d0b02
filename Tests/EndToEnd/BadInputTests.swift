import Foundation
import SQLite
import Testing

/// What goes wrong is told in one line with an exit code, and nothing is half done.
@Suite struct `Bad input` {
  // MARK: The command line

  @Test func `an unknown tenant is refused and the known ones are named`() throws {
    try Sample.with { sample in
      for command in ["scan", "plan", "run"] {
        try sample.expectRefusal([command, "nobody"], exit: 2, saying: "'nobody'", "sample")
      }
      try sample.expectRefusal(["explain", "nobody", "person", "1"], exit: 2, saying: "'nobody'", "sample")
    }
  }

  @Test func `an unknown command, option or date is refused`() throws {
    try Sample.with { sample in
      let unknown = try Wis.run(["frobnicate"], in: sample.node.folder)
      #expect(unknown.exit == 2 && unknown.complaints.count == 1 && unknown.errors.hasPrefix("error: "), "\(unknown)")
      #expect(unknown.errors.contains("frobnicate"), "\(unknown)")
      try sample.expectRefusal(["run", "--frobnicate"], exit: 2, saying: "--frobnicate")
      for day in ["2026-02-30", "2026-13-01", "tomorrow", "26-1-1"] {
        try sample.expectRefusal(["scan", "--as-of", day], exit: 2, saying: day)
      }
    }
  }

  @Test func `an unknown record or table is refused, without repeating the key`() throws {
    try Sample.with { sample in
      try sample.expectRefusal(["explain", "sample", "nothing", "1"], exit: 2, saying: "'nothing'")
      try sample.expectRefusal(["explain", "sample", "person", "900000009"], exit: 2, saying: "no record")
      #expect(try !sample.node.wis("explain", "sample", "person", "900000009").errors.contains("900000009"))
    }
  }

  // MARK: Policies

  @Test func `an unknown key in a policy is refused with its place`() throws {
    try Sample.with(agreement: Sample.agreement.replacingOccurrences(of: "keep-for:", with: "keep-fro:")) { sample in
      let outcome = try sample.node.wis("run")
      #expect(outcome.exit == 2)
      #expect(outcome.errors.contains("agreements/sample.yaml:11:5:") && outcome.errors.contains("keep-fro"), "\(outcome)")
    }
    try Sample.with(map: Sample.map + "colour: blue\n") { sample in
      try sample.expectRefusal(["run"], exit: 2, saying: "maps/sample.yaml:20:1:", "colour")
    }
  }

  @Test func `two rules that contradict each other are refused`() throws {
    let second = """
        - rule: three-years
          clause: "3.2"
          applies-to: [contact, hours]
          keep-for: P3Y
          counted-from: clock
          force: [limit]
      on-request:
      """
    try Sample.with(agreement: Sample.agreement.replacingOccurrences(of: "on-request:", with: second)) { sample in
      try sample.expectRefusal(["run"], exit: 2, saying: "agreements/sample.yaml:17:", "contradicts the rule 'two-years'")
    }
  }

  @Test func `a clock that the map lacks is asked for`() throws {
    try Sample.with(map: Sample.map.replacingOccurrences(of: "    clock: {worked: worked}\n", with: "")) { sample in
      try sample.expectRefusal(["run"], exit: 2, saying: "maps/sample.yaml:14:3:", "'hours'", "clock")
    }
  }

  // MARK: Databases

  @Test func `a corrupt database is refused`() throws {
    let many = "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
    let script = Sample.script + many + "INSERT INTO hours SELECT i, 3, '2014-01-01', 'corrupt' FROM n;"
    try Sample.with(script: script) { sample in
      var bytes = try Data(contentsOf: URL(fileURLWithPath: sample.database.location))
      for index in 4096..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
      try bytes.write(to: URL(fileURLWithPath: sample.database.location))
      try sample.expectRefusal(["scan"], exit: 2, saying: "damaged")
      try sample.expectRefusal(["run"], exit: 2, saying: "damaged")
    }
  }

  @Test func `a text file is no database`() throws {
    try Sample.with { sample in
      try sample.node.write(String(repeating: "This is a letter, not a database.\n", count: 100), to: sample.database.location)
      try sample.expectRefusal(["scan"], exit: 2, saying: "not a SQLite database")
      try sample.expectRefusal(["run"], exit: 2, saying: "not a SQLite database")
    }
  }

  @Test func `a database that is missing stays missing`() throws {
    try Sample.with { sample in
      try FileManager.default.removeItem(atPath: sample.database.location)
      try sample.expectRefusal(["run"], exit: 2, saying: "path")
      #expect(!FileManager.default.fileExists(atPath: sample.database.location))
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a schema that differs from the map is refused`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + "ALTER TABLE hours RENAME COLUMN worked TO day;") { sample in
      try sample.expectRefusal(["run"], exit: 2, saying: "hours.worked", "map")
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a table that nobody classified is told, and the others are handled`(engine: Database.Engine) throws {
    try Sample.with(
      engine, script: Sample.script + "CREATE TABLE secret (id integer PRIMARY KEY, phone text); ALTER TABLE hours ADD COLUMN mood text;"
    ) { sample in
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 1, "\(run)")
      #expect(run.errors.contains("nobody classified"), "\(run)")
      try sample.expectDone()
      let certificate = try #require(try sample.node.certificates("sample").first)
      let shown = try sample.node.wis("certificate", "show", certificate, "--json").json()
      #expect(shown["completeness"].text == "partial")
      let uncovered = shown["scope"]["excluded"].list.filter { $0["reason"].text == "uncovered" }
      #expect(uncovered.map { "\($0["table"].text ?? "") \($0["column"].text ?? "–")" } == ["hours mood", "secret –"], "\(shown)")
      #expect(tells(uncovered[1]["records"], 0) && tells(uncovered[0]["records"], 2))
      let text = try sample.node.wis("certificate", "show", certificate, "--lang", "en").output
      #expect(
        text.contains("secret: 0, classified by nobody") && text.contains("hours: <10, column mood was classified by nobody"), "\(text)")
      #expect(try sample.node.wis("certificate", "verify", certificate).exit == 0)
      let again = try sample.node.wis("run")
      #expect(again.exit == 1, "\(again)")
    }
  }

  @Test func `a table without a key is refused in PostgreSQL, and has row ids in SQLite`() throws {
    let script = Sample.script.replacingOccurrences(of: "hours (id integer PRIMARY KEY,", with: "hours (id integer,")
    try Sample.with(.postgreSQL, script: script) { try $0.expectRefusal(["run"], exit: 2, saying: "hours", "key") }
    // A column that is no key says nothing of itself: it has to be classified.
    let map = Sample.map.replacingOccurrences(of: "      worked: hours\n", with: "      id: hours\n      worked: hours\n")
    try Sample.with(.sqlite, script: script, map: map) { sample in
      try sample.node.approvePlans()
      let outcome = try sample.node.wis("run")
      #expect(outcome.exit == 0, "\(outcome)")
      try sample.expectDone()
    }
  }

  @Test func `tables that refer to each other in a circle are handled`() throws {
    let script = Sample.script.replacingOccurrences(of: "left_on date)", with: "left_on date, last integer REFERENCES hours (id))")
      .replacingOccurrences(of: "INSERT INTO person VALUES", with: "INSERT INTO person (id, bsn, name, email, left_on) VALUES")
    try Sample.with(script: script) { sample in
      // The first person and the first hours name each other; what is recent keeps its own.
      try sample.database.execute("UPDATE person SET last = 2 WHERE id = 1; UPDATE person SET last = 4 WHERE id = 2")
      let map = Sample.map.replacingOccurrences(of: "left_on: contact", with: "left_on: contact\n      last: contact")
      try sample.node.policy("maps/sample", map)
      try sample.node.approvePlans()
      let outcome = try sample.node.wis("run")
      #expect(outcome.exit == 0, "\(outcome)")
      try sample.expectDone()
    }
  }

  @Test func `a server that cannot be reached, or refuses the password, is told`() throws {
    try Sample.with(.postgreSQL) { sample in
      func url(_ name: String, _ value: String) throws -> String {
        var components = try #require(URLComponents(string: sample.database.location))
        components.queryItems = (components.queryItems ?? []).filter { $0.name != name } + [URLQueryItem(name: name, value: value)]
        return try #require(components.string)
      }
      try sample.node.configure([TestNode.tenant("sample", store: try url("host", "/nonexistent/socket"))])
      try sample.expectRefusal(["run"], exit: 1, saying: "tenant sample")
      let role = "wis_e2e_" + UUID().uuidString.prefix(8).lowercased()
      try sample.database.execute("CREATE ROLE \(role) LOGIN PASSWORD 'right-horse'")
      defer { #expect(throws: Never.self) { try sample.database.execute("DROP ROLE \(role)") } }
      try sample.node.configure([TestNode.tenant("sample", store: try url("user", role) + "&password=wrong-horse")])
      try sample.expectRefusal(["run"], exit: 1, saying: "password")
      #expect(try !sample.node.wis("run").errors.contains("wrong-horse"))
    }
  }

  @Test func `a locked database is told, and a later run goes on`() throws {
    try Sample.with { sample in
      try sample.node.approvePlans()
      let before = try sample.database.contents()
      let other = try SQLite.Connection(path: sample.database.location, mode: .readWrite)
      try other.execute("BEGIN EXCLUSIVE")
      // Reading the file here would end this process's own lock on it.
      let refused = try sample.node.wis("run")
      try other.execute("ROLLBACK")
      #expect(refused.exit == 1 && refused.complaints.count == 1 && refused.errors.hasPrefix("error: "), "\(refused)")
      #expect(refused.errors.contains("locked by another program"), "\(refused)")
      #expect(try sample.database.contents() == before)
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      try sample.expectDone()
    }
  }

  /// A small disk, full to its last block but for what a test takes away again. Mounting takes root, or the namespaces of
  /// their own in which Tests/run lets others work.
  private func withFullDisk(at path: String, _ fill: () throws -> Void, _ body: (_ makeRoom: () throws -> Void) throws -> Void) throws {
    func system(_ program: String, _ arguments: String...) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0, "\(program) \(arguments)")
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try system("/usr/bin/mount", "-t", "tmpfs", "-o", "size=2m", "wis-e2e", path)
    defer { #expect(throws: Never.self) { try system("/usr/bin/umount", path) } }
    try fill()
    let filler = path + "/filler"
    try Data().write(to: URL(fileURLWithPath: filler))
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: filler))
    let page = Data(count: 4096)
    var isFull = false
    while !isFull { do { try handle.write(contentsOf: page) } catch { isFull = true } }
    try handle.close()
    try body { try FileManager.default.removeItem(atPath: filler) }
  }

  @Test(arguments: [
    (["bogus", "--json"], "'wis bogus'"), (["scann", "--quiet"], "'wis scann'"),
    (["certificate", "bogus", "--json"], "'wis certificate bogus'"),
    (["--config", "wis.yaml", "bogus"], "'wis bogus'"), (["hold", "bogus"], "'wis hold bogus'; known are: add, list, release"),
  ])
  func `an unknown command is what is complained about, whatever follows it`(arguments: [String], words: String) throws {
    let outcome = try Wis.run(arguments, in: FileManager.default.temporaryDirectory.path)
    #expect(outcome.exit == 2 && outcome.complaints.count == 1, "\(outcome)")
    #expect(outcome.errors.contains("unknown command \(words)"), "\(outcome)")
  }

  @Test func `a full disk is told, nothing is half done, and with room a run goes on`() throws {
    try Sample.with { sample in
      let disk = sample.node.folder + "/disk"
      let database = Database(engine: .sqlite, location: disk + "/tenant.db")
      try withFullDisk(at: disk) {
        try FileManager.default.copyItem(atPath: sample.database.location, toPath: database.location)
      } _: { makeRoom in
        try sample.node.configure([TestNode.tenant("sample", database)])
        let full = Sample(node: sample.node, database: database)
        try full.node.approvePlans()
        let before = try database.contents()
        let refused = try full.node.wis("run")
        #expect(refused.exit == 1 && refused.complaints.count == 1 && refused.errors.hasPrefix("error: "), "\(refused)")
        #expect(refused.errors.contains("make room"), "\(refused)")
        #expect(try database.contents() == before)
        try makeRoom()
        let run = try full.node.wis("run")
        #expect(run.exit == 0, "\(run)")
        try full.expectDone()
      }
    }
  }

  @Test func `a full disk under the state store is told, and nothing is erased`() throws {
    try Sample.with { sample in
      let disk = sample.node.folder + "/disk"
      try sample.node.approvePlans()
      let small = Sample(node: TestNode(folder: disk), database: sample.database)
      try withFullDisk(at: disk) {
        try FileManager.default.copyItem(atPath: sample.node.home, toPath: small.node.home)
        // The keys' owner and mode come along; the folder of keys has to be private as well.
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: small.node.home + "/keys")
      } _: { makeRoom in
        let before = try sample.database.contents()
        let refused = try Wis.run(["run", "--config", small.node.config], in: sample.node.folder)
        #expect(refused.exit != 0 && !refused.complaints.isEmpty, "\(refused)")
        #expect(refused.complaints.allSatisfy { $0.hasPrefix("error: ") }, "\(refused)")
        #expect(try sample.database.contents() == before)
        try makeRoom()
        let run = try Wis.run(["run", "--config", small.node.config], in: sample.node.folder)
        #expect(run.exit == 0, "\(run)")
        try sample.expectDone()
      }
    }
  }

  // MARK: Plans

  @Test func `a stale plan is refused`() throws {
    try Sample.with { sample in
      let file = "\(sample.node.folder)/plan.json"
      #expect(try sample.node.wis("plan", "sample", "--out", file).exit == 0)
      #expect(try sample.node.wis("approve", file).exit == 0)
      try sample.database.execute("INSERT INTO hours VALUES (9, 1, '2014-02-01', NULL)")
      try sample.expectRefusal(["apply", file], exit: 2, saying: "no longer fits")
    }
  }

  @Test func `an approved plan that has become stale is made anew and waits`() throws {
    try Sample.with { sample in
      try sample.node.approvePlans()
      try sample.database.execute("INSERT INTO hours VALUES (9, 1, '2014-02-01', NULL)")
      let before = try sample.database.contents()
      let run = try sample.node.wis("run")
      #expect(run.exit == 3, "\(run)")
      #expect(try sample.database.contents() == before)
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      try sample.expectDone()
    }
  }

  @Test func `a plan made under an earlier policy no longer waits for a person`() throws {
    try Sample.with { sample in
      func waiting() throws -> [String] {
        try sample.node.wis("status", "--json").json()["tenants"].list.flatMap { $0["waiting"].list.compactMap(\.text) }
      }
      #expect(try sample.node.wis("plan").exit == 0)
      let first = try waiting()
      #expect(first.count == 1)
      try sample.node.policy("agreements/sample", Sample.agreement + "# Read again by the lawyers.\n")
      #expect(try sample.node.wis("run").exit == 3)
      let second = try waiting()
      #expect(second.count == 1 && second != first)
      // What somebody consented to is not dropped in silence.
      let approved = try sample.node.wis("approve", try #require(second.first))
      #expect(approved.exit == 0, "\(approved)")
      try sample.node.policy("agreements/sample", Sample.agreement + "# And again.\n")
      let run = try sample.node.wis("run")
      #expect(run.exit == 3 && run.errors.contains("no longer fits"), "\(run)")
    }
  }

  @Test func `what comes back on the same day goes again, after a new consent`() throws {
    try Sample.with { sample in
      try sample.node.configure([TestNode.tenant("sample", sample.database)], brakes: "{rows: 1, percent: 100}")
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      for certificates in [1, 2] {
        #expect(try sample.node.certificates("sample").count == certificates)
        try sample.expectDone()
        guard certificates == 1 else { break }
        // The rows of the first plan, as a restored copy brings them back.
        try sample.database.execute(
          "DELETE FROM hours; DELETE FROM person;" + Sample.script.split(separator: "INSERT").dropFirst().map { "INSERT" + $0 }.joined())
        let waiting = try sample.node.wis("run")
        #expect(waiting.exit == 3, "\(waiting)")
        #expect(try sample.database.count("hours") == 5)
        try sample.node.approvePlans()
        let run = try sample.node.wis("run")
        #expect(run.exit == 0, "\(run)")
      }
      #expect(try sample.node.wis("log", "verify").exit == 0)
    }
  }

  @Test func `an edited plan is refused`() throws {
    try Sample.with { sample in
      let file = "\(sample.node.folder)/plan.json"
      #expect(try sample.node.wis("plan", "sample", "--out", file).exit == 0)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let edited = text.replacingOccurrences(of: "\"rows\":3", with: "\"rows\":5")
      try #require(edited != text)
      try sample.node.write(edited, to: file)
      for command in ["approve", "apply"] { try sample.expectRefusal([command, file], exit: 2, saying: "changed after it was made") }
      try sample.node.write("{}", to: file)
      try sample.expectRefusal(["apply", file], exit: 2)
      try sample.node.write("not json", to: file)
      try sample.expectRefusal(["apply", file], exit: 2)
    }
  }

  @Test func `a plan of a future day is only to look at`() throws {
    try Sample.with { sample in
      let file = "\(sample.node.folder)/plan.json"
      let year = Calendar(identifier: .gregorian).component(.year, from: Date()) + 5
      #expect(try sample.node.wis("plan", "sample", "--as-of", "\(year)-01-01", "--out", file).exit == 0)
      let approved = try sample.node.wis("approve", file)
      #expect([0, 2].contains(approved.exit), "\(approved)")
      try sample.expectRefusal(["apply", file], exit: 2, saying: "in the future")
    }
  }

  @Test func `a plan that nobody approved waits`() throws {
    try Sample.with { sample in
      let file = "\(sample.node.folder)/plan.json"
      #expect(try sample.node.wis("plan", "sample", "--out", file).exit == 0)
      try sample.expectRefusal(["apply", file], exit: 3, saying: "wis approve")
    }
  }

  // MARK: The node

  @Test func `a key that others can read is refused`() throws {
    try Sample.with { sample in
      try sample.node.approvePlans()
      let keys = try FileManager.default.contentsOfDirectory(atPath: sample.node.home + "/keys").filter {
        $0.hasSuffix(".key") && !$0.contains("root")
      }
      try #require(!keys.isEmpty)
      for key in keys {
        let path = "\(sample.node.home)/keys/\(key)"
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try sample.expectRefusal(["run"], exit: 2, saying: "accessible to others", "chmod 600")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      }
    }
  }

  @Test func `a stopped node does nothing until it is released`() throws {
    try Sample.with { sample in
      try sample.node.approvePlans()
      #expect(try sample.node.wis("stop").exit == 0)
      try sample.expectRefusal(["run"], exit: 3, saying: "wis stop --release")
      #expect(try sample.node.wis("stop", "--release").exit == 0)
      #expect(try sample.node.wis("run").exit == 0)
      try sample.expectDone()
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a hold keeps everything, also what was approved, until it is released`(engine: Database.Engine) throws {
    try Sample.with(engine) { sample in
      let before = try sample.database.contents()
      try sample.node.approvePlans()
      let placed = try sample.node.wis("hold", "add", "sample", "--reason", "court case", "--json")
      #expect(placed.exit == 0, "\(placed)")
      let scan = try sample.node.wis("scan", "--json").json()["tenants"][0]["tables"].list
      let totals = scan.reduce(into: (erase: 0, restrict: 0)) {
        $0 = ($0.erase + ($1["erase"].integer ?? 0), $0.restrict + ($1["restrict"].integer ?? 0))
      }
      #expect(totals.erase == 0 && totals.restrict >= 4)
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      #expect(run.output.contains("nothing due"))
      #expect(try sample.database.contents() == before)
      #expect(try sample.node.wis("hold", "release", try #require(try placed.json()["hold"].text)).exit == 0)
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      try sample.expectDone()
    }
  }
}
