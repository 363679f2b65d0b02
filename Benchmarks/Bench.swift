import Agent
import Enforcement
import Evidence
import Foundation
import Glibc
import PostgreSQL
import Retention
import SQLite
import Stores

/// The two engines, with what the benchmark needs to say in each one's own SQL.
enum Engine: String, CaseIterable {
  case sqlite = "SQLite"
  case postgreSQL = "PostgreSQL"

  /// A table of time lines over sixteen years, a third of them older than twelve.
  func script(rows: Int, _ order: Order) -> String {
    let day = order == .byTime ? "(i * 5800) / \(rows + 1)" : "(i * 7919) % 5800"
    return switch self {
    case .sqlite:
      """
      CREATE TABLE uren (id INTEGER PRIMARY KEY, datum TEXT, tekst TEXT, k INTEGER);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
      INSERT INTO uren SELECT i, date('2009-01-01', '+' || (\(day)) || ' days'), 'regel met wat tekst ' || i, i % 100 FROM n;
      CREATE INDEX uren_datum ON uren (datum);
      ANALYZE
      """
    case .postgreSQL:
      """
      DROP TABLE IF EXISTS uren;
      CREATE TABLE uren (id bigint PRIMARY KEY, datum date, tekst text, k integer);
      INSERT INTO uren SELECT i, date '2009-01-01' + (\(day))::int, 'regel met wat tekst ' || i, i % 100
      FROM generate_series(1::bigint, \(rows)) i;
      CREATE INDEX uren_datum ON uren (datum);
      """
    }
  }
}

/// How the rows lie in the table.
enum Order: String, CaseIterable {
  case byTime = "rows in order of time"
  case spread = "due rows spread over every page"
}

/// One tenant's database for a benchmark, through the drivers and through Wis.
struct Bench {
  let engine: Engine
  let location: String
  let folder: String

  /// Runs a script outside Wis.
  func run(_ script: String) throws {
    switch engine {
    case .sqlite: try SQLite.Connection(path: location, mode: .create).execute(script)
    case .postgreSQL: try PostgreSQL.Connection(url: location).execute(script)
    }
  }

  /// What a question to the server answers.
  func text(_ sql: String) throws -> String { try PostgreSQL.Connection(url: location).text(sql) ?? "" }

  /// Counts what is before a day, as a person would.
  func count(before day: CivilDate) throws -> Int {
    switch engine {
    case .sqlite:
      Int(
        try SQLite.Connection(path: location, mode: .readWrite).integer(
          "SELECT count(*) FROM uren WHERE datum < ?", [.text(day.description)]))
    case .postgreSQL:
      Int(try PostgreSQL.Connection(url: location).integer("SELECT count(*) FROM uren WHERE datum < $1", [.text(day.description)]))
    }
  }

  /// Erases what is before a day in one statement.
  func erase(before day: CivilDate) throws -> Int {
    switch engine {
    case .sqlite:
      try SQLite.Connection(path: location, mode: .readWrite).run("DELETE FROM uren WHERE datum < ?", [.text(day.description)])
    case .postgreSQL: try PostgreSQL.Connection(url: location).run("DELETE FROM uren WHERE datum < $1", [.text(day.description)])
    }
  }

  /// Makes the table anew, everything of it on disk, so that what is measured starts from the same state.
  func fill(rows: Int, _ order: Order) throws {
    switch engine {
    case .sqlite:
      let template = "\(folder)/\(rows)-\(order).db"
      if !FileManager.default.fileExists(atPath: template) {
        try SQLite.Connection(path: template, mode: .create).execute("PRAGMA synchronous = OFF;" + engine.script(rows: rows, order))
      }
      try? FileManager.default.removeItem(atPath: location)
      try FileManager.default.copyItem(atPath: template, toPath: location)
      sync()
    case .postgreSQL:
      try run(engine.script(rows: rows, order))
      try run("VACUUM ANALYZE uren")
      try run("CHECKPOINT")
    }
  }

  func store() throws -> any TenantStore {
    let utc = ZoneRules(
      start: { Instant(seconds: $0.dayNumber * 86_400) }, day: { CivilDate(dayNumber: Int((Double($0.seconds) / 86_400).rounded(.down))) })
    switch engine {
    case .sqlite: return try SQLiteStore(path: location, access: .readWrite, zone: utc)
    case .postgreSQL: return try PostgreSQLStore(url: location, schema: nil, access: .readWrite, zone: utc)
    }
  }

  /// What the rules say: twelve years after the day of the line.
  func findings(_ store: any TenantStore, on today: CivilDate) throws -> Findings {
    let policy = policy(tables: ["uren": MappedTable(category: Category("hours"), clocks: ["day": Clock(column: "datum")])])
    return try Findings(policy: policy, store: store, today: today, holds: [])
  }

  /// One rule for all tables.
  func policy(tables: [String: MappedTable]) -> TenantPolicy {
    guard let period = Period("P12Y"), let started = CivilDate("2009-01-01") else { preconditionFailure("both are written right") }
    let database: StoreLocation.Database = engine == .sqlite ? .sqlite(path: location) : .postgreSQL(url: location)
    let tenant = Tenant(
      id: "bench", controller: LegalPerson(name: "Bench B.V.", kvk: "90000010"), agreement: "bench", map: "bench",
      contract: .init(started: started, ended: nil), fiscalYearStart: nil, store: StoreLocation(database: database), retention: [],
      fileRoots: [:], backups: [], subProcessors: [])
    let rule = RetentionRule(
      name: "hours", clause: "1", scope: .all, keeping: .period(period, from: .clock(nil)), force: [.limit], ground: nil, binds: .processor)
    let agreement = Agreement(
      name: "bench", title: "Bench", source: .init(document: "bench", version: "1"), timeZone: "Etc/UTC", fiscalYearStart: .calendarYear,
      retention: [rule], onRequest: [], endOfContract: [], subProcessors: [], obligations: [])
    let map = DataMap(name: "bench", subject: nil, tables: tables, references: [])
    return TenantPolicy(tenant: tenant, agreement: agreement, map: map, rules: [rule], statutes: [:])
  }

  /// Erases what the rules say, with the journal, as a run does.
  func execute(_ plan: Plan, _ store: any TenantStore) throws -> (outcome: Outcome, executor: Executor) {
    let name = UUID().uuidString
    let state = try StateStore(path: "\(folder)/state-\(name).db", create: true)
    let run = try state.beginRun(tenant: "bench", digest: "bench", startedAt: "", planned: "") { _ in }
    let seal = try SealedKeys(newFor: run.keyName, in: KeyFolder(path: "\(folder)/keys-\(name)", environment: [:]))
    let executor = Executor(store: store, policy: plan.decision.policy, journal: state.journal(of: run.id), seal: seal) {}
    return (try executor.execute(plan) { _, _, _ in }, executor)
  }
}

extension Plan {
  /// The day before which rows are due.
  var cutoff: CivilDate? {
    func day(_ condition: Condition) -> CivilDate? {
      switch condition {
      case .clock(_, .before(let day)): day
      case .all(let parts): parts.lazy.compactMap(day).first
      default: nil
      }
    }
    return steps.first?.table.cases.first { $0.disposition == .erase }.flatMap { day($0.condition) }
  }
}
