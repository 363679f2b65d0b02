import SQLite

/// What the last run found about a tenant.
public struct TenantStatus: Hashable, Sendable {
  /// The tenant.
  public let tenant: String
  /// When the run was.
  public let lastRunAt: String
  /// What came of it, in one word.
  public let result: String
  /// The digests of the policies under which something was erased or nothing was due; nil before.
  public let policy: String?
  /// The clock of the oldest record that was due and is still there.
  public let oldestDue: String?
  /// Records by disposition, as JSON.
  public let counts: String
}

extension StateStore {
  /// Remembers what a run found.
  public func set(_ status: TenantStatus) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        """
        INSERT INTO tenants (id, last_run_at, result, policy, oldest_due, counts) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
        ON CONFLICT (id) DO UPDATE SET last_run_at = excluded.last_run_at, result = excluded.result, policy = excluded.policy, \
        oldest_due = excluded.oldest_due, counts = excluded.counts
        """,
        [
          .text(status.tenant), .text(status.lastRunAt), .text(status.result), SQLite.Value(status.policy), SQLite.Value(status.oldestDue),
          .text(status.counts),
        ])
    }
  }

  /// What the last run found about a tenant; nil when there was none.
  public func status(of tenant: String) throws(AgentError) -> TenantStatus? {
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        "SELECT id, last_run_at, result, policy, oldest_due, counts FROM tenants WHERE id = ?1", [.text(tenant)])
      guard let row = try statement.next() else { return nil }
      return TenantStatus(
        tenant: try row.text(0), lastRunAt: try row.text(1), result: try row.text(2), policy: try row.optionalText(3),
        oldestDue: try row.optionalText(4), counts: try row.text(5))
    }
  }

  /// The tenants that a run has looked after, in order, with the moment of the last one.
  public func knownTenants() throws(AgentError) -> [(id: String, lastRunAt: String)] {
    try speaking { database throws(SQLiteError) in
      var known: [(id: String, lastRunAt: String)] = []
      var statement = try database.prepare("SELECT id, last_run_at FROM tenants ORDER BY id")
      while let row = try statement.next() { known.append((try row.text(0), try row.text(1))) }
      return known
    }
  }

  /// Forgets what runs found about a tenant, and remembers who said so and why. Its plans and certificates stay.
  func forget(_ tenant: String, because reason: String, by account: String, at moment: String) throws {
    try atomically {
      let removed = try speaking { database throws(SQLiteError) in
        try database.run("DELETE FROM tenants WHERE id = ?1", [.text(tenant)])
      }
      guard removed == 1 else { throw AgentError.unknownTenant(tenant, known: try knownTenants().map(\.id)) }
      try remember("\(moment) \(account): \(reason)", as: "forgotten \(tenant)")
    }
  }
}
