import Foundation
import PostgreSQL
import Retention
import Stores
import TestSupport
import Testing

/// Roles belong to the whole server, so these tests run one after another.
@Suite(.serialized) struct `The PostgreSQL roles` {
  /// Runs `body` with a database in which the shipped file was run, twice; gives it the URL for a role, or the administrator's.
  private func withRoles(_ body: ((String?) throws -> String) throws -> Void) throws {
    let server = try #require(
      ProcessInfo.processInfo.environment["WIS_TEST_POSTGRES"],
      "run 'make test', or Tests/postgresql-cluster start DIR and export WIS_TEST_POSTGRES with the URL it prints")
    let name = "wis_" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    let application = "\(name)_app"
    let superuser = try PostgreSQL.Connection(url: server)
    var components = try #require(URLComponents(string: server))
    components.path = "/" + name
    let database = try #require(components.string)
    try superuser.execute("CREATE ROLE \(application)")
    defer { #expect(throws: Never.self) { try superuser.execute("DROP ROLE \(application)") } }
    try superuser.run("CREATE DATABASE \(name) OWNER \(application)")
    defer { #expect(throws: Never.self) { try superuser.run("DROP DATABASE \(name) WITH (FORCE)") } }
    let administrator = try PostgreSQL.Connection(url: database)
    try administrator.execute("SET ROLE \(application); CREATE SCHEMA \"Huur 1\"; \(Self.tables); RESET ROLE")
    for _ in 1...2 {
      let answer = try Shipped.run([
        "psql", "--no-psqlrc", "--quiet", "-v", "database=\(name)", "-v", "schema=Huur 1", "-v", "owner=\(application)",
        "-f", Shipped.package.appendingPathComponent("Deploy/postgresql/roles.sql").path, database,
      ])
      #expect(answer.status == 0 && !answer.output.contains("ERROR"), "\(answer.output)")
      #expect(answer.output.contains("REVOKE TEMPORARY ON DATABASE \(name) FROM PUBLIC"))
    }
    // Made after the file was run.
    try administrator.execute("SET ROLE \(application); CREATE TABLE \"Huur 1\".later (id integer PRIMARY KEY, d date); RESET ROLE")
    let password = UUID().uuidString
    try administrator.execute("ALTER ROLE wis_scan PASSWORD '\(password)'; ALTER ROLE wis_erase PASSWORD '\(password)'")
    try body { role in
      guard let role else { return database }
      var components = components
      components.queryItems = components.queryItems?.map { $0.name == "user" ? URLQueryItem(name: "user", value: role) : $0 }
      components.queryItems?.append(URLQueryItem(name: "password", value: password))
      return try #require(components.string)
    }
  }

  private static let tables = """
    SET search_path = "Huur 1";
    CREATE TABLE persoon (id integer PRIMARY KEY, naam text, uit_dienst date);
    CREATE TABLE uren (id integer PRIMARY KEY, persoon integer REFERENCES persoon, datum date);
    CREATE INDEX ON uren (persoon);
    INSERT INTO persoon VALUES (1, 'een', '2010-01-01'), (2, 'twee', '2010-01-01'), (3, 'drie', '2030-01-01');
    INSERT INTO uren VALUES (1, 1, '2010-01-01'), (2, 1, '2012-01-01'), (3, 2, '2025-01-01');
    """

  @Test func `give what is needed on tables of today and tomorrow, and nothing more`() throws {
    try withRoles { url in
      let administrator = try PostgreSQL.Connection(url: url(nil))
      let rights = ["SELECT", "DELETE", "UPDATE", "INSERT", "TRUNCATE", "REFERENCES", "TRIGGER"]
      for (role, expected) in [("wis_scan", ["SELECT"]), ("wis_erase", ["SELECT", "DELETE", "UPDATE"])] {
        for table in ["persoon", "later"] {
          let held = try rights.filter { right in
            try administrator.integer(
              "SELECT has_table_privilege($1, $2, $3)::int", [.text(role), .text("\"Huur 1\".\(table)"), .text(right)]) == 1
          }
          #expect(held == expected, "\(role) on \(table)")
        }
        let creates = try administrator.integer(
          "SELECT (has_schema_privilege($1, 'Huur 1', 'CREATE') OR has_database_privilege($1, current_database(), 'CREATE'))::int",
          [.text(role)])
        #expect(creates == 0)
        let powers = try administrator.integer(
          """
          SELECT count(*) FROM pg_roles WHERE rolname = $1 \
          AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
          """, [.text(role)])
        #expect(powers == 0)
      }
    }
  }

  @Test func `refuse, on the server, whatever is not their work`() throws {
    try withRoles { url in
      let scan = try PostgreSQL.Connection(url: url("wis_scan"))
      // Also when the session turns its own default off.
      try scan.execute("SET default_transaction_read_only = off")
      let erase = try PostgreSQL.Connection(url: url("wis_erase"))
      let forbidden = [
        "INSERT INTO \"Huur 1\".persoon VALUES (9)", "CREATE TABLE \"Huur 1\".x (i int)", "DROP TABLE \"Huur 1\".uren",
        "TRUNCATE \"Huur 1\".uren", "ALTER TABLE \"Huur 1\".uren ADD x int", "CREATE SCHEMA x", "CREATE ROLE x",
        "GRANT wis_erase TO wis_scan", "CREATE FUNCTION \"Huur 1\".f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      ]
      for statement in forbidden {
        #expect(throws: PostgreSQLError.self, "wis_scan: \(statement)") { try scan.execute(statement) }
        #expect(throws: PostgreSQLError.self, "wis_erase: \(statement)") { try erase.execute(statement) }
      }
      for statement in ["DELETE FROM \"Huur 1\".uren", "UPDATE \"Huur 1\".persoon SET naam = NULL"] {
        #expect(throws: PostgreSQLError.self, "wis_scan: \(statement)") { try scan.execute(statement) }
      }
      #expect(try erase.run("UPDATE \"Huur 1\".persoon SET naam = NULL WHERE id = 3") == 1)
      #expect(try erase.run("DELETE FROM \"Huur 1\".uren WHERE id = 3") == 1)
    }
  }

  @Test func `suffice for the agent: one looks, the other erases`() throws {
    try withRoles { url in
      let administrator = try PostgreSQL.Connection(url: url(nil))
      var sample = SamplePolicy()
      sample.tables = [
        "persoon": MappedTable(category: Category("personnel"), clocks: ["d": Clock(column: "uit_dienst")]),
        "uren": MappedTable(category: Category("hours"), clocks: ["d": Clock(column: "datum")]),
        "later": MappedTable(category: Category("hours"), clocks: ["d": Clock(column: "d")]),
      ]
      sample.rules = [RetentionRule("r", keep: "P7Y", [.limit, .duty])]
      let looking = try PostgreSQLStore(url: url("wis_scan"), schema: "Huur 1", access: .readOnly, zone: .amsterdam)
      let decision = try sample.decision(looking.schema())
      let plan = Plan(decision: decision, census: try looking.census(of: decision))
      #expect(plan.steps.map { "\($0.action) \($0.table.table.name) \($0.rows)" } == ["erase uren 2", "erase persoon 1"])

      let erasing = try PostgreSQLStore(url: url("wis_erase"), schema: "Huur 1", access: .readWrite, zone: .amsterdam)
      #expect(try erasing.claim("t"))
      for step in plan.steps {
        let stretches = try erasing.stretches(of: step)
        var changed = 0
        _ = try erasing.carryOut(step, on: stretches[...], capturing: []) { rows in changed += rows.keys.count }
        #expect(changed == step.rows)
      }
      #expect(try administrator.integer("SELECT count(*) FROM \"Huur 1\".persoon") == 2)
      #expect(try administrator.integer("SELECT count(*) FROM \"Huur 1\".uren") == 1)
    }
  }
}
