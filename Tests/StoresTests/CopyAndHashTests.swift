import Foundation
import PostgreSQL
import Retention
import Stores
import TestSupport
import Testing

/// A large table of a PostgreSQL server, copied by one session and hashed by another: what comes of it is as if there were one.
@Suite struct `A table that is copied while it is hashed` {
  private static let rows = 60_000
  private static let script = """
    CREATE TABLE t (id integer PRIMARY KEY, n numeric, x text);
    INSERT INTO t SELECT i, i / 7.0, repeat(md5(i::text), 6) FROM generate_series(1, \(rows)) i;
    """
  /// The sessions beside that are there.
  private static let beside = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT mod(%hash_record%'"

  private struct Stopped: Error {}

  /// Copies the table in one snapshot, with something done when the first row comes, and compares its hash with the server's.
  ///
  /// - Returns: how many sessions were beside.
  private func copy(
    _ database: TenantDatabase, as account: String? = nil, meanwhile act: () throws -> Void = {}
  ) throws -> Int {
    let url = database.location + (account.map { "&user=\($0)&password=of-the-agent" } ?? "")
    let store = try PostgreSQLStore(url: url, schema: nil, access: .readOnly, zone: .amsterdam)
    let table = try #require(store.schema().table("t"))
    let selection = CopySelection(try #require(try store.layout(of: table)), where: .constant(true))
    return try store.inSnapshot {
      let expected = try store.survey(selection, for: "")
      // The snapshot stands: nobody sees this any more.
      try database.execute("INSERT INTO t SELECT max(id) + 1, 0.5, 'late' FROM t")
      var (seen, sessions) = (0, 0)
      let hash = try store.copyOut(selection, hashing: true) { _ in
        if seen == 0 {
          sessions = Int(try PostgreSQL.Connection(url: database.location).integer("SELECT count(*) \(Self.beside)"))
          try act()
        }
        seen += 1
      }
      #expect(hash == expected.hash && seen == expected.rows && hash != 0)
      return sessions
    }
  }

  @Test func `has the hash of its snapshot, whatever befalls the session beside`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(Self.script)
      #expect(try copy(database) == 1)
      let server = try PostgreSQL.Connection(url: database.location)
      #expect(try copy(database) { try server.run("SELECT pg_terminate_backend(pid) \(Self.beside)") } == 1)
      #expect(try copy(database) { try server.run("SELECT pg_cancel_backend(pid) \(Self.beside)") } == 1)
      // What fails is told, and nothing goes on beside.
      #expect(throws: Stopped.self) { try stopped(database) }
      var left: Int64 = 1
      for _ in 0..<100 where left > 0 {
        usleep(20_000)
        left = try server.integer("SELECT count(*) \(Self.beside)")
      }
      #expect(left == 0)
    }
  }

  private func stopped(_ database: TenantDatabase) throws { _ = try copy(database) { throw Stopped() } }

  @Test func `is hashed by the same session where the account may have no other, or none may use its snapshot`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute(Self.script)
      let account = "wis_" + UUID().uuidString.prefix(8).lowercased()
      try database.execute("CREATE ROLE \(account) LOGIN PASSWORD 'of-the-agent' CONNECTION LIMIT 1; GRANT SELECT ON t TO \(account)")
      defer { #expect(throws: Never.self) { try database.execute("DROP OWNED BY \(account); DROP ROLE \(account)") } }
      #expect(try copy(database, as: account) == 0)
      try database.execute(
        "ALTER ROLE \(account) CONNECTION LIMIT -1; REVOKE EXECUTE ON FUNCTION pg_catalog.pg_export_snapshot() FROM PUBLIC")
      #expect(try copy(database, as: account) == 0)
      try database.execute("GRANT EXECUTE ON FUNCTION pg_catalog.pg_export_snapshot() TO PUBLIC")
      #expect(try copy(database, as: account) == 1)
    }
  }

  @Test func `is no larger matter when it is small, or in parts`() throws {
    try TenantDatabase.with(.postgreSQL) { database in
      try database.execute("CREATE TABLE t (id integer PRIMARY KEY, n numeric, x text); INSERT INTO t VALUES (1, 1.50, NULL)")
      #expect(try copy(database) == 0)
      try database.execute(
        """
        DROP TABLE t; CREATE TABLE t (id integer PRIMARY KEY, n numeric, x text) PARTITION BY RANGE (id);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (20000); CREATE TABLE t2 PARTITION OF t DEFAULT;
        """ + Self.script.split(separator: ";")[1])
      #expect(try copy(database) == 1)
    }
  }
}
