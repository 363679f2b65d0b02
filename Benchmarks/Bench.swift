import Agent
import Enforcement
import Evidence
import Foundation
import PostgreSQL
import Retention
import SQLite
import Stores

/// The two engines, with what the benchmark needs to say in each one's own SQL.
enum Engine: String, CaseIterable {
  case sqlite = "SQLite"
  case postgreSQL = "PostgreSQL"

  /// A table of time lines: a third of them older than the cut-off of twelve years, spread over the whole table.
  func script(rows: Int) -> String {
    switch self {
    case .sqlite:
      """
      CREATE TABLE uren (id INTEGER PRIMARY KEY, datum TEXT, tekst TEXT, k INTEGER);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
      INSERT INTO uren SELECT i, date('2009-01-01', '+' || ((i * 7919) % 5800) || ' days'), 'regel met wat tekst ' || i, i % 100 FROM n;
      CREATE INDEX uren_datum ON uren (datum);
      ANALYZE
      """
    case .postgreSQL:
      """
      CREATE TABLE uren (id bigint PRIMARY KEY, datum date, tekst text, k integer);
      INSERT INTO uren SELECT i, date '2009-01-01' + ((i * 7919) % 5800)::int, 'regel met wat tekst ' || i, i % 100
      FROM generate_series(1::bigint, \(rows)) i;
      CREATE INDEX uren_datum ON uren (datum);
      """
    }
  }
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
  func erase(before day: CivilDate, from table: String) throws -> Int {
    switch engine {
    case .sqlite:
      try SQLite.Connection(path: location, mode: .readWrite).run("DELETE FROM \(table) WHERE datum < ?", [.text(day.description)])
    case .postgreSQL: try PostgreSQL.Connection(url: location).run("DELETE FROM \(table) WHERE datum < $1", [.text(day.description)])
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
    let map = DataMap(
      name: "bench", subject: nil,
      tables: ["uren": MappedTable(category: Category("hours"), clocks: ["day": Clock(column: "datum")])], references: [])
    let policy = TenantPolicy(tenant: tenant, agreement: agreement, map: map, rules: [rule], statutes: [:])
    return try Findings(policy: policy, store: store, today: today, holds: [])
  }
}
