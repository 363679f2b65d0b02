import Enforcement
import Evidence
public import Retention
import Stores

extension Node {
  /// Where the end of a tenant's contract stands today, from what is recorded: requests, notices, certificates, confirmations.
  /// Nil while the contract runs. What was recorded for an earlier occasion does not count: notices and requests from before
  /// the end, confirmations from before the destruction.
  public func offboarding(of tenant: TenantPolicy) throws -> Offboarding? {
    guard let ended = tenant.tenant.contract.ended else { return nil }
    let today = try today(of: tenant)
    let id = tenant.tenant.id
    let requests = try state.requests(about: id).filter {
      $0.state != .withdrawn && $0.request.asker == .controller && $0.request.about == .tenant
    }
    let current = try requests.filter { request in
      try request.closedAt.map { try day(of: $0, for: tenant) >= ended } ?? true
    }
    let returns = current.filter { [.handOver, .transfer].contains($0.request.wanted) }
    let erasures = current.filter { $0.request.wanted == .erase }

    var taken: [OffboardingStep: CivilDate] = [:]
    taken[.notify] = try notified(tenant, since: ended)
    let returned = try closing(returns, of: tenant)
    for step in [OffboardingStep.handOver, .deliver] { taken[step] = returned }
    let destroyed = try closing(erasures, of: tenant)
    for step in [OffboardingStep.approve, .destroy, .certify] { taken[step] = destroyed }
    let confirmations = try state.confirmations(of: id).filter { confirmation in
      guard let destroyed else { return false }
      return try day(of: confirmation.at, for: tenant) >= destroyed
    }
    let end = EndOfContract(
      ended: ended, choice: try choice(returns, erasures, tenant), taken: taken, confirmed: Set(confirmations.map(\.processor)),
      copiesExpire: destroyed.flatMap { Self.lastCopy(after: $0, of: tenant) })
    return Offboarding(
      end, under: tenant.agreement, subProcessors: tenant.tenant.subProcessors, coolingOff: inventory.brakes.coolingOffDays, today: today)
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

  private func choice(_ returns: [StoredRequest], _ erasures: [StoredRequest], _ tenant: TenantPolicy) throws -> EndOfContract.Choice? {
    let both = returns + erasures
    guard let last = both.map(\.request.receipt.day).max() else { return nil }
    let wish: EndOfContract.Wish = erasures.isEmpty ? .handOver : returns.isEmpty ? .destroy : .both
    return EndOfContract.Choice(
      wish: wish, on: last, returnLacks: try lacking(returns, tenant), destructionLacks: try lacking(erasures, tenant))
  }

  /// What none of some requests has yet.
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

  /// The day on which the last of some requests was completed; nil while one is open, or there is none.
  private func closing(_ requests: [StoredRequest], of tenant: TenantPolicy) throws -> CivilDate? {
    var last: CivilDate?
    for request in requests {
      guard request.state == .completed, let closed = request.closedAt else { return nil }
      let day = try day(of: closed, for: tenant)
      last = last.map { max($0, day) } ?? day
    }
    return last
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
      guard let end = day + backup.keptFor, let gone = end.adding(days: 1) else { return nil }
      last = max(last, gone)
    }
    return last
  }
}
