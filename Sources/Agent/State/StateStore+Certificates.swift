public import Evidence
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
  /// The certificate that it follows; nil for a first one.
  public let follows: String?

  /// The document that was signed.
  public func document() throws(EvidenceError) -> Certificate { try Certificate(canonical: CompactJWS(parsing: jws).payload) }
}

extension StateStore {
  func insert(_ certificate: StoredCertificate) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO certificates (id, tenant, run_id, issued_at, jws, leaf_index, follows) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        [
          .text(certificate.id), .text(certificate.tenant), .integer(certificate.run), .text(certificate.issuedAt), .text(certificate.jws),
          .integer(certificate.leafIndex), SQLite.Value(certificate.follows),
        ])
    }
  }

  func setReleased(_ id: String, at moment: String) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run("UPDATE certificates SET released_at = ?2 WHERE id = ?1", [.text(id), .text(moment)])
    }
  }

  /// Says that nothing about copies is open any more.
  func settle(_ id: String, at moment: String) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run("UPDATE certificates SET settled_at = ?2 WHERE id = ?1", [.text(id), .text(moment)])
    }
  }

  /// The certificates of a tenant, oldest first; of all tenants when none is named.
  public func certificates(of tenant: String?) throws(AgentError) -> [StoredCertificate] {
    try certificates(where: "?1 IS NULL OR tenant = ?1", [SQLite.Value(tenant)])
  }

  /// The certificates of a tenant of which backups or sub-processors are still open, oldest first.
  func unsettledCertificates(of tenant: String) throws(AgentError) -> [StoredCertificate] {
    try certificates(where: "tenant = ?1 AND settled_at IS NULL AND released_at IS NOT NULL", [.text(tenant)])
  }

  /// The certificates that follow one, oldest first.
  public func followers(of id: String) throws(AgentError) -> [StoredCertificate] {
    try certificates(where: "follows = ?1", [.text(id)])
  }

  private func certificates(where condition: String, _ values: [SQLite.Value]) throws(AgentError) -> [StoredCertificate] {
    try speaking { database throws(SQLiteError) in
      var certificates: [StoredCertificate] = []
      var statement = try database.prepare(
        """
        SELECT id, tenant, run_id, issued_at, jws, leaf_index, released_at, follows FROM certificates \
        WHERE \(condition) ORDER BY leaf_index
        """, values)
      while let row = try statement.next() {
        certificates.append(
          StoredCertificate(
            id: try row.text(0), tenant: try row.text(1), run: try row.integer(2), issuedAt: try row.text(3), jws: try row.text(4),
            leafIndex: try row.integer(5), releasedAt: try row.optionalText(6), follows: try row.optionalText(7)))
      }
      return certificates
    }
  }

  /// The certificate with a name.
  public func certificate(_ id: String) throws(AgentError) -> StoredCertificate {
    guard let found = try certificates(where: "id = ?1", [.text(id)]).first else { throw .noCertificate(id) }
    return found
  }
}
