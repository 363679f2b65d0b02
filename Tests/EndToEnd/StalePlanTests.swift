import Foundation
import Testing

/// Plans and consents that no longer fit.
@Suite struct `A plan` {
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

  @Test func `a plan of rows that went by themselves no longer waits for a person`() throws {
    try Sample.with { sample in
      #expect(try sample.node.wis("run").exit == 3)
      #expect(try sample.node.wis("status").exit == 3)
      try sample.database.execute("DELETE FROM hours WHERE worked < '2015-01-01'; DELETE FROM person WHERE left_on IS NOT NULL AND id = 1")
      try sample.database.execute("UPDATE person SET left_on = NULL")
      let run = try sample.node.wis("run")
      #expect(run.exit == 0 && run.output == "sample: nothing due\n", "\(run)")
      let status = try sample.node.wis("status")
      #expect(status.exit == 0 && !status.output.contains("waiting:"), "\(status)")
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

  @Test func `a file that is no plan, or a plan that was carried out, is refused by name`() throws {
    try Sample.with { sample in
      let file = "\(sample.node.folder)/plan.json"
      for text in ["", "{}", "[1]", "not json"] {
        try sample.node.write(text, to: file)
        try sample.expectRefusal(["approve", file], exit: 2, saying: "plan.json is not a plan", "wis plan --out")
        try sample.expectRefusal(["apply", file], exit: 2, saying: "plan.json is not a plan")
      }
      #expect(try sample.node.wis("plan", "sample", "--out", file).exit == 0)
      #expect(try sample.node.wis("approve", file).exit == 0)
      #expect(try sample.node.wis("apply", file).exit == 0)
      try sample.expectRefusal(["approve", file], exit: 2, saying: "is applied and waits no more")
      try sample.expectRefusal(["apply", file], exit: 2, saying: "is applied and waits no more")
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
}
