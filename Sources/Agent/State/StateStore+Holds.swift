public import Retention
import SQLite

/// A hold as the state store remembers it.
public struct StoredHold: Hashable, Sendable {
  /// What it forbids.
  public let hold: Hold
  /// Whose data it covers.
  public let tenant: String
  /// Why, in the words of the person who placed it.
  public let reason: String
  /// When it was placed.
  public let placedAt: String
  /// When it was released; nil while it lasts.
  public let releasedAt: String?
}

extension StateStore {
  /// Places a hold.
  public func place(_ hold: StoredHold) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO holds (id, tenant, table_name, reason, until_day, placed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [
          .text(hold.hold.id), .text(hold.tenant), SQLite.Value(hold.hold.table), .text(hold.reason),
          SQLite.Value(hold.hold.until?.description), .text(hold.placedAt),
        ])
    }
  }

  /// Releases a hold that lasts.
  public func release(hold id: String, at moment: String) throws(AgentError) {
    let changed = try speaking { database throws(SQLiteError) in
      try database.run("UPDATE holds SET released_at = ?2 WHERE id = ?1 AND released_at IS NULL", [.text(id), .text(moment)])
    }
    guard changed == 1 else { throw .noHold(id) }
  }

  /// The holds on a tenant's data, released ones included; on all tenants' when none is named.
  public func holds(on tenant: String?) throws(AgentError) -> [StoredHold] {
    var rows: [(id: String, tenant: String, table: String?, reason: String, until: String?, placed: String, released: String?)] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        """
        SELECT id, tenant, table_name, reason, until_day, placed_at, released_at FROM holds \
        WHERE ?1 IS NULL OR tenant = ?1 ORDER BY placed_at, id
        """, [SQLite.Value(tenant)]
      )
      while let row = try statement.next() {
        rows.append(
          (
            try row.text(0), try row.text(1), try row.optionalText(2), try row.text(3), try row.optionalText(4), try row.text(5),
            try row.optionalText(6)
          ))
      }
    }
    var holds: [StoredHold] = []
    for row in rows {
      let until = row.until.flatMap { CivilDate($0) }
      // A hold whose end cannot be read must not end early by mistake.
      guard (until == nil) == (row.until == nil) else { throw .stateContent(what: "hold \(row.id)") }
      holds.append(
        StoredHold(
          hold: Hold(id: row.id, table: row.table, until: until), tenant: row.tenant, reason: row.reason, placedAt: row.placed,
          releasedAt: row.released))
    }
    return holds
  }

  /// The holds on a tenant's data that nobody has released.
  public func openHolds(on tenant: String) throws(AgentError) -> [Hold] {
    try holds(on: tenant).filter { $0.releasedAt == nil }.map(\.hold)
  }
}
