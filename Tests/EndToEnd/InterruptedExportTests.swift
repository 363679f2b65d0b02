import Foundation
import PostgreSQL
import Testing

/// Exports that end before their time, and the same export afterwards.
@Suite struct `An export that was interrupted` {
  private static let rows = 45_000

  /// Three tables, each worth a note of its own when it is whole.
  private static func script(_ engine: Database.Engine) -> String {
    let value =
      engine == .sqlite ? "hex(randomblob(200))" : "(SELECT string_agg(md5(random()::text || k || n.i), '') FROM generate_series(1, 14) k)"
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))"
    return ["aa_first", "bb_second", "cc_third"].map {
      "CREATE TABLE \($0) (id integer PRIMARY KEY, t text); INSERT INTO \($0) \(numbers) SELECT i, \(value) FROM n;"
    }.joined(separator: "\n")
  }

  /// Starts an export and calls `stop` when its first table is noted.
  private func interrupt(_ sample: Sample, to out: String, _ stop: (Wis.Running) throws -> Void) throws -> Wis.Outcome {
    let running = try sample.node.start("export", "sample", "--out", out)
    // The notes begin with a line about the export; the first table follows in the same write.
    func isNoted() throws -> Bool {
      let names = try FileManager.default.contentsOfDirectory(atPath: out).filter { $0.hasSuffix(".partial.progress") }
      return names.contains { FileManager.default.contents(atPath: "\(out)/\($0)")?.last == UInt8(ascii: "\n") }
    }
    while running.isRunning, try !isNoted() { usleep(2_000) }
    try stop(running)
    let outcome = running.wait()
    try #require(try isNoted(), "\(outcome)")
    return outcome
  }

  private func folder(_ name: String, of sample: Sample) throws -> String {
    let path = "\(sample.node.folder)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    return path
  }

  private func package(in folder: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    try #require(names.count == 2 && names[0].hasSuffix(".bewijs.json") && names[1].hasSuffix(".zip"), "\(names)")
    return "\(folder)/\(names[1])"
  }

  private let taken = "aa_first: \(rows) rows, as the export that was interrupted wrote them"

  @Test(arguments: Database.Engine.allCases)
  func `goes on behind the tables that are whole and unchanged, and gives the same bytes`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + Self.script(engine)) { sample in
      let out = try folder("out", of: sample)
      _ = try interrupt(sample, to: out) { $0.kill() }
      let whole = try folder("whole", of: sample)
      #expect(try sample.node.wis("export", "sample", "--out", whole).exit == 0)
      let copies = try ["changed", "damaged", "other"].map { name in
        let copy = "\(sample.node.folder)/\(name)"
        try FileManager.default.copyItem(atPath: out, toPath: copy)
        return copy
      }
      let again = try sample.node.wis("export", "sample", "--out", out)
      #expect(again.exit == 0 && again.errors.contains(taken), "\(again)")
      #expect(try Program.run(["cmp", try package(in: out), try package(in: whole)]).status == 0)

      for name in try FileManager.default.contentsOfDirectory(atPath: copies[1]) where name.hasSuffix(".partial") {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: "\(copies[1])/\(name)"))
        try file.seek(toOffset: 5_000_000)
        try file.write(contentsOf: Data(repeating: 0, count: 4096))
        try file.close()
      }
      let damaged = try sample.node.wis("export", "sample", "--out", copies[1])
      #expect(damaged.exit == 0 && damaged.errors.contains("is begun anew: "), "\(damaged)")
      #expect(try Program.run(["cmp", try package(in: copies[1]), try package(in: whole)]).status == 0)

      let other = try sample.node.wis("export", "sample", "--tables", "bb_second", "--out", copies[2])
      #expect(other.exit == 0 && other.errors.contains("removed ") && !other.errors.contains(taken), "\(other)")
      _ = try package(in: copies[2])

      try sample.database.execute("UPDATE aa_first SET t = 'changed since' WHERE id = 7")
      let changed = try sample.node.wis("export", "sample", "--out", copies[0])
      #expect(changed.exit == 0 && !changed.errors.contains(taken), "\(changed)")
      let verified = try sample.node.wis("export", "verify", try package(in: copies[0]), "--against", "sample", "-q")
      #expect(verified.exit == 0, "\(verified)")
    }
  }

  @Test func `by a server that went away is told, and goes on when it is back`() throws {
    try Sample.with(.postgreSQL, script: Sample.script + Self.script(.postgreSQL)) { sample in
      let out = try folder("out", of: sample)
      let outcome = try interrupt(sample, to: out) { _ in
        let server = try PostgreSQL.Connection(url: sample.database.administration())
        try server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(sample.database.name())'")
      }
      #expect(outcome.exit == 1 && outcome.errors.contains("stays: the same export goes on from there"), "\(outcome)")
      let again = try sample.node.wis("export", "sample", "--out", out)
      #expect(again.exit == 0 && again.errors.contains(taken), "\(again)")
      let verified = try sample.node.wis("export", "verify", try package(in: out), "--against", "sample", "-q")
      #expect(verified.exit == 0, "\(verified)")
    }
  }

  @Test func `leaves alone what is not its own`() throws {
    try Sample.with { sample in
      let identity = "\(sample.node.folder)/identity"
      _ = try Program.run(["age-keygen", "-o", identity])
      let recipient = try Program.run(["age-keygen", "-y", identity]).output.trimmingCharacters(in: .whitespacesAndNewlines)
      let out = try folder("out", of: sample)
      func export(to path: String) throws -> Wis.Outcome {
        try sample.node.wis("export", "sample", "--encrypt-to", recipient, "--out", path)
      }
      try #require(try export(to: out).exit == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
      let (statement, package) = ("\(out)/\(try #require(names.first))", "\(out)/\(try #require(names.last))")
      let (said, written) = (try Data(contentsOf: URL(fileURLWithPath: statement)), try Data(contentsOf: URL(fileURLWithPath: package)))
      func put(_ content: Data?, _ path: String) throws {
        if let content {
          try content.write(to: URL(fileURLWithPath: path))
        } else if FileManager.default.fileExists(atPath: path) {
          try FileManager.default.removeItem(atPath: path)
        }
      }
      // What stands there, by its name and that of the statement, and under the name of what is unfinished.
      for (there, beside, unfinished, exit) in [
        (written, nil, nil, 2), (Data("mine".utf8), nil, nil, 2), (written, said, written, 2), (nil, said, nil, 2),
        (nil, said, Data("other bytes".utf8), 2), (nil, Data("{}".utf8), written, 2), (nil, nil, written, 0), (nil, said, written, 0),
      ] as [(Data?, Data?, Data?, Int32)] {
        // In a folder, and as a file that was named.
        for out in [out, package] {
          try put(there, package)
          try put(beside, statement)
          try put(unfinished, package + ".partial")
          let outcome = try export(to: out)
          let story = Comment(rawValue: "\(there?.count ?? 0) \(beside?.count ?? 0) \(unfinished?.count ?? 0) \(out): \(outcome)")
          #expect(outcome.exit == exit, story)
          if exit == 2 {
            #expect(outcome.errors.contains("exists already"), story)
            #expect(FileManager.default.contents(atPath: package) == there, story)
            #expect(FileManager.default.contents(atPath: statement) == beside, story)
          } else {
            let verified = try sample.node.wis("export", "verify", package, "--identity", identity)
            #expect(verified.exit == 0 && !verified.output.contains("no statement beside it"), "\(verified)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: out == package ? self.folder(of: package) : out).count == 2, story)
          }
        }
      }
    }
  }

  private func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent }
}
