import PostgreSQL
import Retention

/// Another session of the same account, in which the database is as in the first one's snapshot. It hashes a table while the first one
/// copies it: of one session the server works on one processor only.
struct SessionBeside: ~Copyable {
  private let connection: PostgreSQL.Connection
  private let source: String

  init(_ connection: consuming PostgreSQL.Connection, hashing source: String) {
    self.connection = connection
    self.source = source
  }

  /// The sum of all rows' hashes, computed while `body` runs; nil when this session failed meanwhile, which is no harm.
  borrowing func hash(of layout: CopyLayout, meanwhile body: () throws -> Void) throws -> UInt64? {
    var isDone = false
    do {
      var answer = try connection.ask("SELECT \(PostgreSQLStore.hashes(layout)) FROM \(source) AS t0")
      do { try body() } catch { throw Meanwhile(error: error) }
      isDone = true
      let result = try answer.take()
      return UInt64(try result[0].text(0))
    } catch is PostgreSQLError {
      if !isDone { try body() }
      return nil
    } catch let meanwhile as Meanwhile {
      throw meanwhile.error
    }
  }

  /// An error of the body, which is not this session's.
  private struct Meanwhile: Error { let error: any Error }
}

extension PostgreSQLStore {
  /// Below this size a table is hashed sooner than another session is made.
  private static let worthwhile = 8 << 20

  /// A session beside this one for a whole table that is worth it; nil where none can be had: the account may have no other connection,
  /// may not let its snapshot be used, or no snapshot stands.
  func sessionBeside(for selection: CopySelection) throws(StoreError) -> SessionBeside? {
    guard selection.condition == .constant(true), let place = catalog.places[selection.layout.table] else { return nil }
    let source = try dialect.name(of: selection.layout.table)
    let snapshot = try speaking { database throws(PostgreSQLError) -> String? in
      // A statement that fails would end the snapshot, so each is asked for only when it will not.
      let isPossible = try database.integer(
        """
        SELECT (current_setting('transaction_isolation') = 'repeatable read' AND NOT pg_is_in_recovery() \
        AND has_function_privilege('pg_export_snapshot()', 'EXECUTE') AND \(Self.worthwhile) <= coalesce( \
        (SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(c.oid)), pg_relation_size(c.oid)))::int \
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2
        """, [.text(place.schema), .text(place.name)])
      return isPossible == 1 && database.isInTransaction ? try database.text("SELECT pg_export_snapshot()") : nil
    }
    guard let snapshot else { return nil }
    do {
      let connection = try PostgreSQL.Connection(url: another.url, options: another.options)
      try connection.execute(
        """
        SET jit = off; SET statement_timeout = 0; SET max_parallel_workers_per_gather = 0;
        BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        """)
      try connection.execute("SET TRANSACTION SNAPSHOT '\(snapshot)'")
      return SessionBeside(connection, hashing: source)
    } catch {
      return nil
    }
  }
}
