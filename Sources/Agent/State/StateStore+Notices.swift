import SQLite

/// A notice to a sub-processor, as the state store remembers it.
public struct StoredNotice: Hashable, Sendable {
  /// Its number; the notice is known as `N-3`.
  public let number: Int64
  /// On whose behalf.
  public let tenant: String
  /// To whom.
  public let processor: String
  /// The certificate of what was erased; nil for the end of the contract.
  public let certificate: String?
  /// What the person who asked for it refers to.
  public let reference: String?
  /// When it was made.
  public let madeAt: String
  /// How far it got.
  public let delivery: Delivery

  /// How far a notice got.
  public enum Delivery: String, Hashable, Sendable {
    /// It is to be written.
    case open
    /// Its file is there, and a person delivers it.
    case written
    /// Its file is there, and the program that delivers it has not done so yet.
    case unsent
    /// The program delivered it.
    case sent
  }

  /// The name by which a sub-processor answers.
  public var name: String { "N-\(number)" }
}

/// A sub-processor's word that it followed, as the state store remembers it.
public struct StoredConfirmation: Hashable, Sendable {
  /// On whose behalf.
  public let tenant: String
  /// Whose word.
  public let processor: String
  /// The certificate it is about; nil for everything that was erased before.
  public let certificate: String?
  /// SHA-256 of the evidence.
  public let evidence: String
  /// When it was recorded.
  public let at: String
}

extension StateStore {
  /// Remembers that a notice is to be written, and gives it a number.
  func insertNotice(
    tenant: String, processor: String, certificate: String?, reference: String?, at moment: String
  ) throws -> StoredNotice {
    try atomically {
      let number = try nextNumber("id", in: "notices")
      try speaking { database throws(SQLiteError) in
        _ = try database.run(
          "INSERT INTO notices (id, tenant, processor, certificate, reference, made_at, delivery) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open')",
          [
            .integer(number), .text(tenant), .text(processor), SQLite.Value(certificate), SQLite.Value(reference), .text(moment),
          ])
      }
      return StoredNotice(
        number: number, tenant: tenant, processor: processor, certificate: certificate, reference: reference, madeAt: moment,
        delivery: .open)
    }
  }

  func set(_ delivery: StoredNotice.Delivery, of notice: Int64) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run("UPDATE notices SET delivery = ?2 WHERE id = ?1", [.integer(notice), .text(delivery.rawValue)])
    }
  }

  /// The notices on behalf of a tenant, oldest first.
  public func notices(of tenant: String) throws(AgentError) -> [StoredNotice] {
    try speaking { database throws(SQLiteError) in
      var found: [StoredNotice] = []
      var statement = try database.prepare(
        "SELECT id, tenant, processor, certificate, reference, made_at, delivery FROM notices WHERE tenant = ?1 ORDER BY id",
        [.text(tenant)])
      while let row = try statement.next() {
        found.append(
          StoredNotice(
            number: try row.integer(0), tenant: try row.text(1), processor: try row.text(2), certificate: try row.optionalText(3),
            reference: try row.optionalText(4), madeAt: try row.text(5), delivery: .init(rawValue: try row.text(6)) ?? .open))
      }
      return found
    }
  }

  /// Remembers a sub-processor's word.
  func insert(_ confirmation: StoredConfirmation) throws {
    try atomically {
      let number = try nextNumber("id", in: "confirmations")
      try speaking { database throws(SQLiteError) in
        _ = try database.run(
          "INSERT INTO confirmations (id, tenant, processor, certificate, evidence, confirmed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
          [
            .integer(number), .text(confirmation.tenant), .text(confirmation.processor), SQLite.Value(confirmation.certificate),
            .text(confirmation.evidence), .text(confirmation.at),
          ])
      }
    }
  }

  /// What sub-processors confirmed on behalf of a tenant, oldest first.
  public func confirmations(of tenant: String) throws(AgentError) -> [StoredConfirmation] {
    try speaking { database throws(SQLiteError) in
      var found: [StoredConfirmation] = []
      var statement = try database.prepare(
        "SELECT tenant, processor, certificate, evidence, confirmed_at FROM confirmations WHERE tenant = ?1 ORDER BY id", [.text(tenant)])
      while let row = try statement.next() {
        found.append(
          StoredConfirmation(
            tenant: try row.text(0), processor: try row.text(1), certificate: try row.optionalText(2), evidence: try row.text(3),
            at: try row.text(4)))
      }
      return found
    }
  }
}
