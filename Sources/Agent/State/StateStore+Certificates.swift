import SQLite

/// A certificate as the state store remembers it.
public struct StoredCertificate: Hashable, Sendable {
  /// Its name.
  public let id: String
  /// Whose data it is about.
  public let tenant: String
  /// The run that led to it.
  public let run: Int64
  /// When it was signed.
  public let issuedAt: String
  /// The signed document.
  public let jws: String
  /// Its place in the log.
  public let leafIndex: Int64
  /// When its bundle was written; nil before.
  public let releasedAt: String?
}

extension StateStore {
  func insert(_ certificate: StoredCertificate) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO certificates (id, tenant, run_id, issued_at, jws, leaf_index) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [
          .text(certificate.id), .text(certificate.tenant), .integer(certificate.run), .text(certificate.issuedAt), .text(certificate.jws),
          .integer(certificate.leafIndex),
        ])
    }
  }

  func setReleased(_ id: String, at moment: String) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run("UPDATE certificates SET released_at = ?2 WHERE id = ?1", [.text(id), .text(moment)])
    }
  }

  /// The certificates of a tenant, oldest first; of all tenants when none is named.
  public func certificates(of tenant: String?) throws(AgentError) -> [StoredCertificate] {
    try speaking { database throws(SQLiteError) in
      var certificates: [StoredCertificate] = []
      var statement = try database.prepare(
        """
        SELECT id, tenant, run_id, issued_at, jws, leaf_index, released_at FROM certificates \
        WHERE ?1 IS NULL OR tenant = ?1 ORDER BY leaf_index
        """, [SQLite.Value(tenant)])
      while let row = try statement.next() {
        certificates.append(
          StoredCertificate(
            id: try row.text(0), tenant: try row.text(1), run: try row.integer(2), issuedAt: try row.text(3), jws: try row.text(4),
            leafIndex: try row.integer(5), releasedAt: try row.optionalText(6)))
      }
      return certificates
    }
  }

  /// The certificate with a name.
  public func certificate(_ id: String) throws(AgentError) -> StoredCertificate {
    guard let found = try certificates(of: nil).first(where: { $0.id == id }) else { throw .noCertificate(id) }
    return found
  }
}
