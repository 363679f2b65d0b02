import Evidence
import PolicyLanguage
import Retention

extension Node {
  /// The tenants of the inventory. Where it says nothing about the end of a contract, the day that was announced with
  /// `wis offboard` counts; where it does, the inventory does.
  func knownTenants() throws(AgentError) -> [TenantPolicy] {
    let announced = try state.announcements()
    guard !announced.isEmpty else { return policy.tenants }
    var tenants: [TenantPolicy] = []
    for tenant in policy.tenants {
      guard let event = announced[tenant.tenant.id], tenant.tenant.contract.ended == nil else {
        tenants.append(tenant)
        continue
      }
      tenants.append(tenant.ending(on: try announcedEnd(event)))
    }
    return tenants
  }

  private func announcedEnd(_ event: OffboardingEvent) throws(AgentError) -> CivilDate {
    let end: OffboardingLog.End?
    do { end = try OffboardingLog([event]).ended?.facts } catch { end = nil }
    guard let day = end.flatMap({ CivilDate($0.ended) }) else { throw .stateContent(what: "the announced end of a contract") }
    return day
  }

  /// Refuses when the inventory and what was announced name different days.
  func requireOneEnd(of tenant: TenantPolicy) throws(AgentError) {
    let id = tenant.tenant.id
    guard let event = try state.announcements()[id], let listed = policy.tenants.first(where: { $0.tenant.id == id })?.tenant.contract.ended
    else { return }
    let announced = try announcedEnd(event)
    guard announced == listed else {
      throw .offboarding(
        tenant: id,
        problem: "wis.yaml says that the contract ended on \(listed), and \(announced) was announced; correct 'ended' in wis.yaml, "
          + "or announce the right day with wis offboard \(id) --ended \(listed)")
    }
  }

  /// What keeps all of a tenant's data together while it waits to be destroyed after the contract, as far as it stands against
  /// an instruction, or against the rules alone when there is none. What destroys the data waits for its step; until that
  /// begins nothing else makes rows go, so that what is destroyed is what was returned.
  func offboardingHold(on tenant: String, against instruction: Instruction?) throws -> Hold? {
    guard let policy = try knownTenants().first(where: { $0.tenant.id == tenant }), let ended = policy.tenant.contract.ended,
      let offboarding = try offboarding(of: policy), offboarding.wantsDestruction
    else { return nil }
    let log = try offboardingLog(of: tenant)
    guard log.destroying == nil, log.emptied == nil else { return nil }
    let hasEnded = try ended < today(of: policy)
    let destroys = instruction.map { $0.subject == nil } ?? (offboarding.destroysByClause && hasEnded)
    guard destroys ? offboarding.keepsTogether : hasEnded else { return nil }
    var until: CivilDate?
    if case .blocked(.day(let day), _) = offboarding.state(of: .approve) { until = day.adding(days: -1) }
    return Hold(id: "offboarding", table: nil, until: until)
  }
}
