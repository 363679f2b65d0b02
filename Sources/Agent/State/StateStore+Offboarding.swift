import SQLite

/// Something that was done or found at the end of a contract, as the state store remembers it. Nothing is ever changed or removed.
struct OffboardingEvent: Hashable, Sendable {
  /// What it was.
  let kind: Kind
  /// When it was recorded.
  let at: String
  /// What is known about it, as JSON.
  let facts: String

  /// What can happen at the end of a contract.
  enum Kind: String, Hashable, Sendable {
    case announced, chosen, stopped, returned, delivered, received, reminded
    /// A return is complete, and about to stand under its name.
    case returning
    /// A trial file was written for a key, and what was in it was reported back.
    case tried, proven
    /// The destruction of what was returned begins.
    case destroying
    /// The data was no longer what had been returned.
    case changed
    /// No record about anybody was left.
    case emptied
    /// Records were found where none had been left.
    case found
    case closed
    /// A key is about to be made, and what a duty keeps written to an archive of its own.
    case sealing
    /// It was written, and compared with the source.
    case sealed
    /// Its removal from the live database begins.
    case removing
    /// Somebody opened the archive.
    case opened
    /// The archive was destroyed with its key.
    case unsealed
  }
}

extension StateStore {
  func append(_ event: OffboardingEvent, of tenant: String) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      // One statement, so that it can be part of a transaction or stand alone.
      _ = try database.run(
        """
        INSERT INTO offboardings (number, tenant, kind, recorded_at, facts) \
        SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4 FROM offboardings
        """, [.text(tenant), .text(event.kind.rawValue), .text(event.at), .text(event.facts)])
    }
  }

  /// What was recorded about the end of a tenant's contract, oldest first.
  func offboarding(of tenant: String) throws(AgentError) -> [OffboardingEvent] {
    try offboardings(where: "tenant = ?1", [.text(tenant)]).map(\.event)
  }

  /// What was announced or sealed of each tenant, by its name, oldest first: what decides how the tenant is looked upon.
  func standing() throws(AgentError) -> [String: [OffboardingEvent]] {
    let found = try offboardings(where: "kind IN ('announced', 'sealed', 'removing', 'unsealed')", [])
    return Dictionary(grouping: found, by: \.tenant).mapValues { $0.map(\.event) }
  }

  private func offboardings(
    where condition: String, _ values: [SQLite.Value]
  ) throws(AgentError) -> [(tenant: String, event: OffboardingEvent)] {
    var rows: [(tenant: String, kind: String, at: String, facts: String)] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        "SELECT tenant, kind, recorded_at, facts FROM offboardings WHERE \(condition) ORDER BY number", values)
      while let row = try statement.next() {
        rows.append((try row.text(0), try row.text(1), try row.text(2), try row.text(3)))
      }
    }
    var found: [(tenant: String, event: OffboardingEvent)] = []
    for row in rows {
      guard let kind = OffboardingEvent.Kind(rawValue: row.kind) else { throw .stateContent(what: "the end of \(row.tenant)'s contract") }
      found.append((row.tenant, OffboardingEvent(kind: kind, at: row.at, facts: row.facts)))
    }
    return found
  }
}
