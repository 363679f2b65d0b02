import PostgreSQL
import Retention

/// Leaves nothing of erased rows in the files of a PostgreSQL server's tables, as far as it may.
///
/// What is not retrievable from a table must not be so from a materialized view either, so those are computed again at every level.
/// VACUUM alone clears no bytes: tables are written anew, which makes new indexes as well. What a transaction may still
/// see is copied along, so whatever was under way when the erasure ended is waited for first. At last the log is written over.
struct PostgreSQLCleanser {
  let budget: ScrubBudget
  let places: [PostgreSQLCatalog.Place]

  func run(_ level: ErasureLevel, _ database: borrowing PostgreSQL.Connection) throws(StoreError) -> Cleansing {
    var cleansing = Cleansing()
    do {
      try database.execute("SET statement_timeout = \((budget.seconds ?? 0) * 1000)")
    } catch {
      throw .postgreSQL(error)
    }
    cleansing.outcomes[.derived] = try attempt { () throws(PostgreSQLError) in try refresh(database) }
    if level > .logical {
      cleansing.outcomes[.pages] = try attempt { () throws(PostgreSQLError) in try rewrite(database) }
      cleansing.outcomes[.statistics] = try attempt { () throws(PostgreSQLError) in try analyze(database) }
      _ = try attempt { () throws(PostgreSQLError) in
        try database.execute("CHECKPOINT")
        return .notApplicable
      }
      cleansing.outcomes[.journal] = try attempt { () throws(PostgreSQLError) in
        try isSuperuser(database) ? try WriteAheadLog(seconds: budget.seconds).overwrite(database) : .waiting(.log)
      }
    }
    do {
      cleansing.outside = try PostgreSQLSurroundings(mayForget: level > .logical).look(database)
      try database.execute("RESET statement_timeout")
    } catch {
      throw .postgreSQL(error)
    }
    return cleansing
  }

  private func attempt(_ step: () throws(PostgreSQLError) -> Cleansing.Result) throws(StoreError) -> Cleansing.Result {
    do { return try step() } catch {
      guard let obstacle = Cleansing.Obstacle(error) else { throw .postgreSQL(error) }
      return .waiting(obstacle)
    }
  }

  /// A view that is refreshed concurrently keeps what was in it as dead rows; a plain refresh writes it anew.
  private func refresh(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Cleansing.Result {
    let views = try views(database)
    for view in views { try database.execute("REFRESH MATERIALIZED VIEW \(try PostgreSQL.quoted(view.schema, view.name))") }
    return views.isEmpty ? .notApplicable : .done(.recomputed)
  }

  /// The materialized views that read the tables, directly or through other views, in whichever schema; and those of the tables'
  /// schemas, which can read them through a function. One was made after those that it reads, so its oid is higher.
  private func views(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [PostgreSQLCatalog.Place] {
    let found = try database.fetch(
      """
      WITH RECURSIVE place AS (SELECT c.oid FROM unnest($1::text[], $2::text[]) AS p(schema, name) \
      JOIN pg_namespace n ON n.nspname = p.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.name), \
      reading(oid) AS (TABLE place UNION SELECT r.ev_class FROM reading \
      JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = reading.oid AND d.classid = 'pg_rewrite'::regclass \
      JOIN pg_rewrite r ON r.oid = d.objid) \
      SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
      WHERE c.relkind = 'm' AND c.relispopulated AND (c.oid IN (TABLE reading) OR n.nspname = ANY ($1::text[])) ORDER BY c.oid
      """, [.textArray(places.map(\.schema)), .textArray(places.map(\.name))])
    var views: [PostgreSQLCatalog.Place] = []
    for index in 0..<found.count { views.append(PostgreSQLCatalog.Place(schema: try found[index].text(0), name: try found[index].text(1))) }
    return views
  }

  private func rewrite(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Cleansing.Result {
    guard try outlastsOthers(database) else { return .waiting(.snapshot) }
    for place in places {
      let name = try PostgreSQL.quoted(place.schema, place.name)
      // Of a table that it may not vacuum the server only warns.
      let facts = try database.fetch(
        "SELECT pg_has_role(relowner, 'USAGE'), pg_total_relation_size(oid) FROM pg_class WHERE oid = $1::text::regclass", [.text(name)])
      guard facts.count == 1, try facts[0].bool(0) else { return .waiting(.rights) }
      if let bytes = budget.bytes, try facts[0].integer(1) > bytes { return .waiting(.disk) }
      try database.execute("VACUUM (FULL) \(name)")
    }
    // Where the last large object was just unlinked, only its bytes tell that there was one.
    guard try database.integer("SELECT pg_relation_size('pg_largeobject')") > 0 else { return .done(.rewritten) }
    guard try isSuperuser(database) else { return .waiting(.rights) }
    try database.execute("VACUUM (FULL) pg_largeobject")
    return .done(.rewritten)
  }

  /// Samples of tables and materialized views stay in the catalog's tables as dead rows until these are written anew. ANALYZE leaves those
  /// of a table that is empty by now, or of a column that is not sampled any more, so they are taken out first.
  private func analyze(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Cleansing.Result {
    let sampled = try places + views(database)
    let isSuperuser = try isSuperuser(database)
    do {
      try database.transaction {
        if isSuperuser { try forget(sampled, database) }
        for place in sampled { try database.execute("ANALYZE \(try PostgreSQL.quoted(place.schema, place.name))") }
      }
    } catch let error as PostgreSQLError {
      throw error
    } catch {
      preconditionFailure("statements have no other errors")
    }
    guard isSuperuser else { return .waiting(.rights) }
    guard try outlastsOthers(database) else { return .waiting(.snapshot) }
    try database.execute("VACUUM (FULL) pg_statistic")
    try database.execute("VACUUM (FULL) pg_statistic_ext_data")
    return .done(.recomputed)
  }

  /// Removes the samples of tables and views, of their partitions, and of the expressions in their indexes.
  private func forget(_ sampled: [PostgreSQLCatalog.Place], _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) {
    try database.run(
      """
      WITH place AS (SELECT c.oid FROM unnest($1::text[], $2::text[]) AS p(schema, name) \
      JOIN pg_namespace n ON n.nspname = p.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.name), \
      part AS (SELECT oid FROM place UNION SELECT relid FROM place, pg_partition_tree(place.oid)), \
      plain AS (DELETE FROM pg_statistic WHERE starelid IN (TABLE part UNION SELECT indexrelid FROM pg_index JOIN part ON part.oid = indrelid)) \
      DELETE FROM pg_statistic_ext_data WHERE stxoid IN (SELECT e.oid FROM pg_statistic_ext e JOIN part ON part.oid = e.stxrelid)
      """, [.textArray(sampled.map(\.schema)), .textArray(sampled.map(\.name))])
  }

  /// How long others' transactions are waited for, in seconds, where the budget does not say less.
  private static let patience = 30

  /// Waits until nobody may see any more what is dead by now: VACUUM FULL would copy it. False when somebody still may.
  ///
  /// A transaction that writes holds back every database of its server, because the snapshot of VACUUM FULL itself reaches back to it.
  /// One that only reads holds back its own.
  private func outlastsOthers(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Bool {
    let next = try database.integer("SELECT txid_snapshot_xmax(txid_current_snapshot())")
    for _ in 0..<min(budget.seconds ?? Self.patience, Self.patience) * 20 {
      if try !isHeldBack(before: next, database) { return true }
      _ = try database.fetch("SELECT pg_sleep(0.05)")
    }
    return try !isHeldBack(before: next, database)
  }

  /// Whether a transaction or a snapshot is left that began before a transaction number was given out.
  private func isHeldBack(before next: Int64, _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Bool {
    let count = try database.integer(
      """
      WITH since AS (SELECT age(($1 % 4294967296)::text::xid) AS age) \
      SELECT (txid_snapshot_xmin(txid_current_snapshot()) < $1)::integer \
      + (SELECT count(*) FROM pg_replication_slots, since WHERE greatest(age(xmin), age(catalog_xmin)) > since.age) \
      + (SELECT count(*) FROM pg_stat_activity, since WHERE pid <> pg_backend_pid() AND age(backend_xmin) > since.age \
      AND (datid = (SELECT oid FROM pg_database WHERE datname = current_database()) OR backend_type = 'walsender'))
      """, [.integer(next)])
    return count > 0
  }

  private func isSuperuser(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Bool {
    try database.text("SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user") == "true"
  }
}
