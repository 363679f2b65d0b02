import PostgreSQL
import Retention

extension PostgreSQLStore {
  /// How many rows a partition has at most that is dropped: their keys are held in memory, and nobody reads the table meanwhile.
  private static let rowsAtMost = 1_000_000

  /// The partitions of which every row falls under the step, and to which no row of today can come: ranges that are over. The
  /// default partition and those that are cut again are emptied row by row.
  func wholePartitions(of step: Step) throws(StoreError) -> [Stretch] {
    let found = try speaking { [relation = try dialect.relation(of: step.table.table.name)] database throws(PostgreSQLError) in
      let result = try database.fetch(
        """
        SELECT n.nspname, c.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid \
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        WHERE i.inhparent = $1::regclass AND c.relkind = 'r' AND pg_catalog.pg_has_role(c.relowner, 'USAGE') \
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) \
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits heir WHERE heir.inhparent = c.oid) \
        AND substring(pg_catalog.pg_get_expr(c.relpartbound, c.oid) FROM 'TO \\(''([^'']+)''\\)$')::timestamptz <= now() ORDER BY 1, 2
        """, [.text(relation)])
      var places: [PostgreSQLCatalog.Place] = []
      for index in 0..<result.count {
        places.append(PostgreSQLCatalog.Place(schema: try result[index].text(0), name: try result[index].text(1)))
      }
      return places
    }
    var whole: [Stretch] = []
    for place in found {
      var renderer = ConditionRenderer(dialect: dialect)
      let condition = try renderer.sql(step.condition, on: step.table.table.name)
      let sql = """
        SELECT CASE WHEN count(*) = count(*) FILTER (WHERE \(condition)) AND count(*) <= \(Self.rowsAtMost) THEN count(*) ELSE 0 END \
        FROM ONLY \(try name(of: place)) AS t0
        """
      let rows = try speaking { database throws(PostgreSQLError) in
        Int(try database.integer(sql, renderer.constants.map(PostgreSQL.Value.init)))
      }
      if rows > 0 { whole.append(Stretch(positions: 0...0, rows: rows, partition: place)) }
    }
    return whole
  }

  /// Drops a partition with its rows, if all of them still fall under the step. Nobody else sees the table while its keys are
  /// read and `beforeCommit` keeps them. What cannot be dropped is left as it is: its rows go like those of any other.
  func drop(
    _ partition: PostgreSQLCatalog.Place, _ step: Step, capturing parts: [RowPart], _ beforeCommit: (ChangedRows) throws -> Void
  ) throws -> Duration {
    let (table, place) = (step.table.table.name, try name(of: partition))
    let parent = try dialect.relation(of: table)
    var renderer = ConditionRenderer(dialect: dialect)
    let condition = try renderer.sql(step.condition, on: table)
    var given = try renderer.key(of: step.table).map { "t0.\($0)::text" }
    given += try texts(of: parts, in: step.table)
    let keys = "SELECT \(given.joined(separator: ", ")) FROM ONLY \(place) AS t0 WHERE \(condition)"
    let values = renderer.constants.map(PostgreSQL.Value.init)
    let clock = ContinuousClock()
    var start = clock.now
    var count = PartitionCount()
    var isTold = false
    do {
      try database.transaction(.readCommitted, isReadOnly: access == .readOnly) {
        let rows = try speaking { database throws(PostgreSQLError) -> ChangedRows? in
          // Whoever waits for the table waits behind this: rather not for long.
          try database.run("SET LOCAL lock_timeout = '1s'")
          try database.run("LOCK TABLE ONLY \(parent) IN ACCESS EXCLUSIVE MODE")
          start = clock.now
          try database.run("LOCK TABLE ONLY \(place) IN ACCESS EXCLUSIVE MODE")
          let all = try database.integer("SELECT count(*) FROM ONLY \(place)")
          guard 1...Self.rowsAtMost ~= Int(all) else { return ChangedRows(width: step.table.key.count) }
          guard let rows = try ChangedRows(changedBy: keys, values, width: step.table.key.count, on: database) else { return nil }
          guard rows.keys.count == all else { return ChangedRows(width: step.table.key.count) }
          try database.run("ALTER TABLE \(parent) DETACH PARTITION \(place)")
          try database.run("DROP TABLE \(place)")
          return rows
        }
        guard let rows else { throw StoreError.unnameableRow(table: table) }
        guard rows.keys.count > 0 else { return }
        isTold = true
        try beforeCommit(rows)
        count.dropped = 1
      }
    } catch let error as StoreError where error.keepsPartition && !isTold {
      count.kept = 1
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
    partitions[table, default: PartitionCount()].dropped += count.dropped
    partitions[table, default: PartitionCount()].kept += count.kept
    return clock.now - start
  }

  private func name(of place: PostgreSQLCatalog.Place) throws(StoreError) -> String {
    try "\(dialect.quoted(place.schema)).\(dialect.quoted(place.name))"
  }
}

extension StoreError {
  /// Whether something else uses a partition, is made of it, or owns it.
  fileprivate var keepsPartition: Bool {
    guard case .postgreSQL(let error) = self else { return false }
    switch error.code {
    case .lockNotAvailable?, .insufficientPrivilege?, .dependentObjectsStillExist?, .objectInUse?: return true
    default: return false
    }
  }
}
