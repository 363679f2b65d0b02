import Agent
import Foundation
import Retention
import SQLite
import Testing

/// What is kept elsewhere: backups that expire, sub-processors that follow, and the certificates that tell of it later.
@Suite struct `Copies elsewhere` {
  /// The day some days from now, as the tenant counts days.
  private static func day(_ days: Int = 0) throws -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "Europe/Amsterdam"))
    let date = try #require(calendar.date(byAdding: .day, value: days, to: Date()))
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
  }

  /// Runs the agent as it would run some days from now.
  private static func run(_ node: TestNode, in days: Int) throws -> TenantReport {
    try run(node, at: Int(Date().timeIntervalSince1970) + days * 86_400)
  }

  private static func run(_ node: TestNode, at seconds: Int) throws -> TenantReport {
    let opened = try Node(config: node.config) { Instant(seconds: seconds) }
    let reports = try NodeRun(node: opened, environment: [:]) { _ in }.run(try opened.tenants([]))
    return try #require(reports.first)
  }

  private static func with(_ extra: String, notices: String = "", _ body: (Sample, String) throws -> Void) throws {
    try Sample.with { sample in
      let backups = "\(sample.node.folder)/backups"
      try FileManager.default.createDirectory(atPath: backups, withIntermediateDirectories: false)
      let entry = TestNode.tenant("sample", sample.database) + extra.replacingOccurrences(of: "BACKUPS", with: backups)
      try sample.node.configure([entry], brakes: "{rows: 100000000, percent: 100, clock-ahead-days: 3650}\(notices)")
      try sample.node.approvePlans()
      try body(sample, backups)
    }
  }

  private static func copy(_ database: Database, to path: String) throws {
    try SQLite.Connection(path: database.location, mode: .readWrite).run("VACUUM INTO ?1", [.text(path)])
  }

  private static let both = """
        backups: [{name: nightly, kept-for: P30D, path: "BACKUPS/{date}.db"}]
        sub-processors: [{name: Payroll Party B.V., purpose: payroll}]

    """

  @Test func `are told until a day that the agreement's clocks count, also shortly after midnight`() throws {
    try Self.with(Self.both) { sample, _ in
      #expect(try sample.node.wis("run").exit == 0)
      try sample.database.execute("INSERT INTO hours (id, person, worked) VALUES (901, 1, '2010-01-01')")
      // In Amsterdam half past midnight, or half past one.
      let day = Int(Date().timeIntervalSince1970) / 86_400 + 2
      let run = try Self.run(sample.node, at: day * 86_400 - 1800)
      let id = try #require(run.certificates.first?.id)
      let methods = try sample.node.wis("certificate", "show", id, "--json").json()["methods"].list
      let until = methods.first { $0["place"].text == "backups" }?["until"].text
      #expect(until == CivilDate(dayNumber: day + 30)?.description)
    }
  }

  @Test func `lead from a partial certificate to the one that completes it, once`() throws {
    try Self.with(Self.both) { sample, backups in
      let node = sample.node
      let copy = "\(backups)/\(try Self.day()).db"
      try Self.copy(sample.database, to: copy)
      #expect(try node.wis("run").exit == 0)
      let first = try #require(try node.certificates("sample").first)
      let held = try node.wis("backup", "list", "--json").json()["tenants"][0]["backups"][0]["copies"][0]
      #expect(held["copy"].text == copy && held["mayHold"][0].text == first)
      #expect(try node.wis("backup", "expired").exit == 0)
      let status = try node.wis("status", "--json").json()["tenants"][0]["copies"]
      #expect(try status["backups"][0]["until"].text == Self.day(30))
      #expect(status["subprocessors"][0]["confirmed"].flag == false && status["subprocessors"][0]["notice"].text == "N-1")

      #expect(try Self.run(node, in: 30).copyProblems.isEmpty)
      let lingering = try Self.run(node, in: 32)
      #expect(lingering.copyProblems.count == 1 && "\(lingering.copyProblems)".contains("lingeringCopy"))
      try FileManager.default.removeItem(atPath: copy)
      #expect(try Self.run(node, in: 32).certificates.isEmpty, "the sub-processor has not confirmed")
      try node.write("done", to: "\(node.folder)/answer.txt")
      let confirmed = try node.wis("subprocessor", "confirm", "sample", "Payroll Party B.V.", "--evidence", "\(node.folder)/answer.txt")
      #expect(confirmed.exit == 0, "\(confirmed)")
      let last = try Self.run(node, in: 33)
      #expect(last.copyProblems.isEmpty)
      let final = try #require(last.certificates.first?.id)
      #expect(try Self.run(node, in: 34).certificates.isEmpty)
      #expect(try node.certificates("sample") == [first, final])

      let shown = try node.wis("certificate", "show", final, "--json").json()
      #expect(shown["follows"].text == first)
      for method in shown["methods"].list where ["backups", "subprocessor"].contains(method["place"].text) {
        #expect(method["status"].text == "done")
      }
      #expect(try node.wis("certificate", "show", first, "--lang", "en").output.contains("Followed by: \(final)"))
      let verified = try node.wis("certificate", "verify", final)
      #expect(verified.exit == 0 && verified.output.contains("ok     follows \(first)"), "\(verified)")
      #expect(try node.wis("log", "verify").exit == 0)
      #expect(try node.wis("status", "--json").json()["tenants"][0]["copies"]["backups"].list.isEmpty)
    }
  }

  @Test func `are not taken for gone where nobody ever saw one, or nobody can look`() throws {
    try Self.with("    backups: [{name: nightly, kept-for: P1D, path: \"BACKUPS/{date}.db\"}]\n") { sample, backups in
      #expect(try sample.node.wis("run").exit == 0)
      #expect("\(try Self.run(sample.node, in: 3).copyProblems)".contains("noCopySeen"))
      try FileManager.default.removeItem(atPath: backups)
      #expect("\(try Self.run(sample.node, in: 3).copyProblems)".contains("cannot be read"))
      #expect(try sample.node.certificates("sample").count == 1)
      let outcome = try sample.node.wis("backup", "expired")
      #expect(outcome.exit == 2 && outcome.complaints.count == 1, "\(outcome)")
    }
  }

  @Test func `that are past their term are told, one line each`() throws {
    try Self.with("    backups: [{name: nightly, kept-for: P30D, path: \"BACKUPS/*/t-{date}.db\"}]\n") { sample, backups in
      let node = sample.node
      try FileManager.default.createDirectory(atPath: "\(backups)/a", withIntermediateDirectories: false)
      for name in ["t-20200101-0300.db", "t-2020-02-30.db", "t-\(try Self.day(-30)).db", "t-\(try Self.day(-31)).db", "x.db"] {
        try node.write("copy", to: "\(backups)/a/\(name)")
      }
      let outcome = try node.wis("backup", "expired")
      #expect(outcome.exit == 1 && outcome.complaints.count == 2, "\(outcome)")
      #expect(try outcome.errors.contains("t-20200101-0300.db") && outcome.errors.contains(Self.day(-31)))
      let answer = try node.wis("backup", "expired", "--json")
      #expect(try answer.exit == 1 && answer.json()["tenants"][0]["overdue"].list.count == 2)
    }
  }

  @Test func `are listed by a program where there are no files to look at`() throws {
    try Self.with("    backups: [{name: remote, kept-for: P30D, command: [/bin/cat, BACKUPS/list]}]\n") { sample, backups in
      let node = sample.node
      try node.write("2020-01-01T02:00:00Z snapshot one\n\(try Self.day()) snapshot two\n", to: "\(backups)/list")
      let copies = try node.wis("backup", "list", "--json").json()["tenants"][0]["backups"][0]["copies"]
      #expect(copies.list.map(\.["copy"].text) == ["snapshot one", "snapshot two"])
      #expect(try node.wis("backup", "expired").exit == 1)
      try node.write("yesterday: snapshot\n", to: "\(backups)/list")
      let outcome = try node.wis("backup", "list")
      #expect(outcome.exit == 1 && outcome.errors.contains("line 1 is not a day and a name"), "\(outcome)")
      try FileManager.default.removeItem(atPath: "\(backups)/list")
      #expect(try node.wis("backup", "list").errors.contains("ended with status 1"))
    }
  }

  @Test func `are known to sub-processors by one notice each, without personal data`() throws {
    try Self.with(Self.both) { sample, _ in
      let node = sample.node
      #expect(try node.wis("run").exit == 0)
      #expect(try node.wis("subprocessor", "notify").output == "sample: nobody to notify\n")
      let folder = "\(node.home)/notices"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      try #require(names.count == 1 && names[0].hasSuffix("-payroll-party-b-v.txt"))
      let text = try String(contentsOfFile: "\(folder)/\(names[0])", encoding: .utf8)
      let certificate = try #require(try node.certificates("sample").first)
      for personal in ["Anna", "900000001", "example.org", certificate] { #expect(!text.contains(personal)) }
      #expect(text.contains("hours, periode 2014-01-05 – ") && text.contains("Confirm in writing"))
      #expect(try node.wis("subprocessor", "notify", "sample", "--request", "RQ-3").output.contains("N-2"))
      #expect(try node.wis("subprocessor", "notify", "sample", "--request", "RQ-3").output == "sample: nobody to notify\n")
      let stranger = try node.wis("subprocessor", "confirm", "sample", "Nobody B.V.", "--evidence", node.config)
      #expect(stranger.exit == 2 && stranger.errors.contains("known are: Payroll Party B.V."), "\(stranger)")
      let missing = try node.wis("subprocessor", "confirm", "sample", "Payroll Party B.V.", "--evidence", "\(node.folder)/none")
      #expect(missing.exit == 2 && missing.complaints.count == 1)
      #expect(try node.wis("subprocessor", "confirm", "sample", "Payroll Party B.V.", "--evidence", node.config).exit == 0)
      let listed = try node.wis("subprocessor", "list", "--json").json()["tenants"][0]["subprocessors"][0]["notices"]
      #expect(listed.list.count == 2 && listed[0]["confirmed"].text != nil && listed[1]["evidence"].text?.count == 64)
    }
  }

  @Test func `go by a program that is asked again until it works`() throws {
    let notices = "\nnotices: {command: [/bin/sh, -c, 'test -e \"$0\" && cat > \"$0/$WIS_NOTICE\"', MAIL], seconds: 5}"
    try Self.with(Self.both) { sample, _ in
      let node = sample.node
      let mail = "\(node.folder)/mail"
      let text = try String(contentsOfFile: node.config, encoding: .utf8)
      try node.write(
        text.replacingOccurrences(of: "\ntenants:", with: notices.replacingOccurrences(of: "MAIL", with: mail) + "\ntenants:"),
        to: node.config)
      let failed = try node.wis("run")
      #expect(failed.exit == 1 && failed.errors.contains("/bin/sh ended with status 1"), "\(failed)")
      #expect(try node.certificates("sample").count == 1)
      try FileManager.default.createDirectory(atPath: mail, withIntermediateDirectories: false)
      #expect(try node.wis("run").exit == 0)
      #expect(try String(contentsOfFile: "\(mail)/N-1", encoding: .utf8).contains("Payroll Party B.V. (payroll)"))
      let listed = try node.wis("subprocessor", "list", "--json").json()["tenants"][0]["subprocessors"][0]["notices"]
      #expect(listed.list.map(\.["delivery"].text) == ["sent"])
    }
  }

  @Test func `a certificate that was withdrawn does not verify any more`() throws {
    try Self.with("") { sample, _ in
      let node = sample.node
      #expect(try node.wis("run").exit == 0)
      let id = try #require(try node.certificates("sample").first)
      let personal = try node.wis("certificate", "withdraw", id, "--reason", "ask anna@example.org")
      #expect(personal.exit == 2 && personal.complaints.count == 1, "\(personal)")
      #expect(try node.wis("certificate", "verify", id).exit == 0)
      let withdrawn = try node.wis("certificate", "withdraw", id, "--reason", "counts of another tenant")
      #expect(withdrawn.exit == 0, "\(withdrawn)")
      let verdict = try node.wis("certificate", "verify", id)
      #expect(verdict.exit == 4 && verdict.output.contains("withdrawn at") && verdict.output.contains("counts of another tenant"))
      #expect(try node.wis("certificate", "show", id).output.contains("INGETROKKEN"))
      #expect(try node.wis("certificate", "bundle", id, "--out", "\(node.folder)/b").exit == 0)
      #expect(try node.wis("certificate", "verify", "\(node.folder)/b").exit == 4)
      #expect(try node.wis("certificate", "withdraw", id, "--reason", "again").exit == 2)
      #expect(try node.wis("log", "verify").exit == 0)
    }
  }
}
