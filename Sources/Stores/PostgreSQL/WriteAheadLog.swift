import PostgreSQL

/// The write-ahead log of a server, which keeps what passed through it: whole pages from before a change, and the rows of every insert.
/// All databases of the server share it.
///
/// A segment that recovery needs no more is removed, or gets the name of a coming one and keeps what is in it until it is written
/// over. So segments are ended early, one after the other, until every file holds only what came after the erasure.
/// Source: PostgreSQL 15, chapter 30.5, and src/include/access/xlog_internal.h.
struct WriteAheadLog {
  /// How long it may take; nil is no limit.
  let seconds: Int?

  /// Writes over everything that is in the log now. Needs a superuser. What is archived, or kept for standbys, is left alone, and the
  /// log with it: it would only grow.
  func overwrite(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Cleansing.Result {
    guard try !isKept(database) else { return .waiting(.log) }
    let horizon = try database.integer("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
    let began = ContinuousClock.now
    // Every file is written over once; others write at the same time.
    let rounds = try Self.segments(database).count * 2 + 8
    for _ in 0..<rounds {
      let mayRemain = try holds(before: horizon, database)
      // What remains of a segment that is ended is filled with zeros. The one that is written now has a new beginning, but perhaps an
      // old end.
      try endSegment(database)
      if !mayRemain { return .done(.overwritten) }
      if let seconds, ContinuousClock.now - began > .seconds(seconds) { return .waiting(.time) }
      // Gives up the segments before it.
      try database.execute("CHECKPOINT")
    }
    return .waiting(.log)
  }

  /// Its files: their paths, relative to the server's folder, and their sizes in bytes.
  static func segments(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [(path: String, size: Int)] {
    let files = try database.fetch(
      "SELECT 'pg_wal/' || name, size FROM pg_ls_waldir() WHERE name !~ '\\.(history|backup)$' ORDER BY name")
    var found: [(path: String, size: Int)] = []
    for index in 0..<files.count { found.append((try files[index].text(0), Int(try files[index].integer(1)))) }
    return found
  }

  private func isKept(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Bool {
    try database.integer(
      """
      SELECT (current_setting('archive_mode') <> 'off' OR coalesce(current_setting('wal_keep_size', true), '0') <> '0')::integer \
      + (SELECT count(*) FROM pg_replication_slots WHERE restart_lsn IS NOT NULL) + (SELECT count(*) FROM pg_stat_replication)
      """) > 0
  }

  private func holds(before horizon: Int64, _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Bool {
    for segment in try Self.segments(database) where try begins(segment.path, before: horizon, database) { return true }
    return false
  }

  /// Whether what a file holds was written before a position of the log. One that nothing was ever written to holds zeros.
  private func begins(_ path: String, before horizon: Int64, _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Bool {
    // A page begins with 0xD1xx, flags and timeline (8 bytes) and its own position in the log (8 bytes), on nearly every processor
    // with the lowest byte first.
    let header = try database.fetch("SELECT pg_read_binary_file($1, 0, 16, true)", [.text(path)])
    guard header.count == 1, !header[0].isNull(0) else { return false }
    let bytes = try header[0].bytes(0)
    if bytes.count == 16, bytes.allSatisfy({ $0 == 0 }) { return false }
    guard bytes.count == 16, bytes[1] == 0xD1 else { return true }
    return bytes[8...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } < UInt64(horizon)
  }

  private func endSegment(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) {
    // A segment in which nothing stands is not ended.
    _ = try database.fetch("SELECT pg_logical_emit_message(false, 'wis', '')")
    _ = try database.fetch("SELECT pg_switch_wal()")
  }
}
