import Foundation
import SQLite
import Testing

/// A tenant under one of the agreements that come with Wis, with the tables of the demonstration and a few rows, on a node whose
/// clock the test moves.
final class EndedTenant {
  static let id = "tenant"

  /// One person who was placed once and paid once, under the map 'uitzenden'.
  static let placement = """
    INSERT INTO land VALUES ('NL', 'Nederland');
    INSERT INTO uitzendkracht VALUES (1, 'U1', 'Anna', 'Eerste', '1990-02-03', '123456782', 'anna@example.org', NULL, NULL, NULL, NULL, 'NL', NULL, '2020-01-01', '2025-12-31');
    INSERT INTO opdrachtgever VALUES (1, 'Klant B.V.', NULL, 'Piet', NULL, NULL, NULL);
    INSERT INTO plaatsing VALUES (1, 1, 1, 'lasser', 25.50, '2020-01-01', '2025-12-31');
    INSERT INTO loonstrook VALUES (1, 1, '2025-06-30', 3000, 900, 2100, NULL);
    INSERT INTO loonstrook_regel VALUES (1, 1, 'salaris, "bruto"', 3000);
    """

  let node: TestNode
  let database: Database
  /// The moment at which commands run.
  private(set) var moment = 0

  /// Runs `body` with a tenant on a node that was made on 15 January 2026. `BACKUPS` in `extra` is a folder for copies.
  static func with(
    agreement: String, map: String, rows: String, extra: String = "", on engine: Database.Engine = .sqlite,
    since start: String = "2026-01-15",
    brakes: String = "", _ body: (EndedTenant) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/wis-end-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder + "/backups", withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    try Database.with(engine, in: folder) { database in
      let tenant = EndedTenant(node: TestNode(folder: folder), database: database)
      try tenant.setUp(agreement: agreement, map: map, rows: rows, extra: extra, since: start, brakes: brakes)
      try body(tenant)
    }
  }

  private func setUp(agreement: String, map: String, rows: String, extra: String, since start: String, brakes: String) throws {
    let folder = node.folder
    try move(to: start)
    let made = try Wis.run(
      ["init", node.home, "--issuer", "Example Hosting B.V.", "--kvk", "12345678"], in: folder, through: try clock("setup"))
    try #require(made.exit == 0, "\(made)")
    let schema = try String(contentsOfFile: "\(Wis.repository)/Sources/wis/Demo/Schema/\(map).sql", encoding: .utf8)
    try database.execute((database.engine == .sqlite ? "PRAGMA foreign_keys = ON;" : "") + schema + rows)
    let entry =
      TestNode.tenant(Self.id, database, agreement: agreement, map: map)
      + extra.replacingOccurrences(of: "BACKUPS", with: folder + "/backups")
    try node.configure([entry], brakes: "{rows: 100000000, percent: 100, clock-ahead-days: 3650\(brakes)}")
    for name in ["letter", "answer", "mail"] { try node.write("This is the \(name).", to: file(name)) }
    try FileManager.default.createDirectory(atPath: file("out"), withIntermediateDirectories: false)
  }

  private init(node: TestNode, database: Database) {
    self.node = node
    self.database = database
  }

  /// A path in the test's folder.
  func file(_ name: String) -> String { "\(node.folder)/\(name)" }

  /// Moves the clock to noon of a day, or to another hour of it.
  func move(to day: String, hour: Int = 12) throws {
    let seconds = try #require(ISO8601DateFormatter().date(from: day + "T\(hour):00:00Z")).timeIntervalSince1970
    try #require(Int(seconds) >= moment, "the clock only goes forward")
    moment = Int(seconds)
  }

  func clock(_ person: String) throws -> [String] {
    ["/usr/bin/env", "LD_PRELOAD=\(try Self.shim.get())", "WIS_TEST_MOMENT=\(moment)", "SUDO_USER=\(person)"]
  }

  private static let shim = Result {
    let library = FileManager.default.temporaryDirectory.path + "/wis-clock-\(UUID().uuidString).so"
    let source = Wis.repository + "/Tests/EndToEnd/Clock/clock.c"
    let compiled = try Program.run(["clang", "-shared", "-fPIC", "-Wall", "-Werror", "-O1", source, "-o", library, "-ldl"])
    try #require(compiled.status == 0, "\(compiled.output)")
    return library
  }

  /// Runs a command as one of two people.
  func wis(_ arguments: String..., as person: String = "alice") throws -> Wis.Outcome {
    // A minute passes between commands, so that what is recorded has an order.
    moment += 60
    return try Wis.run(arguments + ["--config", node.config], in: node.folder, through: try clock(person))
  }

  /// Runs `wis offboard` with the tenant after its first word, or as its only argument.
  @discardableResult
  func offboard(_ words: String..., exit: Int32, _ location: SourceLocation = #_sourceLocation) throws -> Wis.Outcome {
    try offboard(words, exit: exit, location)
  }

  @discardableResult
  func offboard(_ words: [String], exit: Int32, _ location: SourceLocation = #_sourceLocation) throws -> Wis.Outcome {
    moment += 60
    let steps = ["status", "stop", "deliver", "receipt", "remind", "continue", "trial"]
    var arguments = ["offboard"]
    if let first = words.first, steps.contains(first) {
      arguments += [first, Self.id] + words.dropFirst()
    } else {
      arguments += [Self.id] + words
    }
    let outcome = try Wis.run(arguments + ["--config", node.config], in: node.folder, through: try clock("alice"))
    #expect(outcome.exit == exit, "\(arguments): \(outcome)", sourceLocation: location)
    if exit == 2 || exit == 4 { #expect(outcome.complaints.count == 1, "\(outcome)", sourceLocation: location) }
    return outcome
  }

  /// What `wis offboard status` tells.
  func status(_ location: SourceLocation = #_sourceLocation) throws -> JSON {
    try wis("offboard", "status", Self.id, "--json").json(location)["tenants"][0]
  }

  /// How far a step is: `done`, `open`, `blocked`, `not-asked`.
  func step(_ name: String, _ location: SourceLocation = #_sourceLocation) throws -> JSON {
    let steps = try status(location)["steps"].list
    return try #require(steps.first { $0["step"].text == name }, sourceLocation: location)
  }

  /// Checks how far some steps are.
  func expect(_ states: KeyValuePairs<String, String>, _ location: SourceLocation = #_sourceLocation) throws {
    let status = try status(location)
    for (name, state) in states {
      let step = status["steps"].list.first { $0["step"].text == name }
      #expect(step?["state"].text == state, "\(name): \(status.canonical)", sourceLocation: location)
    }
  }

  /// The requests that were recorded for what somebody wants.
  func request(_ wanted: String) throws -> String {
    let requests = try wis("request", "list", Self.id, "--json").json()["requests"].list
    return try #require(
      requests.last { $0["what"].text == wanted }?["request"].text, "\(requests.map(\.canonical))")
  }

  /// Consents to the plan that destroys everything.
  func approve(as person: String, exit: Int32, _ location: SourceLocation = #_sourceLocation) throws {
    let plan = try #require(try status()["plans"][0].text, sourceLocation: location)
    let outcome = try wis("approve", plan, "--role", "privacy officer", as: person)
    #expect(outcome.exit == exit, "\(outcome)", sourceLocation: location)
  }

  /// Records that a sub-processor followed.
  func confirm(_ processor: String) throws {
    let outcome = try wis("subprocessor", "confirm", Self.id, processor, "--evidence", file("answer"))
    #expect(outcome.exit == 0, "\(outcome)")
  }

  /// Checks what was returned as a stranger does: with bagit, frictionless and DuckDB, and by restoring it. Gives the rows.
  func inspect(_ package: Package, isWhole: Bool = true) throws -> [String: [[String: String?]]] {
    let rows = try package.rows(isDecrypted: package.file.hasSuffix("/opened.zip"))
    let folder = file("restored-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try Database.with(database.engine, in: folder) { restored in
      try package.restore(into: restored)
      if isWhole { #expect(try restored.differences(from: database) == []) }
    }
    return rows
  }

  /// Checks that nothing about anybody is left, that the offboarding is closed, and that its certificates and the log hold.
  func expectClosed(empty tables: [String], _ location: SourceLocation = #_sourceLocation) throws {
    for table in tables { #expect(try database.count(table) == 0, "\(table)", sourceLocation: location) }
    let status = try status(location)
    #expect(status["closed"].text != nil, "\(status.canonical)", sourceLocation: location)
    for step in status["steps"].list {
      #expect(["done", "not-asked"].contains(step["state"].text), "\(step.canonical)", sourceLocation: location)
    }
    let certificates = status["certificates"].list.compactMap(\.text)
    #expect(!certificates.isEmpty, sourceLocation: location)
    for id in certificates {
      let verified = try wis("certificate", "verify", id)
      #expect(verified.exit == 0, "\(verified)", sourceLocation: location)
    }
    #expect(try wis("log", "verify").exit == 0, sourceLocation: location)
    #expect(try offboard("status", exit: 0).output.contains("closed at"), sourceLocation: location)
    try offboard("continue", exit: 2)
  }
}
