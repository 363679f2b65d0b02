public import Retention
import SQLite

/// A hold as the state store remembers it.
public struct StoredHold: Hashable, Sendable {
  /// Its name.
  public let id: String
  /// Whose data it covers.
  public let tenant: String
  /// The table it covers; nil is all of the data.
  public let table: String?
  /// The kind of identifier that the person was named by whose rows it covers; nil is everyone's.
  public let identifier: String?
  /// That person, sealed.
  public let seal: SealedSubject?
  /// Its last day; nil until it is released.
  public let until: CivilDate?
  /// Why, in the words of the person who placed it.
  public let reason: String
  /// The law that asks for it, as `nl/awr-52` or an article.
  public let law: String?
  /// The clause that asks for it.
  public let clause: String?
  /// Whom the duty behind it binds.
  public let binds: BoundParty
  /// When it was placed.
  public let placedAt: String
  /// How it was released; nil while it lasts.
  public let release: Release?

  /// How a hold ended.
  public struct Release: Hashable, Sendable {
    /// When.
    public let at: String
    /// In which role.
    public let by: String?
    /// Why.
    public let reason: String?

    /// A release at a moment, by somebody for a reason.
    public init(at moment: String, by role: String?, reason: String?) {
      self.at = moment
      self.by = role
      self.reason = reason
    }
  }
}

extension StateStore {
  /// Places a hold.
  func place(_ hold: StoredHold) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        """
        INSERT INTO holds (id, tenant, table_name, reason, until_day, placed_at, identifier, sealed, key_name, law, clause, binds) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """,
        [
          .text(hold.id), .text(hold.tenant), SQLite.Value(hold.table), .text(hold.reason), SQLite.Value(hold.until?.description),
          .text(hold.placedAt), SQLite.Value(hold.identifier), hold.seal.map { .blob($0.bytes) } ?? .null, SQLite.Value(hold.seal?.keyName),
          SQLite.Value(hold.law), SQLite.Value(hold.clause), .text(hold.binds.rawValue),
        ])
    }
  }

  /// Releases a hold that lasts, and forgets whom it was about.
  func release(hold id: String, _ release: StoredHold.Release) throws(AgentError) {
    let changed = try speaking { database throws(SQLiteError) in
      try database.run(
        """
        UPDATE holds SET released_at = ?2, released_by = ?3, release_reason = ?4, sealed = NULL WHERE id = ?1 AND released_at IS NULL
        """, [.text(id), .text(release.at), SQLite.Value(release.by), SQLite.Value(release.reason)])
    }
    guard changed == 1 else { throw .noHold(id) }
  }

  /// The holds on a tenant's data, released ones included; on all tenants' when none is named.
  public func holds(on tenant: String?) throws(AgentError) -> [StoredHold] {
    var rows: [(hold: (CivilDate?) -> StoredHold, id: String, until: String?, isKnown: Bool)] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        """
        SELECT id, tenant, table_name, reason, until_day, placed_at, released_at, identifier, sealed, key_name, law, clause, binds, \
        released_by, release_reason FROM holds WHERE ?1 IS NULL OR tenant = ?1 ORDER BY placed_at, id
        """, [SQLite.Value(tenant)]
      )
      while let row = try statement.next() {
        let (id, tenant, table, reason) = (try row.text(0), try row.text(1), try row.optionalText(2), try row.text(3))
        let (placedAt, identifier, binds) = (try row.text(5), try row.optionalText(7), BoundParty(rawValue: try row.text(12)))
        var seal: SealedSubject?
        if case .blob(let bytes) = row.value(8), let name = try row.optionalText(9) { seal = SealedSubject(bytes: bytes, keyName: name) }
        let (by, why) = (try row.optionalText(13), try row.optionalText(14))
        let release = try row.optionalText(6).map { StoredHold.Release(at: $0, by: by, reason: why) }
        let (law, clause) = (try row.optionalText(10), try row.optionalText(11))
        let found = seal
        rows.append(
          (
            { until in
              StoredHold(
                id: id, tenant: tenant, table: table, identifier: identifier, seal: found, until: until, reason: reason, law: law,
                clause: clause, binds: binds ?? .processor, placedAt: placedAt, release: release)
            }, id, try row.optionalText(4), binds != nil && (release != nil || (identifier == nil) == (found == nil))
          ))
      }
    }
    var holds: [StoredHold] = []
    for row in rows {
      let until = row.until.flatMap { CivilDate($0) }
      // A hold whose end or extent cannot be read must not end early, or protect less, by mistake.
      guard row.isKnown, (until == nil) == (row.until == nil) else { throw .stateContent(what: "hold \(row.id)") }
      holds.append(row.hold(until))
    }
    return holds
  }
}
