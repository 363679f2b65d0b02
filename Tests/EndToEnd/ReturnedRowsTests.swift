import Foundation
import Testing

/// After a contract a row is destroyed only if it is exactly what was returned, whatever happens between the comparison and its batch.
@Suite struct `What is destroyed after a contract` {
  /// What the application does when the first salary goes: between the comparison and the batches of the other tables.
  enum Meddling: String, CaseIterable, CustomTestStringConvertible {
    case changes, swaps, changesBack, changesReduced
    var testDescription: String { rawValue }

    var statements: String {
      switch self {
      case .changes: "UPDATE medewerker SET adres = 'Nieuweweg 1' WHERE id = 2;"
      // One row goes and another comes: no number tells.
      case .swaps:
        "DELETE FROM dienstverband WHERE id = 4; INSERT INTO dienstverband VALUES (5, 2, 'chef', 40, 'vast', '2026-01-01', NULL);"
      case .changesBack: "UPDATE medewerker SET adres = 'Nieuweweg 1'; UPDATE medewerker SET adres = NULL;"
      case .changesReduced: "UPDATE dienstverband SET functie = 'baas' WHERE id = 1;"
      }
    }

    /// The table that has the row.
    var table: String? {
      switch self {
      case .changes: "medewerker"
      case .swaps, .changesReduced: "dienstverband"
      case .changesBack: nil
      }
    }
  }

  private static func rows(salaries: Int, _ engine: Database.Engine) -> String {
    let numbers =
      engine == .sqlite
      ? "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(salaries)) SELECT i FROM n)"
      : "generate_series(1, \(salaries)) AS n(i)"
    return """
      INSERT INTO afdeling VALUES ('A', 'Bakkerij', NULL);
      INSERT INTO medewerker (id, nummer, afdeling, leidinggevende, voornaam, achternaam, bsn, in_dienst) VALUES
        (1, 'M1', 'A', NULL, 'Bert', 'Tweede', '123456782', '2015-01-01');
      INSERT INTO medewerker (id, nummer, afdeling, leidinggevende, voornaam, achternaam, bsn, in_dienst) VALUES
        (2, 'M2', 'A', 1, 'Cora', 'Derde', '111222333', '2015-01-01'), (3, 'M3', 'A', 3, 'Dirk', 'Vierde', NULL, '2015-01-01');
      INSERT INTO dienstverband VALUES (1, 1, 'bakker', 36, 'vast', '2015-01-01', NULL), (4, 2, 'chef', 36, 'vast', '2015-01-01', NULL);
      INSERT INTO salaris SELECT i, 1, '2025-12-31', 'C', 2500, NULL FROM \(numbers);
      """
  }

  /// Up to the day on which somebody consented to the destruction of what was returned.
  private static func with(_ engine: Database.Engine, salaries: Int, _ body: (EndedTenant) throws -> Void) throws {
    // A server's clock cannot be moved, so nothing here waits for a day.
    let today = String(ISO8601DateFormatter().string(from: Date()).prefix(10))
    try EndedTenant.with(
      agreement: "hr365", map: "hr", rows: rows(salaries: salaries, engine), extra: "    file-roots: {documents: BACKUPS}\n", on: engine,
      since: today, brakes: ", clock-skew-seconds: 86400, cooling-off-days: 0"
    ) { tenant in
      let words = ["--choice", "both", "--written", tenant.file("letter"), "--by", "director", "--out", tenant.file("first.zip")]
      try tenant.offboard(["--ended", "2020-12-31"] + words, exit: 3)
      try accept(tenant, "first.zip")
      let erase = try tenant.request("erase")
      let confirmed = try tenant.wis("request", "confirm", erase, "--evidence", tenant.file("answer"), "--answer", "erase")
      #expect(confirmed.exit != 2, "\(confirmed)")
      try consent(tenant)
      try body(tenant)
    }
  }

  private static func accept(_ tenant: EndedTenant, _ package: String) throws {
    try tenant.offboard("deliver", exit: 0)
    try tenant.offboard("receipt", "--file", tenant.file(package), exit: 0)
  }

  private static func consent(_ tenant: EndedTenant) throws {
    try tenant.offboard("continue", exit: 3)
    try tenant.approve(as: "bob", exit: 0)
  }

  private static func expectDone(_ tenant: EndedTenant) throws {
    for name in ["Bourne & Healey B.V. (Expert Online)", "Exonet B.V."] { try tenant.confirm(name) }
    try tenant.offboard("continue", exit: 0)
    try tenant.expectClosed(empty: ["medewerker", "dienstverband", "salaris"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(tenant.node.home)/run-keys").isEmpty)
  }

  /// What is left is returned again, and destroyed with a new consent.
  private static func again(_ tenant: EndedTenant) throws {
    try tenant.expect(["return": "open", "deliver": "blocked", "approve": "blocked"])
    let left = try tenant.database.contents()
    _ = try tenant.wis("run")
    #expect(try tenant.database.contents() == left)
    try tenant.offboard("continue", "--out", tenant.file("again.zip"), exit: 3)
    #expect(try tenant.database.contents() == left)
    try tenant.expect(["return": "done", "approve": "blocked"])
    try accept(tenant, "again.zip")
    try consent(tenant)
    try tenant.offboard("continue", exit: 3)
    try expectDone(tenant)
  }

  @Test(arguments: Database.Engine.allCases, Meddling.allCases)
  func `is what was returned, also where a row changes after the comparison`(engine: Database.Engine, meddling: Meddling) throws {
    try Self.with(engine, salaries: 3) { tenant in
      let statements = meddling.statements
      try tenant.database.execute(
        engine == .sqlite
          ? "CREATE TRIGGER meddle AFTER DELETE ON salaris WHEN OLD.id = 1 BEGIN \(statements) END;"
          : """
          CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(statements) RETURN NULL; END $$;
          CREATE TRIGGER meddle AFTER DELETE ON salaris FOR EACH ROW WHEN (OLD.id = 1) EXECUTE FUNCTION meddle();
          """)
      // The trigger belongs to the schema, on which the plan was made.
      try Self.consent(tenant)
      let run = try tenant.offboard("continue", exit: meddling.table == nil ? 3 : 1)
      guard let table = meddling.table else { return try Self.expectDone(tenant) }
      #expect(run.errors.contains("no longer what was returned (\(table))"), "\(run)")
      #expect(try tenant.database.count("salaris") == 0 && tenant.database.count("medewerker") == 3)
      #expect(try tenant.database.count("dienstverband") == (meddling == .changes ? 0 : 2))
      // What was destroyed before is certified; nothing of it waits.
      #expect(try tenant.status()["certificates"].list.count == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(tenant.node.home)/run-keys").isEmpty)
      try tenant.database.execute(engine == .sqlite ? "DROP TRIGGER meddle" : "DROP TRIGGER meddle ON salaris")
      try Self.again(tenant)
    }
  }

  enum Interval: String, CaseIterable, CustomTestStringConvertible {
    case nothing, change, addition, marksLost
    var testDescription: String { rawValue }
  }

  @Test(arguments: Database.Engine.allCases, Interval.allCases)
  func `is what was returned, also where the agent was killed on the way`(engine: Database.Engine, between: Interval) throws {
    let salaries = engine == .sqlite ? 4000 : 30_000
    try Self.with(engine, salaries: salaries) { tenant in
      // Each run goes on where the one before was killed.
      for when in stride(from: 9, through: 120, by: 2) where try tenant.database.count("salaris") == salaries {
        let run = try Wis.run(
          ["offboard", "continue", EndedTenant.id, "--config", tenant.node.config], in: tenant.node.folder,
          through: Wis.killed(atSynchronization: when) + tenant.clock("alice"))
        try #require(run.exit == -SIGKILL, "\(run)")
      }
      let left = try tenant.database.count("salaris")
      try #require((1..<salaries).contains(left), "\(left)")
      switch between {
      case .nothing:
        try tenant.offboard("continue", exit: 3)
        return try Self.expectDone(tenant)
      case .change: try tenant.database.execute("UPDATE salaris SET bruto = 2501 WHERE id = (SELECT max(id) FROM salaris)")
      case .addition: try tenant.database.execute("INSERT INTO salaris VALUES (999999, 1, '2025-12-31', 'C', 1, NULL)")
      case .marksLost:
        let folder = "\(tenant.node.home)/run-keys"
        let marks = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".returned") })
        try FileManager.default.removeItem(atPath: "\(folder)/\(marks)")
      }
      let run = try tenant.offboard("continue", exit: 1)
      let words = between == .marksLost ? "nobody can tell which rows were returned" : "no longer what was returned ("
      #expect(run.errors.contains(words), "\(run)")
      let count = try tenant.database.count("salaris")
      let untouched = between == .marksLost ? left : between == .addition ? left + 1 : nil
      #expect(untouched.map { count == $0 } ?? (count > 0 && count <= left), "\(left) \(count)")
      try Self.again(tenant)
    }
  }
}
