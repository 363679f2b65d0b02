/// What an agreement's clauses ask for at the end of one contract, and when.
struct EndTerms {
  private let end: EndOfContract
  private let agreement: Agreement
  private let hasSubProcessors: Bool
  private let coolingOff: Int
  private let today: CivilDate

  init(_ end: EndOfContract, _ agreement: Agreement, hasSubProcessors: Bool, coolingOff: Int, today: CivilDate) {
    self.end = end
    self.agreement = agreement
    self.hasSubProcessors = hasSubProcessors
    self.coolingOff = coolingOff
    self.today = today
  }

  /// Whether the data goes without a word of the controller: a clause destroys it at the end, or stops every use and lets the
  /// periods run out.
  var goesByItself: Bool {
    let actions = Set(agreement.endOfContract.map(\.action))
    return actions.contains(.erase) || (actions.contains(.restrict) && agreement.retention.contains { $0.force.contains(.limit) })
  }

  /// Whether nothing but the end of the agreed periods makes the data go: a clause stops its use, and nobody asked for more.
  var goesByPeriods: Bool { goesByItself && !destroysByClause && (end.choice.map { $0.wish == .handOver } ?? true) }

  /// Whether a clause destroys the data at the end, without a word of the controller.
  var destroysByClause: Bool { endRule(.erase) != nil }

  /// What the controller has not said yet and a step waits for.
  func missingWord(for step: OffboardingStep) -> Offboarding.Obstacle? {
    switch step {
    case .handOver, .deliver, .receive: return end.choice == nil ? .choice : nil
    case .approve, .destroy:
      if destroysByClause || goesByPeriods { return nil }
      guard let choice = end.choice else { return .choice }
      return choice.wish == .handOver ? .instruction : nil
    case .stop, .notify, .certify, .expire, .close: return nil
    }
  }

  func asks(for step: OffboardingStep) -> Bool {
    switch step {
    case .stop: clause(of: .stop) != nil
    case .notify: clause(of: .notify) != nil && hasSubProcessors
    case .handOver, .deliver, .receive: end.choice.map { $0.wish != .destroy } ?? !(isUnclaimed || goesByPeriods)
    // What the periods let go is no surprise; the limits of each run hold for it.
    case .approve: !goesByPeriods
    case .destroy, .certify, .expire, .close: true
    }
  }

  /// The clause that asks for a step.
  func clause(of step: OffboardingStep) -> String? {
    switch step {
    case .stop: endRule(.restrict)?.clause
    case .notify: endRule(.notifySubProcessors)?.clause
    case .handOver, .deliver: endRule(.handOver)?.clause ?? endRule(.transfer)?.clause ?? request([.handOver, .transfer])?.clause
    case .destroy:
      goesByPeriods
        ? agreement.retention.first { $0.force.contains(.limit) }?.clause : endRule(.erase)?.clause ?? request([.erase])?.clause
    case .receive, .approve, .certify, .expire, .close: nil
    }
  }

  /// The last day for a step; nil where neither clause nor law names one. Of two terms the one that ends first binds.
  func due(_ step: OffboardingStep) -> CivilDate? {
    switch step {
    case .stop: day(endRule(.restrict)?.within, after: end.ended)
    case .notify: day(endRule(.notifySubProcessors)?.within, after: end.ended)
    case .handOver, .deliver:
      [
        day(endRule(.handOver)?.within ?? endRule(.transfer)?.within, after: end.ended),
        end.choice.flatMap { lastDay(request([.handOver, .transfer]), after: $0.on) },
      ].compactMap(\.self).min()
    // What may not be done before a day is not late before it.
    case .destroy: destructionTerm.map { max($0, earliestDestruction ?? $0) }
    case .receive, .approve, .certify, .expire, .close: nil
    }
  }

  /// The last day of the term in which a clause, or the law that it leaves it to, has the data destroyed at request.
  private var destructionTerm: CivilDate? {
    end.choice.flatMap { $0.wish == .handOver ? nil : lastDay(request([.erase]), after: $0.on) }
  }

  /// The day after which the controller is taken to have had its time to look at what it got.
  var retrievalEnd: CivilDate? {
    end.taken[.deliver]?.adding(days: Offboarding.retrievalDays)
  }

  /// The first day for a step that does not wait for another one: the use of the data ends with the contract's last day, and
  /// what is returned is what was there then.
  func earliest(_ step: OffboardingStep) -> CivilDate? {
    switch step {
    case .stop, .notify: end.ended
    case .handOver: end.ended.adding(days: 1)
    case .approve, .destroy: goesByPeriods ? nil : earliestDestruction
    case .deliver, .receive, .certify, .expire, .close: nil
    }
  }

  /// Before this day nothing is destroyed: the contract has ended, a term in which the controller may still ask for its data has passed, and so has the
  /// time to come back on the instruction.
  private var earliestDestruction: CivilDate? {
    let window = day(endRule(.handOver)?.within, after: end.ended)?.adding(days: 1)
    let instructed = end.choice?.on ?? end.ended
    let cooled = instructed.adding(days: coolingOff)
    let limit = destructionTerm
    let pause = cooled.map { day in limit.map { min($0, day) } ?? day }
    // A controller that has its data back, and said so, has nothing left to ask for.
    return [end.ended.adding(days: 1), end.taken[.receive] == nil ? window : nil, pause].compactMap(\.self).max()
  }

  /// Whether the controller had its time to ask for the data, let it pass, and a clause destroys the data without its word.
  private var isUnclaimed: Bool {
    guard destroysByClause, end.choice == nil else { return false }
    return end.ended.adding(days: Offboarding.retrievalDays).map { $0 < today } ?? false
  }

  private func endRule(_ action: EndRule.Action) -> EndRule? {
    agreement.endOfContract.first { $0.action == action }
  }

  private func request(_ actions: Set<RequestRule.Action>) -> RequestRule? {
    let rules = agreement.onRequest.filter { $0.from == .controller && $0.about != .subject && actions.contains($0.action) }
    // Of several clauses the one with the shortest term binds.
    return rules.min { left, right in
      (lastDay(left, after: end.ended)?.dayNumber ?? .max) < (lastDay(right, after: end.ended)?.dayNumber ?? .max)
    }
  }

  private func lastDay(_ rule: RequestRule?, after start: CivilDate) -> CivilDate? {
    rule.flatMap { day($0.within, after: start) ?? $0.law?.lastDay(after: start) }
  }

  private func day(_ term: Term?, after start: CivilDate) -> CivilDate? {
    switch term {
    case .calendar(let period): start + period
    case .elapsed(let seconds): start.adding(days: seconds / 86_400)
    case nil: nil
    }
  }
}
