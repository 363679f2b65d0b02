public import Retention
import SQLite

/// A plan as the state store remembers it.
public struct StoredPlan: Hashable, Sendable {
  /// SHA-256 of its body.
  public let digest: String
  /// Whose data it is about.
  public let tenant: String
  /// The day it was made for.
  public let asOf: CivilDate
  /// The whole file.
  public let document: String
  /// When it was made.
  public let madeAt: String
  /// How far it has come.
  public let state: State
  /// The request that it carries out; nil when it follows from the rules.
  public let request: String?

  /// How far a plan has come.
  public enum State: String, Hashable, Sendable {
    /// It waits for a person.
    case waiting
    /// It was carried out.
    case applied
    /// Its subject has changed; it is not carried out, unless a new look makes the same plan.
    case stale
  }
}

/// A person's consent to a plan.
public struct Approval: Hashable, Sendable {
  /// The plan.
  public let digest: String
  /// In which role it was given.
  public let role: String
  /// The account that gave it.
  public let approver: String
  /// When.
  public let at: String

  /// Somebody's consent, given in a role at a moment.
  public init(digest: String, role: String, approver: String, at: String) {
    self.digest = digest
    self.role = role
    self.approver = approver
    self.at = at
  }
}

extension StateStore {
  /// Remembers a plan. A plan that is known already keeps its state.
  public func store(_ plan: StoredPlan) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO plans (digest, tenant, as_of, document, made_at, state, request) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        [
          .text(plan.digest), .text(plan.tenant), .text(plan.asOf.description), .text(plan.document), .text(plan.madeAt),
          .text(plan.state.rawValue), SQLite.Value(plan.request),
        ])
    }
  }

  /// Lets a plan wait again that was settled or stale and now comes out the same from the data. Earlier consents were to
  /// what was then the case, and do not count for it.
  public func reopen(_ plan: StoredPlan) throws {
    try atomically {
      try speaking { database throws(SQLiteError) in
        _ = try database.run(
          "DELETE FROM approvals WHERE digest IN (SELECT digest FROM plans WHERE digest = ?1 AND state <> 'waiting')", [.text(plan.digest)])
        _ = try database.run(
          "UPDATE plans SET state = 'waiting', made_at = ?2 WHERE digest = ?1 AND state <> 'waiting'",
          [.text(plan.digest), .text(plan.madeAt)])
      }
    }
  }

  /// The plan with a digest, or one that a unique beginning of at least eight characters names.
  public func plan(_ digest: String) throws(AgentError) -> StoredPlan {
    let found = try plans(where: "digest = ?1 OR (length(?1) >= 8 AND substr(digest, 1, length(?1)) = ?1)", [.text(digest)])
    guard found.count == 1, let plan = found.first else { throw .noPlan(digest) }
    return plan
  }

  /// The plans of a tenant that wait for a person, oldest first; of all tenants when none is named.
  public func waitingPlans(of tenant: String?) throws(AgentError) -> [StoredPlan] {
    try plans(where: "state = 'waiting' AND (?1 IS NULL OR tenant = ?1)", [SQLite.Value(tenant)])
  }

  /// The plans about a tenant's data, oldest first.
  func plans(about tenant: String) throws(AgentError) -> [StoredPlan] { try plans(where: "tenant = ?1", [.text(tenant)]) }

  /// The plans of a request, oldest first.
  func plans(of request: String) throws(AgentError) -> [StoredPlan] { try plans(where: "request = ?1", [.text(request)]) }

  private func plans(where condition: String, _ values: [SQLite.Value]) throws(AgentError) -> [StoredPlan] {
    var rows: [(String, String, String, String, String, String, String?)] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        "SELECT digest, tenant, as_of, document, made_at, state, request FROM plans WHERE \(condition) ORDER BY made_at, digest", values
      )
      while let row = try statement.next() {
        rows.append(
          (
            try row.text(0), try row.text(1), try row.text(2), try row.text(3), try row.text(4), try row.text(5), try row.optionalText(6)
          ))
      }
    }
    var plans: [StoredPlan] = []
    for (digest, tenant, asOf, document, madeAt, state, request) in rows {
      guard let day = CivilDate(asOf), let state = StoredPlan.State(rawValue: state) else { throw .stateContent(what: "plan \(digest)") }
      plans.append(
        StoredPlan(digest: digest, tenant: tenant, asOf: day, document: document, madeAt: madeAt, state: state, request: request))
    }
    return plans
  }

  /// Says how far a plan has come.
  public func setState(_ state: StoredPlan.State, ofPlan digest: String) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run("UPDATE plans SET state = ?2 WHERE digest = ?1", [.text(digest), .text(state.rawValue)])
    }
  }

  /// Remembers a consent.
  public func approve(_ approval: Approval) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO approvals (digest, role, approver, approved_at) VALUES (?1, ?2, ?3, ?4)",
        [.text(approval.digest), .text(approval.role), .text(approval.approver), .text(approval.at)])
    }
  }

  /// The consents to a plan, oldest first.
  public func approvals(of digest: String) throws(AgentError) -> [Approval] {
    var approvals: [Approval] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        "SELECT digest, role, approver, approved_at FROM approvals WHERE digest = ?1 ORDER BY approved_at", [.text(digest)]
      )
      while let row = try statement.next() {
        approvals.append(
          Approval(digest: try row.text(0), role: try row.text(1), approver: try row.text(2), at: try row.text(3)))
      }
    }
    return approvals
  }
}
