import Enforcement
import Evidence
public import Retention
import Stores

extension Node {
  /// Where the end of a tenant's contract stands today, from what is recorded. Nil while the contract runs and nobody announced
  /// its end. What was recorded for an earlier occasion does not count: notices and requests from before the end,
  /// confirmations from before the destruction.
  public func offboarding(of tenant: TenantPolicy) throws -> Offboarding? {
    guard let ended = tenant.tenant.contract.ended else { return nil }
    try requireOneEnd(of: tenant)
    let id = tenant.tenant.id
    let today = try today(of: tenant)
    let log = try offboardingLog(of: id)
    let (returns, erasures) = try endRequests(of: tenant)
    func day<Facts>(_ recorded: OffboardingLog.Recorded<Facts>?) throws -> CivilDate? {
      try recorded.map { try self.day(of: $0.at, for: tenant) }
    }

    var taken: [OffboardingStep: CivilDate] = [:]
    taken[.stop] = try day(log.stopped)
    taken[.notify] = try notified(tenant, since: ended)
    taken[.handOver] = try day(log.returned)
    taken[.deliver] = try day(log.delivered)
    taken[.receive] = try day(log.received)
    let destroyed = try day(log.emptied)
    taken[.approve] = try approval(of: tenant, erasures, since: log.consentCountsFrom) ?? destroyed
    taken[.destroy] = destroyed
    if let destroyed {
      // The certificates from the end on; the last one follows the others when nothing about copies is open any more.
      let issued = try certificatesOfTheEnd(of: tenant)
      let first = issued.filter { $0.certificate.follows == nil }.map(\.day).max()
      taken[.certify] = first.map { max($0, destroyed) }
      if first != nil, try state.unsettledCertificates(of: id).isEmpty {
        taken[.expire] = issued.map(\.day).max().map { max($0, destroyed) }
      }
    }
    taken[.close] = try day(log.closed)
    let confirmations = try state.confirmations(of: id).filter { confirmation in log.emptied.map { $0.at <= confirmation.at } ?? false }
    let end = EndOfContract(
      ended: ended, choice: try choice(log.choice?.facts, returns, erasures, tenant), taken: taken,
      confirmed: Set(confirmations.map(\.processor)), copiesExpire: destroyed.flatMap { Self.lastCopy(after: $0, of: tenant) },
      isSilenceReceipt: log.isSilenceReceipt, remainder: Self.remainder(of: erasures, today))
    return Offboarding(
      end, under: tenant.agreement, subProcessors: tenant.tenant.subProcessors, coolingOff: inventory.brakes.coolingOffDays, today: today)
  }

  /// The controller's requests about all data that belong to the end of the contract: to return it, and to destroy it.
  func endRequests(of tenant: TenantPolicy) throws -> (returns: [StoredRequest], erasures: [StoredRequest]) {
    guard let ended = tenant.tenant.contract.ended else { return ([], []) }
    let current = try state.requests(about: tenant.tenant.id).filter { stored in
      guard stored.state != .withdrawn, stored.request.asker == .controller, stored.request.about == .tenant else { return false }
      return try stored.closedAt.map { try day(of: $0, for: tenant) >= ended } ?? true
    }
    return (
      current.filter { [.handOver, .transfer].contains($0.request.wanted) }, current.filter { $0.request.wanted == .erase }
    )
  }

  /// The plans that destroy all of a tenant's data: those of the requests, and where a clause does it those of the rules.
  func destructionPlans(of tenant: TenantPolicy, _ erasures: [StoredRequest]) throws -> [StoredPlan] {
    guard let ended = tenant.tenant.contract.ended else { return [] }
    let destroysByClause = tenant.agreement.endOfContract.contains { $0.action == .erase }
    let requests = Set(erasures.map(\.request.id))
    let known = try endKnownSince(of: tenant)
    return try state.plans(about: tenant.tenant.id).filter { plan in
      plan.asOf > ended && known <= plan.madeAt && plan.state != .stale && (plan.request.map(requests.contains) ?? destroysByClause)
    }
  }

  /// The plans that destroy all of a tenant's data after the contract and wait for a person.
  public func waitingDestructionPlans(of tenant: TenantPolicy) throws -> [StoredPlan] {
    try destructionPlans(of: tenant, endRequests(of: tenant).erasures).filter {
      try $0.state == .waiting && state.approvals(of: $0.digest).isEmpty
    }
  }

  /// The certificates that were issued since the end of a tenant's contract.
  public func endCertificates(of tenant: TenantPolicy) throws -> [String] {
    try certificatesOfTheEnd(of: tenant).map(\.certificate.id)
  }

  private func certificatesOfTheEnd(of tenant: TenantPolicy) throws -> [(day: CivilDate, certificate: StoredCertificate)] {
    guard let ended = tenant.tenant.contract.ended else { return [] }
    let known = try endKnownSince(of: tenant)
    return try state.certificates(of: tenant.tenant.id).filter { $0.releasedAt != nil && known <= $0.issuedAt }
      .map { (day: try day(of: $0.issuedAt, for: tenant), certificate: $0) }.filter { $0.day >= ended }
  }

  /// When the end was announced: what was done before, though after the day, was ordinary work. Empty where `wis.yaml` says the day.
  private func endKnownSince(of tenant: TenantPolicy) throws -> String {
    let id = tenant.tenant.id
    return try listed[id]?.tenant.contract.ended == nil ? offboardingLog(of: id).ended?.at ?? "" : ""
  }

  /// The day on which the last consent to such a plan was given that counts.
  private func approval(of tenant: TenantPolicy, _ erasures: [StoredRequest], since moment: String) throws -> CivilDate? {
    try destructionPlans(of: tenant, erasures).flatMap { try state.approvals(of: $0.digest) }.filter { moment <= $0.at }
      .map { try day(of: $0.at, for: tenant) }.max()
  }

  /// The day on which the last of the sub-processors was told that the contract has ended; nil before.
  private func notified(_ tenant: TenantPolicy, since ended: CivilDate) throws -> CivilDate? {
    var last: CivilDate?
    let notices = try state.notices(of: tenant.tenant.id).filter {
      $0.reference == SubprocessorDuty.endOfContract && ($0.delivery == .written || $0.delivery == .sent)
    }
    for party in tenant.subProcessors {
      let days = try notices.filter { $0.processor == party.name }.map { try day(of: $0.madeAt, for: tenant) }.filter { $0 >= ended }
      guard let day = days.min() else { return nil }
      last = last.map { max($0, day) } ?? day
    }
    return last
  }

  private func choice(
    _ said: OffboardingLog.Choice?, _ returns: [StoredRequest], _ erasures: [StoredRequest], _ tenant: TenantPolicy
  ) throws -> EndOfContract.Choice? {
    let days = (returns + erasures).map(\.request.receipt.day) + [said.flatMap { CivilDate($0.on) }].compactMap(\.self)
    guard let last = days.max() else { return nil }
    let isReturned = !returns.isEmpty || said.map { $0.wish != EndOfContract.Wish.destroy.rawValue } ?? false
    let isDestroyed = !erasures.isEmpty || said.map { $0.wish != EndOfContract.Wish.handOver.rawValue } ?? false
    let wish: EndOfContract.Wish = isDestroyed ? (isReturned ? .both : .destroy) : .handOver
    return EndOfContract.Choice(
      wish: wish, on: last, returnLacks: try lacking(returns, tenant),
      destructionLacks: isDestroyed && erasures.isEmpty ? [.writing] : try lacking(erasures, tenant))
  }

  /// What the most complete of some requests still lacks.
  private func lacking(_ requests: [StoredRequest], _ tenant: TenantPolicy) throws -> Set<Ruling.Missing> {
    let today = try today(of: tenant)
    let lacks = requests.map { stored -> Set<Ruling.Missing> in
      guard stored.state == .open, case .waits(let missing) = Ruling(on: stored.request, under: tenant, today: today).course else {
        return []
      }
      return Set(missing)
    }
    return lacks.min { $0.count < $1.count } ?? []
  }

  /// What the last run had to leave of the requests.
  private static func remainder(of erasures: [StoredRequest], _ today: CivilDate) -> EndOfContract.Remainder? {
    for stored in erasures where stored.state == .open {
      guard case .deferred(let until)? = stored.remainder else { continue }
      guard let until else { return .unknown }
      // A day that has come is the next run's to look at.
      if today < until { return .until(until) }
    }
    return nil
  }

  func day(of moment: String, for tenant: TenantPolicy) throws -> CivilDate {
    let zone = try ZoneRules(named: tenant.agreement.timeZone, for: tenant.agreement.name)
    guard let day = Instant(moment).flatMap({ zone.day($0) }) else { throw AgentError.stateContent(what: "the moment '\(moment)'") }
    return day
  }

  /// The day on which the last backup that may hold the data has expired; nil when that cannot be told.
  private static func lastCopy(after day: CivilDate, of tenant: TenantPolicy) -> CivilDate? {
    var last = day
    for backup in tenant.tenant.backups {
      guard let end = backup.lastDay(ofCopyFrom: day), let gone = end.adding(days: 1) else { return nil }
      last = max(last, gone)
    }
    return last
  }
}
