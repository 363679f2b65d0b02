import Foundation
import Testing

/// A run may be killed at any instant: nothing is lost and nothing happens twice.
@Suite struct `A run that is killed` {
  /// Many people with many hours, nearly all of them due.
  private static func script(_ hours: Int, _ engine: Database.Engine) -> String {
    let numbers = { (last: Int) in
      engine == .sqlite
        ? "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(last)) SELECT i FROM n)"
        : "(SELECT i FROM generate_series(1, \(last)) AS i)"
    }
    return """
      CREATE TABLE person (id integer PRIMARY KEY, bsn text, name text NOT NULL, email text, left_on date);
      CREATE TABLE hours (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), worked date NOT NULL, note text);
      CREATE INDEX hours_person ON hours (person);
      INSERT INTO person SELECT i, '9', 'somebody', 'x@example.org', '2015-03-31' FROM \(numbers(2000)) AS n;
      INSERT INTO hours SELECT i, 1 + i % 2000, '2014-01-05', 'work' FROM \(numbers(hours)) AS n;
      INSERT INTO hours SELECT 10000000 + i, 4 * i, CURRENT_DATE, 'work' FROM \(numbers(400)) AS n;
      """
  }

  @Test(arguments: [(Database.Engine.sqlite, 200_000, 8), (.postgreSQL, 60_000, 3)])
  func `ends as one that is not, with one certificate`(engine: Database.Engine, hours: Int, kills: Int) throws {
    let script = Self.script(hours, engine)
    try Sample.with(engine, script: script) { whole in
      try whole.node.approvePlans()
      let began = Date()
      let run = try whole.node.wis("run")
      let seconds = Date().timeIntervalSince(began)
      #expect(run.exit == 0, "\(run.errors.suffix(1000))")
      let wanted = try whole.database.contents()
      #expect(wanted["hours"]?.count == 400)
      #expect(wanted["person"]?.count == 400)
      try Sample.with(engine, script: script) { sample in
        let node = sample.node
        try node.approvePlans()
        var random = SeededRandom(state: 20_261_121)
        var killed = 0
        for _ in 0..<kills {
          let running = try node.start("run")
          Thread.sleep(forTimeInterval: seconds * Double.random(in: 0.1...0.7, using: &random))
          running.kill()
          if running.wait().exit == -SIGKILL { killed += 1 }
          // Whatever happened: nobody's hours are left without their person, and nothing went that must stay.
          #expect(try sample.database.count("hours WHERE person NOT IN (SELECT id FROM person)") == 0)
          #expect(try sample.database.count("hours WHERE id > 10000000") == 400)
        }
        #expect(killed > 0)
        let last = try node.wis("run")
        #expect(last.exit == 0, "\(last.errors.suffix(1000))")
        let again = try node.wis("run")
        #expect(again.exit == 0 && again.output == "sample: nothing due\n", "\(again)")
        #expect(try sample.database.contents() == wanted)
        let certificates = try node.certificates("sample")
        try #require(certificates.count == 1)
        let counts = try node.counts(certificates[0])
        #expect(tells(counts["hours"]?.erased, hours))
        #expect(tells(counts["person"]?.erased, 1600))
        #expect(tells(counts["person"]?.reduced, 400))
        #expect(try node.wis("certificate", "verify", certificates[0]).exit == 0)
        #expect(try node.wis("log", "verify").exit == 0)
      }
    }
  }

  /// What somebody asked about one person goes in one transaction, in which many batches wait for its end.
  @Test(arguments: Database.Engine.allCases)
  func `has erased one person's rows all or not at all, and certifies them once`(engine: Database.Engine) throws {
    let script = """
      CREATE TABLE person (id integer PRIMARY KEY, bsn text, name text NOT NULL, email text, left_on date);
      CREATE TABLE hours (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), worked date NOT NULL, note text);
      CREATE TABLE note (id integer PRIMARY KEY, hours integer NOT NULL REFERENCES hours (id), t text);
      CREATE INDEX hours_person ON hours (person);
      CREATE INDEX note_hours ON note (hours);
      INSERT INTO person VALUES (1, '1', 'Anna', 'anna@example.org', NULL), (2, '2', 'Bert', 'bert@example.org', NULL);
      INSERT INTO hours VALUES (1, 1, CURRENT_DATE, 'a'), (2, 1, CURRENT_DATE, 'b'), (3, 2, CURRENT_DATE, 'c');
      INSERT INTO note VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z'), (4, 2, 'w');
      """
    let map =
      Sample.map.replacingOccurrences(of: "category: hours\n", with: "category: hours\n    belongs-to: person\n") + """
          note: {category: hours, belongs-to: hours}

        """
    let agreement = Sample.agreement.replacingOccurrences(
      of: "on-request:\n",
      with: "on-request:\n  - {rule: erasure, clause: \"9.1\", action: erase, from: controller, within: P28D}\n")
    try Sample.with(engine, script: script, map: map, agreement: agreement) { sample in
      let node = sample.node
      try sample.consentToErasure(of: "anna@example.org")
      func left() throws -> [Int] {
        try ["person WHERE id = 1", "hours WHERE person = 1", "note WHERE hours IN (1, 2) OR id = 4"].map { try sample.database.count($0) }
      }
      #expect(try left() == [1, 2, 3])
      var (killed, seen): (Int, Set<[Int]>) = (0, [])
      // Each run goes on where the one before was killed, and gets further.
      for when in 1...60 {
        let run = try Wis.run(["run", "--config", node.config], in: node.folder, through: Wis.killed(atSynchronization: when))
        seen.insert(try left())
        guard run.exit == -SIGKILL else { break }
        killed += 1
      }
      #expect(killed >= 5 && seen == [[1, 2, 3], [0, 0, 0]], "\(killed) \(seen)")
      let last = try node.wis("run")
      #expect(last.exit == 0, "\(last)")
      #expect(try left() == [0, 0, 0])
      #expect(try sample.database.count("note") == 1 && sample.database.count("hours") == 1 && sample.database.count("person") == 1)
      let certificates = try node.certificates("sample")
      try #require(certificates.count == 1)
      let counts = try node.counts(certificates[0])
      for (table, rows) in [("person", 1), ("hours", 2), ("note", 3)] { #expect(tells(counts[table]?.erased, rows), "\(table)") }
      #expect(try node.wis("certificate", "verify", certificates[0]).exit == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(node.home)/run-keys").isEmpty)
    }
  }

  @Test func `keeps a second agent away while it lives`() throws {
    try Sample.with(script: Self.script(100_000, .sqlite)) { sample in
      try sample.node.approvePlans()
      let first = try sample.node.start("run")
      while !first.errors.contains("erase hours") { Thread.sleep(forTimeInterval: 0.02) }
      kill(first.id, SIGSTOP)
      let second = try sample.node.wis("run")
      kill(first.id, SIGCONT)
      #expect(second.exit == 1 && second.complaints.count == 1, "\(second)")
      #expect(second.errors.hasPrefix("error: ") && second.errors.contains("another agent"), "\(second)")
      let done = first.wait()
      #expect(done.exit == 0, "\(done.errors.suffix(1000))")
      #expect(try sample.node.certificates("sample").count == 1)
    }
  }

  /// SplitMix64, so that a failure can be repeated.
  private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
