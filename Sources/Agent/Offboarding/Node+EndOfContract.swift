import Evidence
import PolicyLanguage
import Retention

extension Node {
  /// The tenants of the inventory. Where it says nothing about the end of a contract, the day that was announced with
  /// `wis offboard` counts; where it does, the inventory does. A sealed archive stands among a tenant's copies.
  func knownTenants() throws(AgentError) -> [TenantPolicy] {
    let standing = try state.standing()
    guard !standing.isEmpty else { return policy.tenants }
    var tenants: [TenantPolicy] = []
    for tenant in policy.tenants {
      guard let events = standing[tenant.tenant.id] else {
        tenants.append(tenant)
        continue
      }
      tenants.append(try known(tenant, log(events)))
    }
    return tenants
  }

  private func known(_ tenant: TenantPolicy, _ log: OffboardingLog) throws(AgentError) -> TenantPolicy {
    var known = tenant
    if tenant.tenant.contract.ended == nil, let day = try announcedEnd(log) { known = known.ending(on: day) }
    // The archives are copies: certificates of what went because of them name them, also those that are gone by now.
    let archives = log.removing == nil ? log.archives : log.lastSealed?.facts.archives ?? []
    let places = archives.compactMap { archive in (log.lastSealed?.facts.day).flatMap { archive.place(since: $0) } }
    guard places.count == archives.count else { throw .stateContent(what: "the sealed archives of \(tenant.tenant.id)") }
    return known.keeping(places)
  }

  /// The last day of a contract, as the inventory says or as it was announced; nil while it runs.
  func contractEnd(of tenant: TenantPolicy) throws(AgentError) -> CivilDate? {
    if let ended = tenant.tenant.contract.ended { return ended }
    return try announcedEnd(log(state.offboarding(of: tenant.tenant.id)))
  }

  private func log(_ events: [OffboardingEvent]) throws(AgentError) -> OffboardingLog {
    do { return try OffboardingLog(events) } catch { throw .stateContent(what: "the end of a contract") }
  }

  private func announcedEnd(_ log: OffboardingLog) throws(AgentError) -> CivilDate? {
    guard let ended = log.ended?.facts.ended else { return nil }
    guard let day = CivilDate(ended) else { throw .stateContent(what: "the announced end of a contract") }
    return day
  }

  /// Refuses when the inventory and what was announced name different days.
  func requireOneEnd(of tenant: TenantPolicy) throws(AgentError) {
    let id = tenant.tenant.id
    guard let listed = listed[id]?.tenant.contract.ended,
      let announced = try announcedEnd(log(try state.offboarding(of: id))), announced != listed
    else { return }
    throw .offboarding(
      tenant: id,
      problem: "wis.yaml says that the contract ended on \(listed), and \(announced) was announced; correct 'ended' in wis.yaml, "
        + "or announce the right day with wis offboard \(id) --ended \(listed)")
  }

  /// What keeps all of a tenant's data together while it waits to be destroyed after the contract, as far as it stands against
  /// an instruction, or against the rules alone when there is none. What destroys the data waits for its step; until that
  /// begins nothing else makes rows go, so that what is destroyed is what was returned.
  func offboardingHold(on tenant: String, against instruction: Instruction?) throws -> Hold? {
    // Asked before every batch: what costs most comes last.
    guard let listed = listed[tenant] else { return nil }
    let log = try offboardingLog(of: tenant)
    guard log.destroying == nil, log.emptied == nil, try !isEnding(tenant, log) else { return nil }
    let policy = try known(listed, log)
    guard let ended = policy.tenant.contract.ended, let offboarding = try offboarding(of: policy), offboarding.wantsDestruction
    else { return nil }
    let hasEnded = try ended < today(of: policy)
    let destroys = instruction.map { $0.subject == nil && !$0.isRestricting } ?? (offboarding.destroysByClause && hasEnded)
    guard destroys ? offboarding.keepsTogether : hasEnded else { return nil }
    var until: CivilDate?
    if case .blocked(.day(let day), _) = offboarding.state(of: .approve) { until = day.adding(days: -1) }
    return Hold(id: "offboarding", table: nil, until: until, keepsUnchanged: log.returned != nil)
  }

  /// An instruction to destroy all data, as it counts once what the duties keep is in a sealed archive.
  func sealing(_ instruction: Instruction, of tenant: TenantPolicy) throws -> Instruction {
    guard instruction.subject == nil else { return instruction }
    let log = try offboardingLog(of: tenant.tenant.id)
    guard try log.releasing != nil || (log.sealed != nil && isEnding(tenant.tenant.id, log)) else { return instruction }
    return instruction.lifting(tenant.rules)
  }

  /// Whether a run that was stopped is not settled yet: until then what it did is looked upon as when it did it.
  private func isEnding(_ tenant: String, _ log: OffboardingLog) throws -> Bool {
    try !log.stoppedRuns.isEmpty && state.openRun(of: tenant).map { log.stoppedRuns.contains($0.id) } ?? false
  }
}
