import PostgreSQL

/// Where a server keeps what passed through it, for all its databases together, as far as it can be looked at.
struct PostgreSQLSharedPlaces {
  /// The files of the write-ahead log: their paths, relative to the server's folder, and their sizes in bytes.
  private(set) var segments: [(path: String, size: Int)] = []
  /// The files of the server's own log.
  private(set) var serverLogs: [(path: String, size: Int)] = []
  /// The statements that were collected in this database, one after the other.
  private(set) var statements: [UInt8] = []
  /// Whether something is there that the account may not look at.
  private(set) var lacksRights = false
  /// What is in use, and is not looked at.
  private(set) var unsearched: Set<ResidueFindings.Elsewhere> = []

  /// No places.
  init() {}

  /// What there is now.
  init(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) {
    for place in try PostgreSQLSurroundings(mayForget: false).look(database).keys { unsearched.insert(.init(place)) }
    if try database.text("SHOW wal_compression") != "off" { unsearched.insert(.compressedLog) }
    do {
      segments = try WriteAheadLog.segments(database)
      if let logs = try Self.serverLogs(database) {
        serverLogs = logs
        unsearched.remove(.serverLog)
      }
    } catch  where error.code == .insufficientPrivilege {
      lacksRights = true
    }
    guard let schema = try PostgreSQLSurroundings.statementsSchema(database) else { return }
    unsearched.remove(.statements)
    let result = try database.fetch(
      """
      SELECT query, pg_has_role('pg_read_all_stats', 'USAGE') FROM \(try PostgreSQL.quoted(schema, "pg_stat_statements")) \
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      """)
    for index in 0..<result.count {
      statements += try (result[index].optionalText(0) ?? "").utf8 + [0x0A]
      if try !result[index].bool(1) { lacksRights = true }
    }
  }

  /// Nil where the server writes its log to a place that only the system knows.
  private static func serverLogs(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [(path: String, size: Int)]? {
    let isCollected = try database.text(
      """
      SELECT current_setting('logging_collector')::boolean AND current_setting('log_destination') !~ '(syslog|eventlog)' \
      AND current_setting('log_destination') <> ''
      """)
    guard isCollected == "t" else { return nil }
    let result = try database.fetch("SELECT current_setting('log_directory') || '/' || name, size FROM pg_ls_logdir() ORDER BY name")
    var files: [(path: String, size: Int)] = []
    for index in 0..<result.count { files.append((try result[index].text(0), Int(try result[index].integer(1)))) }
    return files
  }

  /// Calls a function with the pages, in order, of each large object of the database that no row names, as `vacuumlo` finds them: by the
  /// columns of the types `oid` and `lo` (https://www.postgresql.org/docs/15/vacuumlo.html). Nobody reaches such an object by the data any
  /// more. False when the account may not read them.
  static func forEachPageOfUnnamedObjects(
    _ database: borrowing PostgreSQL.Connection, _ body: ([UInt8]) -> Void
  ) throws(PostgreSQLError) -> Bool {
    let columns = try database.fetch(
      """
      SELECT n.nspname, c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
      JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid \
      WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'm', 'p') AND n.nspname !~ '^pg_' \
      AND n.nspname <> 'information_schema' AND (t.oid = 'oid'::regtype OR t.typname = 'lo')
      """)
    var unnamed = "true"
    for index in 0..<columns.count {
      let row = columns[index]
      let (table, column) = (try PostgreSQL.quoted(row.text(0), row.text(1)), try PostgreSQL.quoted(row.text(2)))
      unnamed += " AND NOT EXISTS (SELECT FROM \(table) AS t WHERE t.\(column)::oid = l.loid)"
    }
    do {
      var pages = try database.stream("SELECT l.data FROM pg_largeobject l WHERE \(unnamed) ORDER BY l.loid, l.pageno")
      while let page = try pages.next() { body(try page.bytes(0)) }
      return true
    } catch  where error.code == .insufficientPrivilege {
      return false
    }
  }
}
