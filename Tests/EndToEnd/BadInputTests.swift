import Foundation
import Testing

/// What is refused before any database is looked at.
@Suite struct `Bad input` {
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

  @Test func `a key of one column may have commas in it`() throws {
    let script = Sample.script.replacingOccurrences(of: "person (id integer PRIMARY KEY", with: "person (id text PRIMARY KEY")
      .replacingOccurrences(of: "person integer NOT NULL", with: "person text NOT NULL")
    try Sample.with(script: script) { sample in
      try sample.database.execute("INSERT INTO person VALUES ('Jansen, A.', NULL, 'x', NULL, NULL), (',', NULL, 'y', NULL, NULL)")
      for key in ["Jansen, A.", ","] {
        let explained = try sample.node.wis("explain", "sample", "person", key)
        #expect(explained.exit == 0 && explained.output.hasPrefix("sample person: keep"), "\(explained)")
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
}
