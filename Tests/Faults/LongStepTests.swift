import Foundation
import SQLite
import Testing

/// The long steps beside the erasing itself: killed at a few of their calls, spread from the first to the last, the next
/// attempt ends as one that was never disturbed.
@Suite(.serialized) struct `A long step that is killed` {
  private static let map = Sample.map
  private static func agreement(_ level: String) -> String {
    Sample.agreement.replacingOccurrences(of: "categories:", with: "level: \(level)\ncategories:")
  }

  /// More rows than fit into a few pages, a third of them due, so that a cleansing has something to overwrite.
  private static func script(_ engine: Database.Engine, _ journal: String) -> String {
    let numbers =
      engine == .sqlite
      ? "(WITH RECURSIVE c(n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM c WHERE n < 700) SELECT n FROM c)"
      : "(SELECT n FROM generate_series(100, 700) AS n)"
    return (engine == .sqlite ? "PRAGMA journal_mode = \(journal); PRAGMA secure_delete = OFF;" : "") + Sample.script + """
      INSERT INTO person SELECT n, NULL, 'Person ' || n, 'planted-' || n || '-' || (n * 7919) || '@example.org',
        CASE n % 3 WHEN 0 THEN '2015-01-01' \(engine == .sqlite ? "" : ":: date ")END FROM \(numbers) AS numbers;
      """
  }

  /// What is left of a tenant at the end of a run, and that it was certified once, searched and found clean.
  private func endOfRun(_ copy: Trial.Copy) throws -> String {
    let state = try SQLite.Connection(path: copy.node.home + "/state.db", mode: .readWrite, busyTimeout: .seconds(5))
    #expect(try state.integer("SELECT count(*) FROM certificates") == 1)
    let certificates = [try state.text("SELECT id FROM certificates WHERE released_at IS NOT NULL")].compactMap(\.self)
    let certificate = try copy.node.wis("certificate", "show", try #require(certificates.first), "--json").json()
    #expect(certificate["verification"].list.allSatisfy { $0["result"].text == "passed" }, "\(certificate.canonical)")
    let looked = try copy.node.wis("verify-erasure", "sample")
    #expect(looked.exit == 0, "\(looked)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: copy.node.home + "/run-keys").isEmpty)
    let methods = certificate["methods"].list.map(\.canonical).joined()
    let rows = try copy.database.contents().mapValues { $0.map { "\($0.sorted { $0.key < $1.key })" }.sorted() }
    return "\(rows.sorted { $0.key < $1.key }) \(certificate["scope"].without("subjects").canonical) \(methods)"
  }

  /// The calls that write after the values of the rows were captured: the erasing, and then the cleansing, which makes most of them.
  private func writing(_ calls: [Call], to target: String) -> [Call] {
    let captured = calls.lastIndex { $0.target.hasPrefix("node/run-keys") && $0.name == "rename" } ?? 0
    return calls[captured...].filter {
      $0.target.hasPrefix(target) && ["pwrite64", "fdatasync", "fsync", "ftruncate", "sendto", "unlink"].contains($0.name)
    }
  }

  @Test(arguments: [("WAL", "scrubbed"), ("DELETE", "scrubbed"), ("PERSIST", "rewritten")])
  func `of a cleansing harms nothing in a SQLite file`(journal: String, level: String) throws {
    try Sample.with(script: Self.script(.sqlite, journal), agreement: Self.agreement(level)) { sample in
      try sample.node.configure([TestNode.tenant("sample", store: "sqlite:../tenant.db")])
      try sample.node.approvePlans()
      let step = LongStep(origin: sample.node, database: sample.database, arguments: ["run"])
      try step.kill(at: 4, among: { writing($0, to: "tenant.db") }) { (copy: Trial.Copy) throws in
        let file = try SQLite.Connection(path: copy.database.location, mode: .readWrite)
        #expect(try file.text("PRAGMA integrity_check") == "ok")
        #expect(try copy.database.count("person WHERE left_on IS NULL") == 402)
      } end: {
        try endOfRun($0)
      }
    }
  }

  @Test func `of a cleansing is made good on a PostgreSQL server`() throws {
    try Sample.with(.postgreSQL, script: Self.script(.postgreSQL, ""), agreement: Self.agreement("scrubbed")) { sample in
      try sample.node.approvePlans()
      let step = LongStep(origin: sample.node, database: sample.database, arguments: ["run"])
      try step.kill(at: 5, among: { writing($0, to: "connection") }) { (copy: Trial.Copy) throws in
        #expect(try copy.database.count("person WHERE left_on IS NULL") == 402)
      } end: {
        try endOfRun($0)
      }
    }
  }

  @Test func `amid dropping a partition leaves it whole or gone`() throws {
    let script = """
      CREATE TABLE hours (id bigint NOT NULL, worked date, note text, PRIMARY KEY (id, worked)) PARTITION BY RANGE (worked);
      CREATE TABLE hours_2014 PARTITION OF hours FOR VALUES FROM ('2014-01-01') TO ('2015-01-01');
      CREATE TABLE hours_2015 PARTITION OF hours FOR VALUES FROM ('2015-01-01') TO ('2016-01-01');
      CREATE TABLE hours_now PARTITION OF hours FOR VALUES FROM ('2016-01-01') TO ('2100-01-01');
      INSERT INTO hours SELECT n, DATE '2014-01-01' + (n % 700)::integer, 'a' FROM generate_series(1, 2000) n;
      INSERT INTO hours VALUES (7002, CURRENT_DATE, 'd');
      """
    let map = """
      map: sample
      tables:
        hours: {category: hours, clock: {worked: {column: worked, when-null: undated}}, partitions: drop}

      """
    let agreement = Sample.agreement.replacingOccurrences(of: "[contact, hours]", with: "[hours]")
    try Sample.with(.postgreSQL, script: script, map: map, agreement: agreement) { sample in
      try sample.node.approvePlans()
      let step = LongStep(origin: sample.node, database: sample.database, arguments: ["run"])
      try step.kill(at: 6) { calls in
        // From the making of the run's key, all that is said to the server and all that the journal makes durable.
        let begun = calls.firstIndex { $0.target.hasPrefix("node/run-keys") } ?? 0
        return calls[begun...].filter { $0.name == "sendto" || ($0.name == "fdatasync" && $0.target.contains("state.db")) }
      } check: { (copy: Trial.Copy) throws in
        let left = try copy.database.column(
          "SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'hours'::regclass ORDER BY 1")
        let rows = ["hours_2014": 0, "hours_2015": 0].keys.filter(left.contains)
        for partition in rows { #expect(try copy.database.count(partition) > 800, "\(partition) is whole as long as it is there") }
        #expect(try copy.database.column("SELECT relname FROM pg_class WHERE relname IN ('hours_2014', 'hours_2015')").count == rows.count)
        #expect(left.contains("hours_now"))
      } end: { (copy: Trial.Copy) throws in
        let certificates = try copy.node.certificates("sample")
        #expect(certificates.count == 1)
        #expect(try tells(copy.node.counts(try #require(certificates.first))["hours"]?.erased, 2000))
        return "\(try copy.database.column("SELECT id::text FROM hours"))"
      }
    }
  }

  /// An export to a folder, or to a file in it.
  struct Export: CustomTestStringConvertible {
    let engine: Database.Engine
    var out = ""
    var isEncrypted = false
    var testDescription: String { "\(engine) \(isEncrypted ? "age" : "plain") \(out.isEmpty ? "folder" : out)" }
  }

  @Test(arguments: [
    Export(engine: .sqlite), Export(engine: .postgreSQL), Export(engine: .sqlite, isEncrypted: true),
    Export(engine: .sqlite, out: "/mine.zip.age", isEncrypted: true),
  ])
  func `of an export leaves no package that is none, and the next one makes it`(export: Export) throws {
    try Sample.with(export.engine, script: Self.script(export.engine, "DELETE")) { sample in
      if export.engine == .sqlite { try sample.node.configure([TestNode.tenant("sample", store: "sqlite:../tenant.db")]) }
      // A folder of the test's own, whose calls are heard.
      try FileManager.default.createDirectory(atPath: sample.node.home + "/out", withIntermediateDirectories: false)
      let identity = sample.node.folder + "/identity"
      _ = try Program.run(["age-keygen", "-o", identity])
      var arguments = ["export", "sample", "--out", "FOLDER/node/out" + export.out]
      if export.isEncrypted {
        let key = try Program.run(["age-keygen", "-y", identity]).output
        arguments += ["--encrypt-to", key.trimmingCharacters(in: .whitespacesAndNewlines)]
      }
      func files(_ copy: Trial.Copy) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: copy.node.home + "/out") }
      func packages(_ copy: Trial.Copy) throws -> [String] { try files(copy).filter { $0.hasSuffix(".zip") || $0.hasSuffix(".zip.age") } }
      func verifyAll(_ copy: Trial.Copy) throws {
        for file in try packages(copy) {
          let key = export.isEncrypted ? ["--identity", identity] : []
          let verified = try Wis.run(["export", "verify", "\(copy.node.home)/out/\(file)"] + key, in: copy.node.folder)
          #expect(verified.exit == 0 && !verified.output.contains("no statement beside it"), "\(verified)")
        }
      }
      // One that was killed when all was done is not replaced: a package with its statement is somebody's.
      let step = LongStep(
        origin: sample.node, database: sample.database, arguments: arguments,
        refusal: (
          "exists already",
          { copy in
            #expect(try packages(copy).count == 1)
            for file in try files(copy) { try FileManager.default.removeItem(atPath: "\(copy.node.home)/out/\(file)") }
          }
        ))
      try step.kill(at: export.isEncrypted ? 9 : 12) { calls in
        let kinds = export.isEncrypted ? ["fsync", "link", "rename", "unlink"] : Trace.names.filter { !["read", "pread64"].contains($0) }
        return calls.filter { $0.target.hasPrefix("node/out") && kinds.contains($0.name) }
      } check: {
        try verifyAll($0)
      } end: { (copy: Trial.Copy) throws in
        #expect(try files(copy).allSatisfy { !$0.hasSuffix(".partial") && !$0.hasSuffix(".tmp") && !$0.hasSuffix(".progress") })
        try verifyAll(copy)
        return "\(try packages(copy).count) \(try files(copy).count)"
      }
    }
  }

  @Test func `of the end of a contract goes on where it was`() throws {
    let agreement = Sample.agreement + "  - {rule: destroy, clause: \"9.1\", action: erase, from: controller, within: P28D}\n"
    try Sample.with(agreement: agreement) { sample in
      let node = sample.node
      try node.configure([
        TestNode.tenant("sample", store: "sqlite:../tenant.db").replacingOccurrences(
          of: "{started: 2010-01-01}", with: "{started: 2010-01-01, ended: 2026-01-31}")
      ])
      for name in ["letter", "answer"] { try node.write("This is the \(name).", to: node.home + "/\(name).txt") }
      try FileManager.default.createDirectory(atPath: node.home + "/out", withIntermediateDirectories: false)
      let choice = [
        "offboard", "sample", "--choice", "both", "--written", "FOLDER/node/letter.txt", "--by", "director", "--out", "FOLDER/node/out",
      ]
      let step = LongStep(origin: node, database: sample.database, arguments: choice, exit: 3)
      try step.kill(at: 12) { calls in
        let durable = calls.filter { ["fsync", "fdatasync", "rename", "link"].contains($0.name) }
        // Each around the names of package and statement, and some of the others.
        let named = durable.firstIndex { $0.target.hasPrefix("node/out") } ?? 0
        return durable[..<named].prefix(2) + durable[named...].prefix(7) + durable.suffix(3)
      } check: { (copy: Trial.Copy) throws in
        #expect(try copy.database.count("person") == 3 && copy.database.count("hours") == 5)
      } end: { (copy: Trial.Copy) throws in
        let status = try copy.node.wis("offboard", "status", "sample", "--json").json()["tenants"][0]
        let steps = status["steps"].list.map { "\($0["step"].text ?? "") \($0["state"].text ?? "")" }
        let requests = try copy.node.wis("request", "list", "sample", "--json").json()["requests"].list.map { $0["what"].text ?? "" }
        let files = try FileManager.default.contentsOfDirectory(atPath: copy.node.home + "/out").filter { $0.hasSuffix(".zip") }
        #expect(files.count == 1)
        return "\(steps) \(requests.sorted())"
      }
    }
  }
}
