import Foundation
import Testing

/// A small tenant whose whole fate is known: people and their hours, both kept for two years.
struct Sample {
  static let agreement = """
    agreement: sample
    title: Processing agreement of a sample tenant
    source: {document: invented for tests, version: "1"}
    time-zone: Europe/Amsterdam
    fiscal-year-starts: "01-01"
    categories: [contact, hours]
    retention:
      - rule: two-years
        clause: "3.1"
        applies-to: [contact, hours]
        keep-for: P2Y
        counted-from: clock
        force: [limit]
    on-request:
      - {rule: return, clause: "4.1", action: return, from: controller, within: P30D}

    """

  static let map = """
    map: sample
    subject: {table: person, key: id, identifiers: {email: email}}
    tables:
      person:
        category: contact
        clock: {left: {column: left_on, when-null: ongoing}}
        columns:
          bsn: contact
          name: contact
          email: contact
          left_on: contact
        when-still-needed:
          reduce-to: [name, left_on]
      hours:
        category: hours
        clock: {worked: worked}
        columns:
          worked: hours
          note: hours

    """

  /// One person is due, one is still needed by recent hours, one still works; three of five hours are due.
  static let script = """
    CREATE TABLE person (id integer PRIMARY KEY, bsn text, name text NOT NULL, email text, left_on date);
    CREATE TABLE hours (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), worked date NOT NULL, note text);
    CREATE INDEX hours_person ON hours (person);
    INSERT INTO person VALUES
      (1, '900000001', 'Anna Eerste', 'anna@example.org', '2015-03-31'),
      (2, '900000002', 'Bert Tweede', 'bert@example.org', '2015-04-30'),
      (3, '900000003', 'Cora Derde', 'cora@example.org', NULL);
    INSERT INTO hours VALUES
      (1, 1, '2014-01-05', 'one'), (2, 1, '2014-01-06', 'two'), (3, 2, '2014-01-07', NULL), (4, 2, CURRENT_DATE, 'four'),
      (5, 3, CURRENT_DATE, 'five');

    """

  let node: TestNode
  let database: Database

  /// Runs `body` with a node that has one tenant, called `sample`.
  static func with(
    _ engine: Database.Engine = .sqlite, script: String = script, map: String = map, agreement: String = agreement,
    _ body: (Sample) throws -> Void
  ) throws {
    try TestNode.with { node in
      try Database.with(engine, in: node.folder) { database in
        try database.execute(script)
        try node.policy("agreements/sample", agreement)
        try node.policy("maps/sample", map)
        try node.configure([TestNode.tenant("sample", database)])
        try body(Sample(node: node, database: database))
      }
    }
  }

  /// The keys that are left.
  func keys() throws -> [String: Set<String>] { try database.contents().mapValues { Set($0.compactMap(\.["id"])) } }

  /// Checks that the tenant was handled to its end.
  func expectDone(_ location: SourceLocation = #_sourceLocation) throws {
    let contents = try database.contents()
    let quote = database.engine == .sqlite ? "" : "'"
    func keys(_ table: String) -> Set<String> { Set((contents[table] ?? []).compactMap(\.["id"])) }
    #expect(keys("person") == ["\(quote)2\(quote)", "\(quote)3\(quote)"], sourceLocation: location)
    #expect(keys("hours") == ["\(quote)4\(quote)", "\(quote)5\(quote)"], sourceLocation: location)
    let reduced = contents["person"]?.first { $0["name"] == "'Bert Tweede'" }
    #expect(reduced?["bsn"] == "NULL" && reduced?["email"] == "NULL" && reduced?["lefton"] == "'2015-04-30'", sourceLocation: location)
  }

  /// Checks that a command is refused with an exit code and exactly one line, and that the tenant's data stays as it is.
  func expectRefusal(
    _ arguments: [String], exit: Int32, saying words: String..., location: SourceLocation = #_sourceLocation
  ) throws {
    let before = try frozen()
    let outcome = try Wis.run(arguments + ["--config", node.config], in: node.folder)
    #expect(outcome.exit == exit, "\(outcome)", sourceLocation: location)
    #expect(outcome.complaints.count == 1 && outcome.errors.hasPrefix("error: "), "\(outcome)", sourceLocation: location)
    #expect(!outcome.errors.contains("\u{1}") && !outcome.errors.contains("Fatal error"), sourceLocation: location)
    for word in words { #expect(outcome.errors.contains(word), "\(outcome)", sourceLocation: location) }
    #expect(try frozen() == before, sourceLocation: location)
  }

  /// Records the controller's request to erase a person's data, and consents to its plan.
  func consentToErasure(of email: String) throws {
    try node.write("letter", to: "\(node.folder)/letter.txt")
    let added = try node.wis(
      "request", "add", "sample", "--from", "controller", "--what", "erase", "--subject", "email=\(email)", "--evidence",
      "\(node.folder)/letter.txt", "--json")
    let id = try #require(try added.json()["request"].text, "\(added)")
    #expect(try node.wis("run").exit == 3)
    let plan = try node.wis("plan", "--request", id, "--json").json()["tenants"][0]["digest"].text
    #expect(try node.wis("approve", try #require(plan), "--role", "privacy officer").exit == 0)
  }

  /// Everything in the database, in a form that can be compared even when it is no database.
  private func frozen() throws -> String {
    guard database.engine == .sqlite else {
      return "\(try database.contents().mapValues { $0.map { "\($0.sorted { $0.key < $1.key })" }.sorted() }.sorted { $0.key < $1.key })"
    }
    return FileManager.default.contents(atPath: database.location)?.base64EncodedString() ?? "missing"
  }
}
