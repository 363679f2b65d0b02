public import Evidence
public import Retention

/// What a sub-processor must follow: an erasure that was certified, or the end of the contract.
public struct SubprocessorDuty {
  /// On whose behalf.
  public let tenant: String
  /// Who must follow.
  public let processor: String
  /// The certificate of what was erased; nil for the end of the contract.
  public let certificate: Certificate?
  /// The rule of the agreement that demands a notice; nil where no clause does.
  public let rule: EndRule?
  /// The last day for the notice; nil where no clause names a term.
  public let due: CivilDate?
  /// The notice that was made; nil before.
  public let notice: StoredNotice?
  /// Its word that it followed; nil before.
  public let confirmation: StoredConfirmation?

  /// What stands in the notice's reference when the contract ended.
  static let endOfContract = "end-of-contract"

  /// Whether the notice is late on a day.
  public func isOverdue(on today: CivilDate) -> Bool { notice == nil && due.map { $0 < today } ?? false }
}

extension Node {
  /// What the sub-processors of a tenant must follow and have not both been told of and confirmed.
  public func subprocessorDuties(of tenant: TenantPolicy) throws -> [SubprocessorDuty] {
    let id = tenant.tenant.id
    let notices = try state.notices(of: id)
    let confirmations = try state.confirmations(of: id)
    let rule = tenant.agreement.endOfContract.first { $0.action == .notifySubProcessors }
    func duty(_ processor: String, _ certificate: Certificate?, due: CivilDate?, since: String) -> SubprocessorDuty {
      let reference = certificate == nil ? SubprocessorDuty.endOfContract : nil
      return SubprocessorDuty(
        tenant: id, processor: processor, certificate: certificate, rule: rule, due: due,
        notice: notices.last {
          $0.processor == processor && $0.certificate == certificate?.id.text && (certificate != nil || $0.reference == reference)
        }, confirmation: confirmations.last { $0.covers(processor, certificate?.id.text, since: since) })
    }
    var duties: [SubprocessorDuty] = []
    if let rule, let ended = tenant.tenant.contract.ended, try ended <= today(of: tenant) {
      let due = rule.within.flatMap { $0.lastDay(from: ended) }
      duties += tenant.subProcessors.map { duty($0.name, nil, due: due, since: ended.description) }
    }
    for stored in try state.unsettledCertificates(of: id) {
      let certificate = try stored.document()
      for method in certificate.openCopies where method.place == .subprocessor {
        guard let name = method.location?.text else { continue }
        duties.append(duty(name, certificate, due: nil, since: certificate.execution.finished.description))
      }
    }
    return duties.filter { $0.notice == nil || $0.notice?.delivery == .open || $0.notice?.delivery == .unsent || $0.confirmation == nil }
  }
}

extension TenantPolicy {
  /// The sub-processors of the agreement and of the tenant's own entry, each name once.
  public var subProcessors: [SubProcessor] {
    var names: Set<String> = []
    return (agreement.subProcessors + tenant.subProcessors).filter { names.insert($0.name).inserted }
  }
}

extension StoredConfirmation {
  /// Whether it is the answer to a notice.
  public func answers(_ notice: StoredNotice) -> Bool {
    tenant == notice.tenant && covers(notice.processor, notice.certificate, since: notice.madeAt)
  }

  /// Whether it is about a duty of a sub-processor that exists since a moment.
  func covers(_ name: String, _ certificate: String?, since: String) -> Bool {
    processor == name && (self.certificate == nil ? since <= at : self.certificate == certificate)
  }
}

extension Term {
  /// The last day within the term; a part of a day counts as none, so that nobody is late by mistake.
  fileprivate func lastDay(from day: CivilDate) -> CivilDate? {
    switch self {
    case .calendar(let period): day + period
    case .elapsed(let seconds): day.adding(days: seconds / 86_400)
    }
  }
}
