import Agent
import Enforcement
import Evidence
import Foundation
import PostgreSQL
import Retention
import SQLite
import Stores

extension Bench {
  /// Erases one person of a large tenant, with the orders, the lines of these, and the documents that no other order names, against
  /// the statements that somebody would write who knows all this. Each round takes people who are alike, one for each way.
  func compareRequest(of rows: Int, _ report: inout Report) throws {
    let people = rows / Self.rowsOfPerson
    try fillForRequest(people: people)
    let node = try requestNode()
    guard let tenant = try node.tenants([]).first else { preconditionFailure("the node has a tenant") }
    // An agent has its state store and its folder of keys before a request comes, and after it.
    let state = try StateStore(path: "\(folder)/state-\(engine).db", create: true)
    let keys = KeyFolder(path: "\(folder)/keys-\(engine)", environment: [:])
    try keys.create([], named: "first")
    var (inDatabase, whole): ([(wis: Duration, engine: Duration)], [(wis: Duration, engine: Duration)]) = ([], [])
    for round in 0..<7 {
      let first = 1 + round * 3
      let byHand = try byHand(erasing: first)
      inDatabase.append((try erase(first + 1, of: tenant, on: node, state, keys), byHand))
      whole.append((try apply(first + 2, of: tenant, on: node), byHand))
    }
    let left = (try countForRequest("klant"), try countForRequest("regel"))
    precondition(left == (people - 21, people * 15 - 21 * 15), "each took one person")
    let what = "\(engine.rawValue): one of \(people) people in \(rows) rows"
    report.tell(
      Measurement(
        what: "\(what): planned, erased with a journal, and verified; against hand-written statements", rounds: inDatabase, target: 2,
        note: "one transaction; synchronized writes of the journal's own beside its few"))
    report.tell(
      Measurement(
        what: "\(what): `wis apply` of an approved request; against hand-written statements", rounds: whole, target: 2,
        note: "with opening the tenant, planning again, and what every run costs: keys, state, certificate, log"))
  }

  /// A person, five orders, three lines of each, and a document for each.
  private static let rowsOfPerson = 26

  private func fillForRequest(people: Int) throws {
    let orders = people * 5
    let (key, numbers): (String, (Int) -> String) =
      switch engine {
      case .sqlite:
        ("INTEGER PRIMARY KEY", { "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \($0)) SELECT i FROM n)" })
      case .postgreSQL: ("bigint PRIMARY KEY", { "(SELECT i FROM generate_series(1::bigint, \($0)) i) n" })
      }
    if engine == .sqlite { _ = try? FileManager.default.removeItem(atPath: location) }
    try run(
      """
      \(engine == .sqlite ? "PRAGMA synchronous = OFF;" : "")
      CREATE TABLE klant (id \(key), naam text NOT NULL, email text, sinds date);
      CREATE TABLE document (id \(key), inhoud text);
      CREATE TABLE bestelling (id \(key), klant bigint NOT NULL REFERENCES klant, document bigint REFERENCES document);
      CREATE TABLE regel (id \(key), bestelling bigint NOT NULL REFERENCES bestelling, tekst text);
      INSERT INTO klant SELECT i, 'naam ' || i, 'p' || i || '@voorbeeld.example', \(engine == .sqlite ? "" : "date ")'2020-01-01' FROM \(numbers(people));
      INSERT INTO document SELECT i, 'inhoud van document ' || i FROM \(numbers(orders));
      INSERT INTO bestelling SELECT i, 1 + i * 7919 % \(people), CASE i % 10 WHEN 0 THEN i - 1 ELSE i END FROM \(numbers(orders));
      INSERT INTO regel SELECT i, 1 + i % \(orders), 'regel met wat tekst ' || i FROM \(numbers(orders * 3));
      CREATE INDEX bestelling_klant ON bestelling (klant);
      CREATE INDEX bestelling_document ON bestelling (document);
      CREATE INDEX regel_bestelling ON regel (bestelling);
      """)
    if engine == .postgreSQL { for table in ["klant", "document", "bestelling", "regel"] { try run("VACUUM ANALYZE \(table)") } }
    if engine == .postgreSQL { try run("CHECKPOINT") } else { sync() }
  }

  private func countForRequest(_ table: String) throws -> Int {
    switch engine {
    case .sqlite: Int(try SQLite.Connection(path: location, mode: .readWrite).integer("SELECT count(*) FROM \(table)"))
    case .postgreSQL: Int(try PostgreSQL.Connection(url: location).integer("SELECT count(*) FROM \(table)"))
    }
  }

  private func byHand(erasing person: Int) throws -> Duration {
    let orders = "SELECT id FROM bestelling WHERE klant = \(person)"
    let script = """
      CREATE TEMP TABLE papers AS SELECT document FROM bestelling WHERE klant = \(person);
      DELETE FROM regel WHERE bestelling IN (\(orders));
      DELETE FROM bestelling WHERE klant = \(person);
      DELETE FROM document WHERE id IN (SELECT document FROM papers)
        AND NOT EXISTS (SELECT 1 FROM bestelling WHERE bestelling.document = document.id);
      DELETE FROM klant WHERE id = \(person);
      DROP TABLE papers;
      """
    switch engine {
    case .sqlite:
      let database = try SQLite.Connection(path: location, mode: .readWrite)
      try database.execute("PRAGMA foreign_keys = ON")
      return try Measurement.time { try database.execute("BEGIN IMMEDIATE; \(script) COMMIT") }
    case .postgreSQL:
      let database = try PostgreSQL.Connection(url: location)
      return try Measurement.time { try database.execute("BEGIN; \(script) COMMIT") }
    }
  }

  /// A request about a person.
  private func request(_ person: Int, of tenant: TenantPolicy, on node: Node) throws -> StoredRequest {
    var new = NewRequest(from: .controller, what: .erase)
    new.subject = SubjectReference("email=p\(person)@voorbeeld.example")
    new.role = "bench"
    new.evidence = "\(folder)/letter"
    try "letter".write(toFile: "\(folder)/letter", atomically: true, encoding: .utf8)
    return try node.record(new, about: tenant)
  }

  private func erase(_ person: Int, of tenant: TenantPolicy, on node: Node, _ state: StateStore, _ keys: KeyFolder) throws -> Duration {
    let day = try node.today(of: tenant)
    let stored = try request(person, of: tenant, on: node)
    guard let instruction = try node.instruction(of: stored, under: tenant, on: day) else { preconditionFailure("the clause suffices") }
    let store = try node.store(of: tenant, access: .change)
    return try Measurement.time {
      let plan = try Findings(policy: tenant, store: store, today: day, holds: [], instruction: instruction).plan
      let baseline = try Baseline(of: plan, in: store)
      let run = try state.beginRun(tenant: "bench", digest: "bench", startedAt: "", planned: "") { _ in }
      let seal = try SealedKeys(newFor: run.keyName, in: keys)
      let executor = Executor(store: store, policy: tenant, journal: state.journal(of: run.id), seal: seal) {}
      let outcome = try executor.execute(plan) { _, _, _ in }
      let verification = try Verification(of: outcome, since: baseline, by: executor, in: store)
      precondition(verification.hasPassed && verification.unhandled.isEmpty, "the verification passes")
    }
  }

  private func apply(_ person: Int, of tenant: TenantPolicy, on node: Node) throws -> Duration {
    let stored = try request(person, of: tenant, on: node)
    guard let findings = try node.look(at: stored, on: try node.today(of: tenant)) else { preconditionFailure("the clause suffices") }
    let document = try PlanDocument(findings.plan, from: try node.sources(of: tenant))
    let plan = try node.remember(document, of: findings.plan)
    try node.approve(plan, role: "bench", approver: "bench")
    // Once for each process: it reads its own program to name it in certificates.
    let run = try NodeRun(node: node, environment: [:], progress: { _ in })
    return try Measurement.time {
      let report = try run.apply(plan.digest, of: tenant)
      if case .failed(let error) = report.result { throw error }
      guard case .done = report.result, report.certificates.count == 1 else {
        preconditionFailure("the person goes, and it is certified")
      }
    }
  }

  private func requestNode() throws -> Node {
    let home = "\(folder)/node-\(engine)"
    let policies = "\(folder)/policies-\(engine)"
    for kind in ["agreements", "maps", "statutory"] {
      try FileManager.default.createDirectory(atPath: "\(policies)/\(kind)", withIntermediateDirectories: true)
    }
    try Self.agreement.write(toFile: "\(policies)/agreements/bench.yaml", atomically: true, encoding: .utf8)
    try Self.map.write(toFile: "\(policies)/maps/bench.yaml", atomically: true, encoding: .utf8)
    let configuration = """
      node: bench
      issuer: {name: Bench B.V., kvk: "90000010"}
      state: state.db
      keys: keys
      trust: trust
      log: {folder: log, origin: "bench.example/log"}
      policies: policies
      tenants:
        - id: bench
          controller: {name: Bench Klant B.V., kvk: "90000011"}
          agreement: bench
          map: bench
          contract: {started: 2010-01-01}
          store: "\(engine == .sqlite ? "sqlite:\(location)" : location)"

      """
    let now = { Instant(seconds: Int(Date().timeIntervalSince1970)) }
    let setup = NodeSetup(folder: home, configuration: configuration, policies: policies, environment: [:])
    _ = try setup.make(at: Moment(seconds: Int64(now().seconds)))
    return try Node(config: setup.config, now: now)
  }

  private static let agreement = """
    agreement: bench
    title: Agreement of the benchmark
    source: {document: invented, version: "1"}
    time-zone: Europe/Amsterdam
    fiscal-year-starts: "01-01"
    categories: [contact, orders]
    retention:
      - {rule: until-request, clause: "1", applies-to: all, keep-until: request}
    on-request:
      - {rule: erasure, clause: "2", action: erase, from: controller}

    """

  private static let map = """
    map: bench
    subject: {table: klant, key: id, identifiers: {email: email}}
    tables:
      klant: {category: contact, clock: {since: sinds}, columns: {naam: contact, email: contact, sinds: contact}}
      bestelling: {category: orders, belongs-to: klant}
      regel: {category: orders, belongs-to: bestelling, columns: {tekst: orders}}
      document: {category: orders, lives-with: [bestelling], columns: {inhoud: orders}}

    """
}
