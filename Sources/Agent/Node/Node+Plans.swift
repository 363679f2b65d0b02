public import Enforcement
import Evidence
public import Retention

extension Node {
  /// Remembers a plan, so that a person can consent to it by its hash.
  @discardableResult
  public func remember(_ document: PlanDocument, of plan: Plan) throws -> StoredPlan {
    let stored = StoredPlan(
      digest: document.digest, tenant: plan.decision.policy.tenant.id, asOf: plan.decision.today,
      document: try document.file(of: plan).canonicalText(), madeAt: now().description, state: .waiting,
      request: plan.decision.instruction?.request)
    try state.store(stored)
    try state.reopen(stored)
    try retirePlans(of: stored.tenant, followedBy: document, on: stored.asOf)
    return stored
  }

  /// Takes plans off the list of what waits for a person that could not be applied any more: too old, or made under
  /// other policies or another schema. What somebody consented to is left for the run, which says so.
  private func retirePlans(of tenant: String, followedBy document: PlanDocument, on day: CivilDate) throws {
    for earlier in try state.waitingPlans(of: tenant) where try state.approvals(of: earlier.digest).isEmpty {
      let isTooOld = day.dayNumber - earlier.asOf.dayNumber > inventory.brakes.planValidDays
      let body = JSONNode(try JSONValue(parsing: earlier.document.utf8))["plan"]
      if isTooOld || !document.isGroundedAs(body) { try state.setState(.stale, ofPlan: earlier.digest) }
    }
  }

  /// Takes all plans under the rules off that list, because nothing is due any more.
  func retirePlans(of tenant: String) throws {
    for plan in try state.waitingPlans(of: tenant) where try plan.request == nil && state.approvals(of: plan.digest).isEmpty {
      try state.setState(.stale, ofPlan: plan.digest)
    }
  }

  /// The plan that a person names by its file or by its hash. A file is only believed when its hash is that of its body.
  public func plan(named name: String) throws -> StoredPlan {
    guard name.contains("/") || name.contains(".") else { return try state.plan(name) }
    let text = try NodeFiles.text(of: name)
    let node: JSONNode
    do {
      node = JSONNode(try JSONValue(parsing: text.utf8))
      try node.requireMembers(["digest", "plan", "totals", "excluded", "uncovered"])
    } catch {
      throw AgentError.noPlanFile(name)
    }
    let (digest, body) = (try node["digest"].string(), node["plan"])
    guard let value = body.value, Hash(of: try value.canonical()).hex == digest else { throw AgentError.editedPlan(file: name) }
    guard let day = CivilDate(try body["asOf"].string()) else { throw AgentError.editedPlan(file: name) }
    guard let document = node.value else { throw AgentError.editedPlan(file: name) }
    try state.store(
      StoredPlan(
        digest: digest, tenant: try body["tenant"].string(), asOf: day, document: try document.canonicalText(), madeAt: now().description,
        state: .waiting, request: try body["request"].ifPresent?["id"].string()))
    return try state.plan(digest)
  }

  /// Remembers a person's consent to a plan. The role stands in the certificate, so it must be able to. A plan that destroys
  /// all of a tenant's data asks for another person than those who recorded that it is to be destroyed.
  public func approve(_ plan: StoredPlan, role: String, approver: String) throws {
    _ = try Label(role)
    if let id = plan.request, try state.request(id).request.about == .tenant, try recorders(of: id).contains(approver) {
      throw AgentError.samePerson(digest: plan.digest)
    }
    if let tenant = try tenants([plan.tenant]).first, try destructionPlans(of: tenant, endRequests(of: tenant).erasures).contains(plan) {
      let log = try offboardingLog(of: plan.tenant)
      guard approver != log.choice?.facts.account ?? log.ended?.facts.account else { throw AgentError.samePerson(digest: plan.digest) }
    }
    try state.approve(Approval(digest: plan.digest, role: role, approver: approver, at: now().description))
  }

  /// Says that a person found the clock to be right.
  public func acceptClock() throws(AgentError) { try state.remember(now().description, as: "last-run") }
}
