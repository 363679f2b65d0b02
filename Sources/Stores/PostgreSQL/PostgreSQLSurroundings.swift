import PostgreSQL

/// Where a server keeps what passed through it, beside the tables' files.
struct PostgreSQLSurroundings {
  /// Whether what was collected about this database may be forgotten.
  let mayForget: Bool

  /// What is in use, and whether this database's part in it is gone. Every account may ask this.
  func look(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [OutsidePlace: Bool] {
    let facts = try database.fetch(
      """
      SELECT current_setting('archive_mode') <> 'off', \
      (SELECT count(*) FROM pg_stat_replication) + (SELECT count(*) FROM pg_replication_slots) > 0, \
      current_setting('log_statement') <> 'none' OR current_setting('log_min_duration_statement') <> '-1' \
      OR current_setting('log_min_error_statement') NOT IN ('fatal', 'panic'), \
      current_setting('pg_stat_statements.track', true) IS NOT NULL
      """)
    var found: [OutsidePlace: Bool] = [:]
    for (column, place) in [OutsidePlace.archive, .standbys, .serverLog].enumerated() where try facts[0].bool(column) {
      found[place] = false
    }
    if try facts[0].bool(3) { found[.statements] = mayForget ? try forgetStatements(database) : false }
    return found
  }

  /// Forgets the statements of this database, where its extension and the account's rights are there; says whether it did.
  private func forgetStatements(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Bool {
    guard let schema = try Self.statementsSchema(database) else { return false }
    let name = try PostgreSQL.quoted(schema, "pg_stat_statements_reset")
    do {
      // 0 stands for every account and every statement (https://www.postgresql.org/docs/15/pgstatstatements.html).
      _ = try database.run("SELECT \(name)(0::oid, (SELECT oid FROM pg_database WHERE datname = current_database()), 0::bigint)")
      return true
    } catch  where error.code == .insufficientPrivilege || error.code == .undefinedFunction {
      return false
    }
  }

  /// The schema of the extension that collects statements; nil where this database has none.
  static func statementsSchema(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> String? {
    try database.text(
      "SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'")
  }
}
