import Foundation
import Residue
import Retention
import SQLite
import Stores

extension Bench {
  /// Erases one row in a hundred and leaves nothing of them, against `VACUUM` alone on the same file.
  func compareScrub(of rows: Int, _ report: inout Report) throws {
    precondition(engine == .sqlite, "PostgreSQL writes tables anew")
    var rounds: [(wis: Duration, engine: Duration)] = []
    for _ in 0..<3 {
      try fill(rows: rows, .byTime)
      let vacuum = try Measurement.time { try run("VACUUM") }
      try fill(rows: rows, .byTime)
      let scrub = try Measurement.time {
        try run("PRAGMA secure_delete = ON; DELETE FROM uren WHERE id % 100 = 0")
        let done = try store().cleanse(to: .scrubbed, within: .unlimited)
        precondition(done.waiting.isEmpty, "nothing is in the way")
      }
      let left = try store().searchResidue(.structure)
      precondition(left.isClean, "nothing is left")
      rounds.append((scrub, vacuum))
    }
    let size = try FileManager.default.attributesOfItem(atPath: location)[.size] as? Int ?? 0
    report.tell(
      Measurement(
        what: "SQLite: erase 1 % of \(rows) rows (\(size >> 20) MiB), `scrubbed`, against `VACUUM` alone", rounds: rounds, target: 1,
        note: "the planner's statistics are computed again only where they hold samples"))
  }

  /// Looks for many values in the file, against `grep -a -F`.
  func compareSearch(of rows: Int, _ report: inout Report) throws {
    try fill(rows: rows, .byTime)
    for (what, values, target) in [
      ("values", Self.values(10_000), 0.5), ("addresses of one domain", Self.addresses(10_000), 0.5),
      ("values", Self.values(1_000_000), nil),
    ] {
      let count = values.count
      let list = "\(folder)/values"
      try values.joined(separator: "\n").write(toFile: list, atomically: true, encoding: .utf8)
      var rounds: [(wis: Duration, engine: Duration)] = []
      for _ in 0..<3 {
        let wis = try Measurement.time {
          let found = try store().searchResidue(.values(values.map { Array($0.utf8) }))
          precondition(found.isComplete && found.patterns >= count / 2, "the values are looked for")
        }
        // With a million values grep does not end.
        let grep = try count > 10_000 ? wis : Measurement.time { try Self.grep(list, location) }
        rounds.append((wis, grep))
      }
      report.tell(
        Measurement(
          what: "SQLite: search for \(count) \(what), against `grep -a -F`", rounds: rounds, target: target,
          note: count > 10_000 ? "grep was not run" : "with a walk over every page"))
    }
  }

  /// Addresses, citizen service numbers, accounts and places that nobody has. Half of them tell enough to be looked for among
  /// any number of others.
  private static func values(_ count: Int) -> [String] {
    var random = SystemRandomNumberGenerator()
    func number(_ digits: Int) -> String {
      String((0..<digits).map { _ in Character(String(Int.random(in: 0...9, using: &random))) })
    }
    return (0..<count).map { index in
      switch index % 4 {
      case 0: "jan.\(number(18))@voorbeeld.nl"
      case 1: number(9)
      case 2: "NL\(number(2))ABNA\(number(10))"
      default: "Fatima Jansen, Kerkstraat \(number(18)) te Gouda"
      }
    }
  }

  /// Addresses that nobody has, most of whose text others have as well.
  private static func addresses(_ count: Int) -> [String] {
    let first = ["fatima", "sanne", "daan", "emma", "mohammed", "johanna", "pieter", "lotte", "thijs", "noor"]
    let last = ["jansen", "de.vries", "bakker", "visser", "smit", "meijer", "de.boer", "mulder", "yilmaz", "van.den.berg"]
    return (0..<count).map { "\(first[$0 % 10]).\(last[$0 / 10 % 10]).\($0 / 100 + 100)@voorbeeld.nl" }
  }

  private static func grep(_ list: String, _ file: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["grep", "-a", "-c", "-F", "-f", list, file]
    process.environment = ["LC_ALL": "C", "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
  }
}
