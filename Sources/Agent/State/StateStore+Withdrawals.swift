import SQLite

/// The statement that a certificate no longer counts, as the state store remembers it.
public struct StoredWithdrawal: Hashable, Sendable {
  /// The certificate.
  public let certificate: String
  /// Why.
  public let reason: String
  /// Since when.
  public let at: String
  /// The signed statement.
  public let jws: String
  /// Its place in the log.
  public let leafIndex: Int64
}

extension StateStore {
  func insert(_ withdrawal: StoredWithdrawal) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO withdrawals (certificate, reason, withdrawn_at, jws, leaf_index) VALUES (?1, ?2, ?3, ?4, ?5)",
        [
          .text(withdrawal.certificate), .text(withdrawal.reason), .text(withdrawal.at), .text(withdrawal.jws),
          .integer(withdrawal.leafIndex),
        ])
    }
  }

  func setPublished(withdrawalOf certificate: String, at moment: String) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run("UPDATE withdrawals SET published_at = ?2 WHERE certificate = ?1", [.text(certificate), .text(moment)])
    }
  }

  /// The withdrawal of a certificate; nil while it counts.
  public func withdrawal(of certificate: String) throws(AgentError) -> StoredWithdrawal? {
    try withdrawals(where: "certificate = ?1", [.text(certificate)]).first
  }

  /// The withdrawals that were, or were not yet, written beside their certificates.
  func withdrawals(published: Bool) throws(AgentError) -> [StoredWithdrawal] {
    try withdrawals(where: published ? "published_at IS NOT NULL" : "published_at IS NULL", [])
  }

  private func withdrawals(where condition: String, _ values: [SQLite.Value]) throws(AgentError) -> [StoredWithdrawal] {
    try speaking { database throws(SQLiteError) in
      var found: [StoredWithdrawal] = []
      var statement = try database.prepare(
        "SELECT certificate, reason, withdrawn_at, jws, leaf_index FROM withdrawals WHERE \(condition) ORDER BY leaf_index", values)
      while let row = try statement.next() {
        found.append(
          StoredWithdrawal(
            certificate: try row.text(0), reason: try row.text(1), at: try row.text(2), jws: try row.text(3),
            leafIndex: try row.integer(4)))
      }
      return found
    }
  }
}
