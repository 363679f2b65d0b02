/// Where the end of a contract stands on a day: each step with what it waits for. It follows from the agreement and from what
/// was recorded, and from nothing else.
public struct Offboarding: Hashable, Sendable {
  /// The steps in their order, each with its state.
  public let steps: [Progress]
  /// Whether the controller said nothing, and no clause lets the data go without it.
  public let isWithoutInstruction: Bool
  /// Whether a clause destroys the data at the end, without a word of the controller.
  public let destroysByClause: Bool
  /// Whether all data is to be destroyed before the agreed periods are over: by a clause, or because the controller says so.
  public let wantsDestruction: Bool
  /// The days on which the controller is reminded, when it says nothing; the last is that of the escalation.
  public let reminders: [CivilDate]

  /// A step with its state.
  public struct Progress: Hashable, Sendable {
    /// The step.
    public let step: OffboardingStep
    /// The clause that asks for it; nil where Wis itself does.
    public let clause: String?
    /// How far it is.
    public let state: State
  }

  /// How far a step is.
  public enum State: Hashable, Sendable {
    /// It was taken on a day.
    case done(CivilDate)
    /// Nobody asks for it.
    case notAsked
    /// An earlier step, or the controller's word, comes first.
    case blocked(by: Obstacle, due: CivilDate?)
    /// It can be taken now, and is due on a day, where a clause names one.
    case open(due: CivilDate?)
  }

  /// What a step waits for.
  public enum Obstacle: Hashable, Sendable {
    case step(OffboardingStep)
    /// The controller has not said what it wants.
    case choice
    /// The controller wants its data returned, and has not said what becomes of what is left here.
    case instruction
    /// The controller's word lacks something.
    case word([Ruling.Missing])
    /// The periods that were agreed still run for some of the data.
    case periods
    /// What a duty or a hold keeps for now, and nobody can say until when.
    case duty
    /// Before this day it may not be done.
    case day(CivilDate)
    /// These have not confirmed.
    case subProcessors([String])
    /// Nobody can say when the copies expire.
    case unknownExpiry
  }

  /// How long a controller has at least to fetch what was delivered: Regulation (EU) 2023/2854 (Data Act) art. 25(2)(g).
  public static let retrievalDays = 30
  /// The days after the end on which a silent controller is reminded.
  public static let reminderDays = [0, 14, 28]

  /// The first step that is not taken and that somebody asks for; nil when all are.
  public var current: Progress? {
    steps.first { progress in
      switch progress.state {
      case .done, .notAsked: false
      case .blocked, .open: true
      }
    }
  }

  /// How far a step is.
  public func state(of step: OffboardingStep) -> State {
    guard let progress = steps.first(where: { $0.step == step }) else { preconditionFailure("every step has a state") }
    return progress.state
  }

  /// Whether all data is to go and may not go yet: then none of it goes by other rules either, so that what is returned is
  /// whole and what is destroyed is what was returned.
  public var keepsTogether: Bool {
    guard wantsDestruction, case .blocked = state(of: .approve) else { return false }
    return true
  }

  /// The steps whose day has passed. What waits for a later day, because a clause, a duty or the cooling-off says so, is not late.
  public func overdue(on today: CivilDate) -> [Progress] {
    steps.filter { progress in
      switch progress.state {
      case .done, .notAsked: false
      case .open(let due): due.map { $0 < today } ?? false
      case .blocked(_, let due): !waitsForDay(progress.step) && due.map { $0 < today } ?? false
      }
    }
  }

  /// Whether nobody can do anything about a step before a day comes.
  private func waitsForDay(_ step: OffboardingStep) -> Bool {
    switch state(of: step) {
    case .blocked(.day, _): true
    case .blocked(.step(let earlier), _): waitsForDay(earlier)
    case .blocked, .open, .done, .notAsked: false
    }
  }

  /// Where a contract's end stands on `today`. `coolingOff` is the number of days between the instruction to destroy and the
  /// earliest destruction; a clause that leaves less time shortens it.
  public init(_ end: EndOfContract, under agreement: Agreement, subProcessors: [SubProcessor], coolingOff: Int, today: CivilDate) {
    let parties = (agreement.subProcessors + subProcessors).map(\.name).uniqued()
    let terms = EndTerms(end, agreement, hasSubProcessors: !parties.isEmpty, coolingOff: coolingOff, today: today)
    let unconfirmed = parties.filter { !end.confirmed.contains($0) }
    var steps: [Progress] = []

    func isSettled(_ step: OffboardingStep) -> Bool {
      steps.contains { progress in
        guard progress.step == step else { return false }
        switch progress.state {
        case .done, .notAsked: return true
        case .blocked, .open: return false
        }
      }
    }
    func obstacle(of step: OffboardingStep) -> Obstacle? {
      if let word = terms.missingWord(for: step) { return word }
      if let earlier = step.needs.first(where: { !isSettled($0) }) { return .step(earlier) }
      let lacks = step == .handOver ? end.choice?.returnLacks : terms.destroysByClause ? nil : end.choice?.destructionLacks
      switch step {
      case .handOver, .approve, .destroy:
        if let lacks, !lacks.isEmpty { return .word(Ruling.Missing.allCases.filter(lacks.contains)) }
      case .expire:
        if !unconfirmed.isEmpty { return .subProcessors(unconfirmed) }
        guard let expiry = end.copiesExpire else { return .unknownExpiry }
        if today < expiry { return .day(expiry) }
      case .stop, .notify, .deliver, .receive, .certify, .close: break
      }
      if let day = terms.earliest(step), today < day { return .day(day) }
      if step == .destroy, let rest = end.remainder {
        switch rest {
        case .until(let day): return .day(day)
        case .unknown: return .duty
        }
      }
      return step == .destroy && terms.goesByPeriods ? .periods : nil
    }
    for step in OffboardingStep.allCases {
      let due = terms.due(step)
      let state: State
      if let day = end.taken[step] {
        state = .done(day)
      } else if step == .receive, end.isSilenceReceipt, let term = terms.retrievalEnd, term <= today {
        state = .done(term)
      } else if !terms.asks(for: step) {
        state = .notAsked
      } else if let obstacle = obstacle(of: step) {
        state = .blocked(by: obstacle, due: due)
      } else {
        state = .open(due: due)
      }
      steps.append(Progress(step: step, clause: terms.clause(of: step), state: state))
    }
    self.steps = steps
    self.isWithoutInstruction = end.choice == nil && end.ended < today && !terms.goesByItself
    self.reminders = terms.goesByItself || end.choice != nil ? [] : Self.reminderDays.compactMap { end.ended.adding(days: $0) }
    self.destroysByClause = terms.destroysByClause
    self.wantsDestruction = terms.destroysByClause || end.choice.map { $0.wish != .handOver } ?? false
  }
}

extension OffboardingStep {
  /// The steps that must be settled before this one.
  fileprivate var needs: [OffboardingStep] {
    switch self {
    case .stop, .notify, .handOver: []
    case .deliver: [.handOver]
    case .receive: [.deliver]
    case .approve: [.stop, .receive]
    case .destroy: [.approve]
    case .certify: [.destroy]
    case .expire: [.notify, .certify]
    case .close: [.stop, .notify, .receive, .expire]
    }
  }
}
