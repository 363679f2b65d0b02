public import Retention
import Stores

extension Node {
  /// Where the end of a tenant's contract stands today, from what is recorded: requests, notices, confirmations. Nil while
  /// the contract runs.
  public func offboarding(of tenant: TenantPolicy) throws -> Offboarding? {
    guard let ended = tenant.tenant.contract.ended else { return nil }
    let today = try today(of: tenant)
    let id = tenant.tenant.id
    let requests = try state.requests(about: id).filter {
      $0.state != .withdrawn && $0.request.asker == .controller && $0.request.about == .tenant
    }
    let returns = requests.filter { [.handOver, .transfer].contains($0.request.wanted) }
    let erasures = requests.filter { $0.request.wanted == .erase }
    let confirmations = try state.confirmations(of: id)
    let notices = try state.notices(of: id)
    let told = tenant.subProcessors.compactMap { party in notices.first { $0.processor == party.name } }

    var taken: [OffboardingStep: CivilDate] = [:]
    if told.count == tenant.subProcessors.count { taken[.notify] = try told.map { try day(of: $0.madeAt, for: tenant) }.max() }
    let returned = try closing(returns, of: tenant)
    for step in [OffboardingStep.handOver, .deliver] { taken[step] = returned }
    let destroyed = try closing(erasures, of: tenant)
    for step in [OffboardingStep.approve, .destroy] { taken[step] = destroyed }
    let end = EndOfContract(
      ended: ended, choice: Self.choice(returns, erasures), taken: taken, confirmed: Set(confirmations.map(\.processor)),
      copiesExpire: destroyed.flatMap { Self.lastCopy(after: $0, of: tenant) })
    return Offboarding(
      end, under: tenant.agreement, subProcessors: tenant.tenant.subProcessors, coolingOff: Self.coolingOffDays, today: today)
  }

  /// The days between an instruction to destroy everything and the earliest destruction.
  private static let coolingOffDays = 7

  private static func choice(_ returns: [StoredRequest], _ erasures: [StoredRequest]) -> EndOfContract.Choice? {
    let both = returns + erasures
    guard let last = both.map(\.request.receipt.day).max() else { return nil }
    let wish: EndOfContract.Wish = erasures.isEmpty ? .handOver : returns.isEmpty ? .destroy : .both
    let instruction = erasures.isEmpty ? returns : erasures
    return EndOfContract.Choice(wish: wish, on: last, isWritten: instruction.contains { $0.request.written != nil })
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

  private func day(of moment: String, for tenant: TenantPolicy) throws -> CivilDate {
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
